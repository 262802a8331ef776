/*
 * Envelope encryption of values: KMS makes a data key per version, under the secret's KMS key and
 * the encryption context {SecretARN, SecretVersionId}; the value is sealed with it here.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
#include <string.h>

#include "emulator/services/kms_api.h"
#include "emulator/services/secretsmanager/value/value.h"
#include "lib/enc/seal.h"

static struct kms_encryption_context_type context_of(struct call *call, const struct secret *secret,
                                                     struct slice version_id)
{
    struct kms_encryption_context_type_entry *entries =
        ARENA_ARRAY(call->arena, struct kms_encryption_context_type_entry, 2);
    entries[0].key = SLICE("SecretARN");
    entries[0].value = secret->arn;
    entries[1].key = SLICE("SecretVersionId");
    entries[1].value = version_id;
    return (struct kms_encryption_context_type){entries, 2, true};
}

static struct slice key_of(const struct secret *secret)
{
    return slice_is_set(secret->kms_key_id) ? secret->kms_key_id
                                            : SLICE("alias/aws/secretsmanager");
}

static void wipe(struct slice bytes)
{
    explicit_bzero((char *)(uintptr_t)bytes.ptr, bytes.len);
}

/* KMS's refusals become Secrets Manager's own; a breakage stays one. */
static struct err explain(struct call *call, struct err e, const struct fault *fault,
                          const char *words)
{
    if (!failed(e) || !call->fault)
        return e;
    if (call->fault == &FAULT_ACCESS_DENIED)
        return fail(call, &FAULT_ACCESS_DENIED, "Access to KMS is not allowed");
    return fail(call, fault, "%s (" SLICE_FMT ")", words, SLICE_ARG(call->fault_message));
}

static struct err new_data_key(struct call *call, const struct secret *secret,
                               struct slice version_id, struct kms_generate_data_key_response *out)
{
    const struct kms_generate_data_key_request in = {
        .key_id = key_of(secret),
        .key_spec = KMS_DATA_KEY_SPEC_AES_256,
        .encryption_context = context_of(call, secret, version_id),
    };
    return explain(call, call->platform->call_internal(call, "kms", "GenerateDataKey", &in, out),
                   &SECRETSMANAGER_ENCRYPTION_FAILURE,
                   "Secrets Manager can't encrypt the protected secret text using the provided "
                   "KMS key.");
}

struct err secret_seal(struct call *call, const struct secret *secret,
                       const struct secret_value *value, struct secret_version *version)
{
    struct kms_generate_data_key_response key = {0};
    TRY(new_data_key(call, secret, version->version_id, &key));
    version->is_binary = slice_is_set(value->binary);
    version->data_key = key.ciphertext_blob;
    version->kms_key = key.key_id;
    version->sealed = seal(call->arena, (const unsigned char *)key.plaintext.ptr,
                           version->is_binary ? value->binary : value->string, version->version_id,
                           call->platform->rand);
    wipe(key.plaintext);
    return OK;
}

bool secret_value_is_set(const struct secret_value *value)
{
    return slice_is_set(value->string) || slice_is_set(value->binary);
}

bool secret_version_has_value(const struct secret_version *version)
{
    return version->sealed.len > 0;
}

static const struct err_info value_damaged = {
    "SecretValueDamaged", "a stored secret value does not open under its data key", 500};

struct err secret_open_version(struct call *call, const struct secret *secret,
                               const struct secret_version *version, struct secret_value *value)
{
    struct kms_decrypt_response key = {0};
    struct slice opened;
    const struct kms_decrypt_request in = {
        .ciphertext_blob = version->data_key,
        .encryption_context = context_of(call, secret, version->version_id),
    };
    TRY(explain(call, call->platform->call_internal(call, "kms", "Decrypt", &in, &key),
                &SECRETSMANAGER_DECRYPTION_FAILURE,
                "Secrets Manager can't decrypt the protected secret text using the provided KMS "
                "key."));
    if (key.plaintext.len != SEAL_KEY_BYTES ||
        !seal_open(call->arena, (const unsigned char *)key.plaintext.ptr, version->sealed,
                   version->version_id, &opened))
        return ERR(&value_damaged);
    wipe(key.plaintext);
    *value = (struct secret_value){0};
    *(version->is_binary ? &value->binary : &value->string) = opened;
    return OK;
}
