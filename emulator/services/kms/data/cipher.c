/* Encrypt, Decrypt, ReEncrypt. */
#include "emulator/services/kms/data/cipher.h"

#include "emulator/services/kms/crypto/oaep.h"
#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/data/use.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/material/ciphertext.h"
#include "emulator/services/kms/material/material.h"

static const struct slice symmetric_default = SLICE_INIT("SYMMETRIC_DEFAULT");

static bool is_symmetric(const struct kms_cipher *cipher)
{
    return slice_eq(cipher->algorithm, symmetric_default);
}

static struct slice algorithm_or_default(struct slice algorithm)
{
    return slice_is_set(algorithm) ? algorithm : symmetric_default;
}

/* Nothing is authenticated beside an asymmetric ciphertext, so a context would be lost. */
static struct err refuse_context(struct call *call, const struct kms_cipher *cipher)
{
    if (cipher->context->count == 0)
        return OK;
    return fail(call, &FAULT_VALIDATION,
                "EncryptionContext is not supported with the encryption algorithm " SLICE_FMT ".",
                SLICE_ARG(cipher->algorithm));
}

static struct err encrypt_oaep(struct call *call, const struct kms_key *key,
                               struct kms_cipher *cipher)
{
    const char *digest = kms_oaep_digest(cipher->algorithm);
    struct slice der;
    TRY(refuse_context(call, cipher));
    TRY(kms_public_key(call, key, &der));
    CLEANUP(kms_pkey_free) EVP_PKEY *public_key = kms_pkey_from_public_der(der);
    if (!public_key)
        return ERR(&KMS_CRYPTO_FAILED);
    if (cipher->input.len > kms_oaep_bytes_max(public_key, digest))
        return fail(call, &FAULT_VALIDATION,
                    "Algorithm " SLICE_FMT " and key spec " SLICE_FMT
                    " cannot encrypt data larger than %zu bytes.",
                    SLICE_ARG(cipher->algorithm), SLICE_ARG(key->spec),
                    kms_oaep_bytes_max(public_key, digest));
    return kms_oaep_encrypt(public_key, digest, cipher->input, call->arena, &cipher->output)
               ? OK
               : ERR(&KMS_CRYPTO_FAILED);
}

static struct err decrypt_oaep(struct call *call, const struct kms_key *key,
                               struct kms_cipher *cipher)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    TRY(refuse_context(call, cipher));
    TRY(kms_open_current(call, key, &secret, NULL));
    CLEANUP(kms_pkey_free)
    EVP_PKEY *pair = kms_pkey_unpack(kms_spec_find(key->spec), secret.bytes);
    if (!pair)
        return ERR(&KMS_CRYPTO_FAILED);
    return kms_oaep_decrypt(pair, kms_oaep_digest(cipher->algorithm), cipher->input, call->arena,
                            &cipher->output)
               ? OK
               : kms_invalid_ciphertext(call);
}

struct err kms_cipher_encrypt(struct call *call, const struct kms_key *key,
                              struct kms_cipher *cipher)
{
    return is_symmetric(cipher) ? kms_encrypt_under(call, key, cipher->context, cipher->input,
                                                    &cipher->output, &cipher->material_id)
                                : encrypt_oaep(call, key, cipher);
}

struct err kms_cipher_decrypt(struct call *call, const struct kms_key *key,
                              struct kms_cipher *cipher)
{
    struct kms_ciphertext parts;
    if (!is_symmetric(cipher))
        return decrypt_oaep(call, key, cipher);
    if (!kms_parse_ciphertext(cipher->input, call->arena, &parts))
        return kms_invalid_ciphertext(call);
    return kms_decrypt_under(call, &parts, cipher->context, &cipher->output, &cipher->material_id);
}

struct err kms_encrypt(struct call *call, const struct kms_encrypt_request *in,
                       struct kms_encrypt_response *out)
{
    struct kms_use_of use = {in->key_id, KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT, &in->grant_tokens};
    struct kms_cipher cipher = {.algorithm = algorithm_or_default(in->encryption_algorithm),
                                .context = &in->encryption_context,
                                .input = in->plaintext};
    struct kms_key key;
    TRY(kms_usable_key(call, &use, &key));
    TRY(kms_require_algorithm(call, &key, cipher.algorithm));
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(kms_cipher_encrypt(call, &key, &cipher));
    out->ciphertext_blob = cipher.output;
    out->key_id = kms_key_arn(call, key.key_id);
    out->encryption_algorithm = cipher.algorithm;
    return kms_note_use(call, &key);
}

/* The source of a decryption, which its ciphertext names when nothing else does. */
struct source {
    struct slice named;
    struct slice blob;
    const struct kms_grant_token_list *grant_tokens;
    bool without_blob; /* a dry run that is about the key alone */
};

static struct err missing(struct call *call, const char *member)
{
    return fail(call, &FAULT_VALIDATION,
                "1 validation error detected: Value null at '%s' failed to satisfy constraint: "
                "Member must not be null",
                member);
}

static struct err incorrect_key(struct call *call)
{
    return fail(call, &KMS_INCORRECT_KEY_EXCEPTION,
                "The key ID in the request does not identify a CMK that can perform this "
                "operation.");
}

/* A ciphertext of a key that is not here tells no more than one that is damaged. */
static struct err source_key(struct call *call, const struct source *source,
                             const struct kms_cipher *cipher, struct kms_key *key)
{
    struct kms_use_of use = {source->named, KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT,
                             source->grant_tokens};
    struct kms_ciphertext parts = {0};
    bool parse = is_symmetric(cipher) && !source->without_blob;
    if (!slice_is_set(source->named) && !parse)
        return missing(call, "keyId");
    bool parsed = parse && kms_parse_ciphertext(source->blob, call->arena, &parts);
    if (!slice_is_set(use.named)) {
        if (!parsed)
            return kms_invalid_ciphertext(call);
        TRY(kms_store_find_key(call, parts.key_id, key));
        if (!slice_is_set(key->key_id))
            return kms_invalid_ciphertext(call);
        use.named = parts.key_id;
    }
    TRY(kms_usable_key(call, &use, key));
    TRY(kms_require_algorithm(call, key, cipher->algorithm));
    if (parse && !parsed)
        return kms_invalid_ciphertext(call);
    return !parse || slice_eq(key->key_id, parts.key_id) ? OK : incorrect_key(call);
}

/* IGNORE_CIPHERTEXT goes with a dry run, and then no ciphertext is needed. */
static struct err read_modifiers(struct call *call, const struct kms_dry_run_modifier_list *list,
                                 struct opt_bool dry_run, struct source *source)
{
    if (list->count && !dry_run.value)
        return fail(call, &FAULT_VALIDATION, "DryRunModifiers is valid with DryRun alone.");
    source->without_blob = list->count > 0;
    if (!source->without_blob && !slice_is_set(source->blob))
        return missing(call, "ciphertextBlob");
    return OK;
}

struct err kms_decrypt(struct call *call, const struct kms_decrypt_request *in,
                       struct kms_decrypt_response *out)
{
    struct source source = {in->key_id, in->ciphertext_blob, &in->grant_tokens, false};
    struct kms_cipher cipher = {.algorithm = algorithm_or_default(in->encryption_algorithm),
                                .context = &in->encryption_context,
                                .input = in->ciphertext_blob};
    struct kms_key key;
    TRY(kms_refuse_recipient(call, in->recipient));
    TRY(read_modifiers(call, &in->dry_run_modifiers, in->dry_run, &source));
    TRY(source_key(call, &source, &cipher, &key));
    if (!source.without_blob)
        TRY(kms_cipher_decrypt(call, &key, &cipher));
    TRY(kms_stop_dry_run(call, in->dry_run));
    out->plaintext = cipher.output;
    out->key_material_id = cipher.material_id;
    out->key_id = kms_key_arn(call, key.key_id);
    out->encryption_algorithm = cipher.algorithm;
    return kms_note_use(call, &key);
}

struct err kms_re_encrypt(struct call *call, const struct kms_re_encrypt_request *in,
                          struct kms_re_encrypt_response *out)
{
    struct source source = {in->source_key_id, in->ciphertext_blob, &in->grant_tokens, false};
    struct kms_use_of use = {in->destination_key_id, KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT,
                             &in->grant_tokens};
    struct kms_cipher from = {.algorithm = algorithm_or_default(in->source_encryption_algorithm),
                              .context = &in->source_encryption_context,
                              .input = in->ciphertext_blob};
    struct kms_cipher to = {.algorithm = algorithm_or_default(in->destination_encryption_algorithm),
                            .context = &in->destination_encryption_context};
    struct kms_key key;
    struct kms_key destination;
    TRY(read_modifiers(call, &in->dry_run_modifiers, in->dry_run, &source));
    TRY(source_key(call, &source, &from, &key));
    TRY(kms_usable_key(call, &use, &destination));
    TRY(kms_require_algorithm(call, &destination, to.algorithm));
    if (!source.without_blob)
        TRY(kms_cipher_decrypt(call, &key, &from));
    TRY(kms_stop_dry_run(call, in->dry_run));
    to.input = from.output;
    TRY(kms_cipher_encrypt(call, &destination, &to));
    *out = (struct kms_re_encrypt_response){
        .ciphertext_blob = to.output,
        .source_key_id = kms_key_arn(call, key.key_id),
        .key_id = kms_key_arn(call, destination.key_id),
        .source_encryption_algorithm = from.algorithm,
        .destination_encryption_algorithm = to.algorithm,
        .source_key_material_id = from.material_id,
        .destination_key_material_id = to.material_id,
    };
    TRY(kms_note_use(call, &key));
    return kms_note_use(call, &destination);
}
