/* Writing and reading envelopes. */
#include "api/adapters/aws/envelope.h"

#include "lib/base/buf.h"

enum { algorithm_aes_256_gcm = 1, header_bytes = 6, envelope_bytes_max = 64 * 1024 };

#define MAGIC SLICE("FLE1")

static struct slice describe(struct arena *arena, const struct envelope_place *place)
{
    return arena_printf(arena, "%s|%s|" SLICE_FMT "|" SLICE_FMT, place->table, place->column,
                        SLICE_ARG(place->row), SLICE_ARG(place->tenant));
}

struct slice envelope_seal(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES],
                           struct slice key_id, const struct envelope_place *place,
                           struct slice plain, struct rand *rand)
{
    struct buf out;
    buf_init_arena(&out, arena, envelope_bytes_max);
    buf_append(&out, MAGIC);
    buf_append_char(&out, algorithm_aes_256_gcm);
    buf_append_char(&out, (char)key_id.len);
    buf_append(&out, key_id);
    buf_append(&out, seal(arena, key, plain, describe(arena, place), rand));
    return buf_slice(&out);
}

static bool split(struct slice envelope, struct slice *key_id, struct slice *sealed)
{
    if (envelope.len < header_bytes || !slice_starts_with(envelope, MAGIC) ||
        envelope.ptr[4] != algorithm_aes_256_gcm)
        return false;
    size_t id_len = (unsigned char)envelope.ptr[5];
    if (envelope.len < header_bytes + id_len)
        return false;
    *key_id = slice_sub(envelope, header_bytes, id_len);
    *sealed = slice_from(envelope, header_bytes + id_len);
    return true;
}

bool envelope_key_id(struct slice envelope, struct slice *key_id)
{
    struct slice sealed;
    return split(envelope, key_id, &sealed);
}

bool envelope_open(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES],
                   const struct envelope_place *place, struct slice envelope, struct slice *plain)
{
    struct slice key_id;
    struct slice sealed;
    return split(envelope, &key_id, &sealed) &&
           seal_open(arena, key, sealed, describe(arena, place), plain);
}
