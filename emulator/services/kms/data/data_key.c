/*
 * Data keys: GenerateDataKey, GenerateDataKeyPair, both without plaintext, and GenerateRandom.
 * https://docs.aws.amazon.com/kms/latest/developerguide/data-keys.html
 */
#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/data/use.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/material/ciphertext.h"
#include "emulator/services/kms/material/material.h"

static struct err encrypting_key(struct call *call, struct slice named,
                                 const struct kms_grant_token_list *grant_tokens,
                                 struct kms_key *key)
{
    struct kms_use_of use = {named, KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT, grant_tokens};
    TRY(kms_usable_key(call, &use, key));
    return kms_require_symmetric(call, key);
}

static struct slice random_bytes(struct call *call, size_t len)
{
    char *bytes = arena_alloc(call->arena, len);
    rand_fill(call->platform->rand, bytes, len);
    return (struct slice){bytes, len};
}

struct err kms_generate_data_key(struct call *call, const struct kms_generate_data_key_request *in,
                                 struct kms_generate_data_key_response *out)
{
    struct kms_key key;
    TRY(kms_refuse_recipient(call, in->recipient));
    if (in->number_of_bytes.is_set == slice_is_set(in->key_spec))
        return fail(call, &FAULT_VALIDATION, "Please specify either number of bytes or key spec.");
    TRY(encrypting_key(call, in->key_id, &in->grant_tokens, &key));
    TRY(kms_stop_dry_run(call, in->dry_run));
    size_t len = in->number_of_bytes.is_set ? (size_t)in->number_of_bytes.value
                 : slice_eq(in->key_spec, KMS_DATA_KEY_SPEC_AES_128) ? 16
                                                                     : 32;
    out->plaintext = random_bytes(call, len);
    TRY(kms_encrypt_under(call, &key, &in->encryption_context, out->plaintext,
                          &out->ciphertext_blob, &out->key_material_id));
    out->key_id = kms_key_arn(call, key.key_id);
    return kms_note_use(call, &key);
}

struct err kms_generate_data_key_without_plaintext(
    struct call *call, const struct kms_generate_data_key_without_plaintext_request *in,
    struct kms_generate_data_key_without_plaintext_response *out)
{
    struct kms_generate_data_key_request same = {
        .key_id = in->key_id,
        .encryption_context = in->encryption_context,
        .number_of_bytes = in->number_of_bytes,
        .key_spec = in->key_spec,
        .grant_tokens = in->grant_tokens,
        .dry_run = in->dry_run,
    };
    struct kms_generate_data_key_response made = {0};
    TRY(kms_generate_data_key(call, &same, &made));
    kms_wipe(&(struct kms_secret){.bytes = made.plaintext});
    out->ciphertext_blob = made.ciphertext_blob;
    out->key_id = made.key_id;
    out->key_material_id = made.key_material_id;
    return OK;
}

static struct err check_pair_spec(struct call *call, struct slice name)
{
    const struct kms_spec *spec = kms_spec_find(name);
    if (spec->family != KMS_FAMILY_ABSENT)
        return OK;
    return fail(call, &FAULT_NOT_IMPLEMENTED,
                "Florin does not implement kms:" SLICE_FMT " with KeyPairSpec " SLICE_FMT
                ": OpenSSL 3.0 does not offer %s",
                SLICE_ARG(call->operation->name), SLICE_ARG(name), spec->lacks);
}

static struct err make_pair(struct call *call, struct slice spec,
                            struct kms_generate_data_key_pair_response *out)
{
    CLEANUP(kms_pkey_free) EVP_PKEY *pair = kms_pkey_generate(kms_spec_find(spec));
    if (!pair)
        return ERR(&KMS_CRYPTO_FAILED);
    out->private_key_plaintext = kms_pkey_private_der(pair, call->arena);
    out->public_key = kms_pkey_public_der(pair, call->arena);
    return slice_is_set(out->private_key_plaintext) ? OK : ERR(&KMS_CRYPTO_FAILED);
}

struct err kms_generate_data_key_pair(struct call *call,
                                      const struct kms_generate_data_key_pair_request *in,
                                      struct kms_generate_data_key_pair_response *out)
{
    struct kms_key key;
    TRY(kms_refuse_recipient(call, in->recipient));
    TRY(check_pair_spec(call, in->key_pair_spec));
    TRY(encrypting_key(call, in->key_id, &in->grant_tokens, &key));
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(make_pair(call, in->key_pair_spec, out));
    TRY(kms_encrypt_under(call, &key, &in->encryption_context, out->private_key_plaintext,
                          &out->private_key_ciphertext_blob, &out->key_material_id));
    out->key_id = kms_key_arn(call, key.key_id);
    out->key_pair_spec = in->key_pair_spec;
    return kms_note_use(call, &key);
}

struct err kms_generate_data_key_pair_without_plaintext(
    struct call *call, const struct kms_generate_data_key_pair_without_plaintext_request *in,
    struct kms_generate_data_key_pair_without_plaintext_response *out)
{
    struct kms_generate_data_key_pair_request same = {
        .encryption_context = in->encryption_context,
        .key_id = in->key_id,
        .key_pair_spec = in->key_pair_spec,
        .grant_tokens = in->grant_tokens,
        .dry_run = in->dry_run,
    };
    struct kms_generate_data_key_pair_response made = {0};
    TRY(kms_generate_data_key_pair(call, &same, &made));
    kms_wipe(&(struct kms_secret){.bytes = made.private_key_plaintext});
    out->private_key_ciphertext_blob = made.private_key_ciphertext_blob;
    out->public_key = made.public_key;
    out->key_id = made.key_id;
    out->key_pair_spec = made.key_pair_spec;
    out->key_material_id = made.key_material_id;
    return OK;
}

struct err kms_generate_random(struct call *call, const struct kms_generate_random_request *in,
                               struct kms_generate_random_response *out)
{
    TRY(kms_refuse_recipient(call, in->recipient));
    if (slice_is_set(in->custom_key_store_id))
        return fail(call, &KMS_CUSTOM_KEY_STORE_NOT_FOUND_EXCEPTION,
                    "The custom key store " SLICE_FMT " does not exist.",
                    SLICE_ARG(in->custom_key_store_id));
    if (!in->number_of_bytes.is_set)
        return fail(call, &FAULT_VALIDATION, "NumberOfBytes is required.");
    out->plaintext = random_bytes(call, (size_t)in->number_of_bytes.value);
    return OK;
}
