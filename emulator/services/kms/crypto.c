/* Key material, sealed at rest, and the ciphertexts made with it. */
#include <stdlib.h>
#include <string.h>

#include "emulator/core/limits.h"
#include "emulator/services/kms/kms_crypto.h"
#include "emulator/services/kms/kms_store.h"
#include "lib/enc/aes_gcm.h"
#include "lib/enc/hex.h"
#include "lib/enc/seal.h"

/* A ciphertext: format byte, key ID (16 bytes), material version (4, big-endian), nonce, sealed. */
enum {
    format_byte = 1,
    uuid_bytes = 16,
    version_bytes = 4,
    header_bytes = 1 + uuid_bytes + version_bytes + AES_GCM_NONCE_BYTES,
    context_bytes_max = 1024 * 1024,
};

struct key_material {
    unsigned char bytes[AES_GCM_KEY_BYTES];
};

static void wipe(struct key_material *material)
{
    explicit_bzero(material, sizeof *material);
}

static struct slice uuid_to_bytes(struct slice text, struct arena *arena)
{
    struct slice bytes = SLICE_NONE;
    struct buf digits;
    buf_init_arena(&digits, arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '-')
            buf_append_char(&digits, text.ptr[i]);
    if (!hex_decode(arena, buf_slice(&digits), &bytes) || bytes.len != uuid_bytes)
        abort(); /* key IDs are made here, from rand_uuid4 */
    return bytes;
}

static struct slice uuid_from_bytes(struct slice bytes, struct arena *arena)
{
    struct slice digits = hex_encode(arena, bytes);
    return arena_printf(arena, "%.8s-%.4s-%.4s-%.4s-%.12s", digits.ptr, digits.ptr + 8,
                        digits.ptr + 12, digits.ptr + 16, digits.ptr + 20);
}

/* What seals one version of one key: material moved to another row does not open. */
static struct slice material_label(struct call *call, struct slice key_id, int64_t version)
{
    return arena_printf(call->arena, "kms-material|" SLICE_FMT "|" SLICE_FMT "|" SLICE_FMT "|%lld",
                        SLICE_ARG(call->account), SLICE_ARG(call->region), SLICE_ARG(key_id),
                        (long long)version);
}

struct err kms_add_material(struct call *call, struct slice key_id, int64_t version)
{
    CLEANUP(wipe) struct key_material material;
    unsigned char id[32];
    rand_fill(call->platform->rand, material.bytes, sizeof material.bytes);
    rand_fill(call->platform->rand, id, sizeof id);
    struct slice stored = seal(call->arena, call->platform->master_key,
                               (struct slice){(char *)material.bytes, sizeof material.bytes},
                               material_label(call, key_id, version), call->platform->rand);
    struct slice material_id = hex_encode(call->arena, (struct slice){(char *)id, sizeof id});
    return kms_store_add_material(call, key_id, version, material_id, stored);
}

static const struct err_info material_damaged = {
    "KeyMaterialDamaged", "stored key material does not open under the master key", 500};

/* `*found` is false when the key has no such version. */
static struct err load_material(struct call *call, struct slice key_id, int64_t version,
                                struct key_material *material, struct slice *material_id,
                                bool *found)
{
    struct slice stored;
    struct slice opened;
    TRY(kms_store_find_material(call, key_id, version, material_id, &stored));
    *found = slice_is_set(stored);
    if (!*found)
        return OK;
    if (!seal_open(call->arena, call->platform->master_key, stored,
                   material_label(call, key_id, version), &opened) ||
        opened.len != sizeof material->bytes)
        return ERR(&material_damaged);
    memcpy(material->bytes, opened.ptr, sizeof material->bytes);
    explicit_bzero((char *)(uintptr_t)opened.ptr, opened.len);
    return OK;
}

static int by_key(const void *a, const void *b)
{
    return slice_compare(((const struct kms_encryption_context_type_entry *)a)->key,
                         ((const struct kms_encryption_context_type_entry *)b)->key);
}

static void append_sized(struct buf *out, struct slice text)
{
    uint32_t len = (uint32_t)text.len;
    unsigned char prefix[4] = {(unsigned char)(len >> 24), (unsigned char)(len >> 16),
                               (unsigned char)(len >> 8), (unsigned char)len};
    buf_append(out, (struct slice){(char *)prefix, sizeof prefix});
    buf_append(out, text);
}

/* Header and context in one canonical form: pairs sorted by key, each text behind its length. */
static struct slice associated_data(struct call *call, struct slice header,
                                    const struct kms_encryption_context_type *context)
{
    size_t size = sizeof(struct kms_encryption_context_type_entry);
    struct kms_encryption_context_type_entry *pairs =
        arena_array(call->arena, context->count + 1, size);
    struct buf data;
    if (context->count)
        memcpy(pairs, context->items, context->count * size);
    qsort(pairs, context->count, size, by_key);
    buf_init_arena(&data, call->arena, BODY_BYTES_MAX + context_bytes_max);
    append_sized(&data, header);
    for (size_t i = 0; i < context->count; i++) {
        append_sized(&data, pairs[i].key);
        append_sized(&data, pairs[i].value);
    }
    return buf_slice(&data);
}

static struct slice make_header(struct call *call, struct slice key_id, int64_t version)
{
    unsigned char *header = arena_alloc(call->arena, header_bytes);
    header[0] = format_byte;
    memcpy(header + 1, uuid_to_bytes(key_id, call->arena).ptr, uuid_bytes);
    for (int i = 0; i < version_bytes; i++)
        header[1 + uuid_bytes + i] = (unsigned char)(version >> (8 * (version_bytes - 1 - i)));
    rand_fill(call->platform->rand, header + header_bytes - AES_GCM_NONCE_BYTES,
              AES_GCM_NONCE_BYTES);
    return (struct slice){(char *)header, header_bytes};
}

static const unsigned char *nonce_of(struct slice header)
{
    return (const unsigned char *)header.ptr + header_bytes - AES_GCM_NONCE_BYTES;
}

struct err kms_encrypt_under(struct call *call, struct slice key_id, int64_t version,
                             const struct kms_encryption_context_type *context,
                             struct slice plaintext, struct slice *ciphertext,
                             struct slice *material_id)
{
    CLEANUP(wipe) struct key_material material;
    struct slice id;
    bool found;
    struct buf blob;
    TRY(load_material(call, key_id, version, &material, &id, &found));
    if (!found)
        return ERR(&material_damaged);
    struct slice header = make_header(call, key_id, version);
    buf_init_arena(&blob, call->arena, header_bytes + plaintext.len + AES_GCM_TAG_BYTES);
    buf_append(&blob, header);
    buf_append(&blob, aes_gcm_seal(material.bytes, nonce_of(header),
                                   associated_data(call, header, context), plaintext, call->arena));
    *ciphertext = buf_slice(&blob);
    if (material_id)
        *material_id = id;
    return OK;
}

bool kms_parse_ciphertext(struct slice blob, struct arena *arena, struct kms_ciphertext *parts)
{
    if (blob.len < header_bytes + AES_GCM_TAG_BYTES || blob.ptr[0] != format_byte)
        return false;
    const unsigned char *version = (const unsigned char *)blob.ptr + 1 + uuid_bytes;
    *parts = (struct kms_ciphertext){
        .key_id = uuid_from_bytes(slice_sub(blob, 1, uuid_bytes), arena),
        .version = (int64_t)version[0] << 24 | version[1] << 16 | version[2] << 8 | version[3],
        .header = slice_sub(blob, 0, header_bytes),
        .sealed = slice_from(blob, header_bytes),
    };
    return true;
}

struct err kms_decrypt_under(struct call *call, const struct kms_ciphertext *parts,
                             const struct kms_encryption_context_type *context,
                             struct slice *plaintext, struct slice *material_id)
{
    CLEANUP(wipe) struct key_material material;
    bool found;
    TRY(load_material(call, parts->key_id, parts->version, &material, material_id, &found));
    if (found && aes_gcm_open(material.bytes, nonce_of(parts->header),
                              associated_data(call, parts->header, context), parts->sealed,
                              call->arena, plaintext))
        return OK;
    /* AWS gives this error no words, so that nothing is learnt from it. */
    return fail(call, &KMS_INVALID_CIPHERTEXT_EXCEPTION, "%s", "");
}
