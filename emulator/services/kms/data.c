/* Cryptographic operations on data: Encrypt, Decrypt, GenerateDataKey. */
#include "emulator/services/kms/kms_crypto.h"
#include "emulator/services/kms/kms_resolve.h"
#include "emulator/services/kms_api.h"

static const struct slice symmetric_default = SLICE_INIT("SYMMETRIC_DEFAULT");

static struct err usable_key(struct call *call, struct slice named, struct kms_key *key)
{
    TRY(kms_resolve_key(call, named, key));
    return kms_require_enabled(call, key);
}

static struct err check_algorithm(struct call *call, struct slice algorithm,
                                  const struct kms_key *key)
{
    if (!slice_is_set(algorithm) || slice_eq(algorithm, symmetric_default))
        return OK;
    return fail(call, &KMS_INVALID_KEY_USAGE_EXCEPTION,
                "Algorithm " SLICE_FMT " is incompatible with key spec " SLICE_FMT ".",
                SLICE_ARG(algorithm), SLICE_ARG(key->spec));
}

static struct err stop_dry_run(struct call *call, struct opt_bool dry_run)
{
    if (!dry_run.value)
        return OK;
    return fail(call, &KMS_DRY_RUN_OPERATION_EXCEPTION,
                "The request would have succeeded, but the DryRun option is set.");
}

static struct err refuse_recipient(struct call *call, const struct kms_recipient_info *recipient)
{
    if (!recipient)
        return OK;
    return fail(call, &FAULT_NOT_IMPLEMENTED,
                "Florin does not implement kms:" SLICE_FMT " for a Nitro enclave's Recipient",
                SLICE_ARG(call->operation->name));
}

struct err kms_encrypt(struct call *call, const struct kms_encrypt_request *in,
                       struct kms_encrypt_response *out)
{
    struct kms_key key;
    TRY(usable_key(call, in->key_id, &key));
    TRY(check_algorithm(call, in->encryption_algorithm, &key));
    TRY(stop_dry_run(call, in->dry_run));
    TRY(kms_encrypt_under(call, key.key_id, key.current_version, &in->encryption_context,
                          in->plaintext, &out->ciphertext_blob, NULL));
    out->key_id = kms_key_arn(call, key.key_id);
    out->encryption_algorithm = symmetric_default;
    return OK;
}

/* The key that the ciphertext names; a KeyId that names another one is refused. */
static struct err key_of_ciphertext(struct call *call, struct slice named,
                                    const struct kms_ciphertext *parts, struct kms_key *key)
{
    if (slice_is_set(named)) {
        TRY(kms_resolve_key(call, named, key));
        if (!slice_eq(key->key_id, parts->key_id))
            return fail(call, &KMS_INCORRECT_KEY_EXCEPTION,
                        "The key ID in the request does not identify a CMK that can perform this "
                        "operation.");
    } else {
        TRY(kms_store_find_key(call, parts->key_id, key));
        if (!slice_is_set(key->key_id))
            return fail(call, &KMS_INVALID_CIPHERTEXT_EXCEPTION, "%s", "");
    }
    return kms_require_enabled(call, key);
}

struct err kms_decrypt(struct call *call, const struct kms_decrypt_request *in,
                       struct kms_decrypt_response *out)
{
    struct kms_ciphertext parts;
    struct kms_key key;
    TRY(refuse_recipient(call, in->recipient));
    if (!slice_is_set(in->ciphertext_blob))
        return fail(call, &FAULT_VALIDATION,
                    "1 validation error detected: Value null at 'ciphertextBlob' failed to "
                    "satisfy constraint: Member must not be null");
    if (!kms_parse_ciphertext(in->ciphertext_blob, call->arena, &parts))
        return fail(call, &KMS_INVALID_CIPHERTEXT_EXCEPTION, "%s", "");
    TRY(key_of_ciphertext(call, in->key_id, &parts, &key));
    TRY(check_algorithm(call, in->encryption_algorithm, &key));
    TRY(kms_decrypt_under(call, &parts, &in->encryption_context, &out->plaintext,
                          &out->key_material_id));
    TRY(stop_dry_run(call, in->dry_run));
    out->key_id = kms_key_arn(call, key.key_id);
    out->encryption_algorithm = symmetric_default;
    return OK;
}

struct err kms_generate_data_key(struct call *call, const struct kms_generate_data_key_request *in,
                                 struct kms_generate_data_key_response *out)
{
    struct kms_key key;
    TRY(refuse_recipient(call, in->recipient));
    if (in->number_of_bytes.is_set == slice_is_set(in->key_spec))
        return fail(call, &FAULT_VALIDATION, "Please specify either number of bytes or key spec.");
    TRY(usable_key(call, in->key_id, &key));
    TRY(stop_dry_run(call, in->dry_run));
    size_t len = in->number_of_bytes.is_set ? (size_t)in->number_of_bytes.value
                 : slice_eq(in->key_spec, KMS_DATA_KEY_SPEC_AES_128) ? 16
                                                                     : 32;
    char *bytes = arena_alloc(call->arena, len);
    rand_fill(call->platform->rand, bytes, len);
    out->plaintext = (struct slice){bytes, len};
    TRY(kms_encrypt_under(call, key.key_id, key.current_version, &in->encryption_context,
                          out->plaintext, &out->ciphertext_blob, &out->key_material_id));
    out->key_id = kms_key_arn(call, key.key_id);
    return OK;
}
