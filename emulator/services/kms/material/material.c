/* Making, sealing and opening key material. */
#include "emulator/services/kms/material/material.h"

#include <openssl/crypto.h>

#include "emulator/services/kms/crypto/pkey.h"
#include "lib/enc/hash.h"
#include "lib/enc/hex.h"
#include "lib/enc/seal.h"

const struct err_info KMS_MATERIAL_DAMAGED = {
    "KeyMaterialDamaged", "stored key material does not open under the master key", 500};
const struct err_info KMS_CRYPTO_FAILED = {
    "CryptographyFailed", "OpenSSL refused an operation that it must be able to do", 500};

void kms_wipe(struct kms_secret *secret)
{
    if (secret->bytes.len)
        OPENSSL_cleanse((char *)(uintptr_t)secret->bytes.ptr, secret->bytes.len);
    secret->bytes = SLICE_NONE;
}

/* What seals one version of one key: material moved to another row does not open. */
static struct slice label(struct call *call, struct slice key_id, int64_t version)
{
    return arena_printf(call->arena, "kms-material|" SLICE_FMT "|" SLICE_FMT "|" SLICE_FMT "|%lld",
                        SLICE_ARG(call->account), SLICE_ARG(call->region), SLICE_ARG(key_id),
                        (long long)version);
}

static struct err make_pair(struct call *call, const struct kms_spec *spec,
                            struct kms_secret *secret)
{
    CLEANUP(kms_pkey_free) EVP_PKEY *pair = kms_pkey_generate(spec);
    if (!pair)
        return ERR(&KMS_CRYPTO_FAILED);
    secret->bytes = kms_pkey_pack(pair, spec, call->arena);
    secret->public_key = kms_pkey_public_der(pair, call->arena);
    return slice_is_set(secret->bytes) ? OK : ERR(&KMS_CRYPTO_FAILED);
}

struct err kms_make_secret(struct call *call, const struct kms_spec *spec,
                           struct kms_secret *secret)
{
    *secret = (struct kms_secret){0};
    if (kms_spec_is_asymmetric(spec))
        return make_pair(call, spec, secret);
    char *bytes = arena_alloc(call->arena, (size_t)spec->size);
    rand_fill(call->platform->rand, bytes, (size_t)spec->size);
    secret->bytes = (struct slice){bytes, (size_t)spec->size};
    return OK;
}

struct slice kms_material_id(struct call *call, struct slice key_id, struct slice secret)
{
    unsigned char id[SHA256_BYTES];
    struct slice about = arena_printf(call->arena, "kms-material-id|" SLICE_FMT, SLICE_ARG(key_id));
    hmac_sha256(secret, about, id);
    return hex_encode(call->arena, (struct slice){(char *)id, sizeof id});
}

struct err kms_store_secret(struct call *call, struct slice key_id, const struct kms_secret *secret,
                            struct kms_material_row *row)
{
    row->material_id = kms_material_id(call, key_id, secret->bytes);
    row->public_key = secret->public_key;
    row->sealed = seal(call->arena, call->platform->master_key, secret->bytes,
                       label(call, key_id, row->version), call->platform->rand);
    return kms_store_put_material(call, key_id, row);
}

struct err kms_open_secret(struct call *call, struct slice key_id, int64_t version,
                           struct kms_secret *secret, struct kms_material_row *row)
{
    struct kms_material_row found;
    *secret = (struct kms_secret){0};
    TRY(kms_store_find_material(call, key_id, version, &found));
    if (row)
        *row = found;
    if (!slice_is_set(found.sealed))
        return OK;
    if (!seal_open(call->arena, call->platform->master_key, found.sealed,
                   label(call, key_id, version), &secret->bytes))
        return ERR(&KMS_MATERIAL_DAMAGED);
    secret->public_key = found.public_key;
    return OK;
}

struct err kms_open_current(struct call *call, const struct kms_key *key, struct kms_secret *secret,
                            struct slice *material_id)
{
    struct kms_material_row row;
    TRY(kms_open_secret(call, key->key_id, key->current_version, secret, &row));
    if (material_id)
        *material_id = row.material_id;
    return slice_is_set(secret->bytes) ? OK : ERR(&KMS_MATERIAL_DAMAGED);
}

struct err kms_public_key(struct call *call, const struct kms_key *key, struct slice *der)
{
    struct kms_material_row row;
    TRY(kms_store_find_material(call, key->key_id, key->current_version, &row));
    *der = row.public_key;
    return slice_is_set(*der) ? OK : ERR(&KMS_MATERIAL_DAMAGED);
}
