/* Sealing under a symmetric key, and opening. */
#include "emulator/services/kms/material/ciphertext.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/core/limits.h"
#include "emulator/services/kms/material/material.h"
#include "lib/enc/aes_gcm.h"
#include "lib/enc/hex.h"

/* A ciphertext: format byte, key ID (16 bytes), material version (4, big-endian), nonce, sealed. */
enum {
    uuid_bytes = 16,
    version_bytes = 4,
    header_bytes = 1 + uuid_bytes + version_bytes + AES_GCM_NONCE_BYTES,
    context_bytes_max = 1024 * 1024,
};

/* The format byte tells how the 16 bytes of the key ID are written as text. */
static const struct format {
    char byte;
    struct slice prefix;
    bool dashes;
} formats[] = {
    {1, SLICE_INIT(""),     true },
    {2, SLICE_INIT("mrk-"), false},
};

static const struct format *format_of_key(struct slice key_id)
{
    return &formats[slice_starts_with(key_id, formats[1].prefix)];
}

static const struct format *format_of_byte(char byte)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (formats[i].byte == byte)
            return &formats[i];
    return NULL;
}

static struct slice id_to_bytes(const struct format *format, struct slice text, struct arena *arena)
{
    struct slice bytes = SLICE_NONE;
    struct buf digits;
    buf_init_arena(&digits, arena, text.len + 1);
    for (size_t i = format->prefix.len; i < text.len; i++)
        if (text.ptr[i] != '-')
            buf_append_char(&digits, text.ptr[i]);
    if (!hex_decode(arena, buf_slice(&digits), &bytes) || bytes.len != uuid_bytes)
        abort(); /* key IDs are made here, from rand_uuid4 */
    return bytes;
}

static struct slice id_from_bytes(const struct format *format, struct slice bytes,
                                  struct arena *arena)
{
    struct slice digits = hex_encode(arena, bytes);
    if (!format->dashes)
        return arena_printf(arena, SLICE_FMT SLICE_FMT, SLICE_ARG(format->prefix),
                            SLICE_ARG(digits));
    return arena_printf(arena, "%.8s-%.4s-%.4s-%.4s-%.12s", digits.ptr, digits.ptr + 8,
                        digits.ptr + 12, digits.ptr + 16, digits.ptr + 20);
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
    const struct format *format = format_of_key(key_id);
    unsigned char *header = arena_alloc(call->arena, header_bytes);
    header[0] = (unsigned char)format->byte;
    memcpy(header + 1, id_to_bytes(format, key_id, call->arena).ptr, uuid_bytes);
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

static const unsigned char *key_of(const struct kms_secret *secret)
{
    return (const unsigned char *)secret->bytes.ptr;
}

struct err kms_encrypt_under(struct call *call, const struct kms_key *key,
                             const struct kms_encryption_context_type *context,
                             struct slice plaintext, struct slice *ciphertext,
                             struct slice *material_id)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct buf blob;
    TRY(kms_open_current(call, key, &secret, material_id));
    if (secret.bytes.len != AES_GCM_KEY_BYTES)
        return ERR(&KMS_MATERIAL_DAMAGED);
    struct slice header = make_header(call, key->key_id, key->current_version);
    buf_init_arena(&blob, call->arena, header_bytes + plaintext.len + AES_GCM_TAG_BYTES);
    buf_append(&blob, header);
    buf_append(&blob, aes_gcm_seal(key_of(&secret), nonce_of(header),
                                   associated_data(call, header, context), plaintext, call->arena));
    *ciphertext = buf_slice(&blob);
    return OK;
}

bool kms_parse_ciphertext(struct slice blob, struct arena *arena, struct kms_ciphertext *parts)
{
    const struct format *format = blob.len ? format_of_byte(blob.ptr[0]) : NULL;
    if (!format || blob.len < header_bytes + AES_GCM_TAG_BYTES)
        return false;
    const unsigned char *version = (const unsigned char *)blob.ptr + 1 + uuid_bytes;
    *parts = (struct kms_ciphertext){
        .key_id = id_from_bytes(format, slice_sub(blob, 1, uuid_bytes), arena),
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
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct kms_material_row row;
    TRY(kms_open_secret(call, parts->key_id, parts->version, &secret, &row));
    if (material_id)
        *material_id = row.material_id;
    if (secret.bytes.len == AES_GCM_KEY_BYTES &&
        aes_gcm_open(key_of(&secret), nonce_of(parts->header),
                     associated_data(call, parts->header, context), parts->sealed, call->arena,
                     plaintext))
        return OK;
    return kms_invalid_ciphertext(call);
}

struct err kms_invalid_ciphertext(struct call *call)
{
    return fail(call, &KMS_INVALID_CIPHERTEXT_EXCEPTION, "%s", "");
}
