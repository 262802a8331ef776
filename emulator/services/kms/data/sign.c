/* Asymmetric keys at work: Sign, Verify, DeriveSharedSecret, GetPublicKey. */
#include "emulator/services/kms/crypto/sign.h"

#include "emulator/services/kms/crypto/agree.h"
#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/data/use.h"
#include "emulator/services/kms/grant/token.h"
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/key/state.h"
#include "emulator/services/kms/material/material.h"

/* What Sign and Verify have in common. */
struct signing {
    struct kms_use_of use;
    struct slice message;
    struct slice message_type;
    struct slice algorithm;
    struct kms_key key;
    const struct kms_signing *scheme;
    struct slice input; /* the digest, or the message for EdDSA */
};

static struct err bad_type(struct call *call, const struct signing *s)
{
    return fail(call, &FAULT_VALIDATION,
                "MessageType " SLICE_FMT " is not valid with the signing algorithm " SLICE_FMT ".",
                SLICE_ARG(s->message_type), SLICE_ARG(s->algorithm));
}

static struct err read_input(struct call *call, struct signing *s)
{
    bool is_digest = slice_eq(s->message_type, KMS_MESSAGE_TYPE_DIGEST);
    if (slice_eq(s->message_type, KMS_MESSAGE_TYPE_EXTERNAL_MU))
        return bad_type(call, s); /* of ML-DSA keys alone, which no key here is */
    s->input = s->message;
    if (s->scheme->scheme == KMS_SCHEME_EDDSA)
        return is_digest ? bad_type(call, s) : OK;
    if (is_digest && s->message.len != s->scheme->digest_bytes)
        return fail(call, &FAULT_VALIDATION,
                    "Digest is invalid length for algorithm " SLICE_FMT ".",
                    SLICE_ARG(s->algorithm));
    if (!is_digest)
        s->input = kms_signing_digest(s->scheme, s->message, call->arena);
    return OK;
}

static struct err prepare(struct call *call, struct signing *s)
{
    TRY(kms_usable_key(call, &s->use, &s->key));
    TRY(kms_require_algorithm(call, &s->key, s->algorithm));
    s->scheme = kms_signing_find(s->algorithm);
    if (s->scheme->scheme == KMS_SCHEME_EDDSA_PH)
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement kms:" SLICE_FMT
                    " with ED25519_PH_SHA_512: OpenSSL 3.0 does not offer Ed25519ph",
                    SLICE_ARG(call->operation->name));
    return read_input(call, s);
}

struct err kms_sign(struct call *call, const struct kms_sign_request *in,
                    struct kms_sign_response *out)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct signing s = {
        .use = {in->key_id, KMS_KEY_USAGE_TYPE_SIGN_VERIFY, &in->grant_tokens},
        .message = in->message,
        .message_type = in->message_type,
        .algorithm = in->signing_algorithm,
    };
    TRY(prepare(call, &s));
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(kms_open_current(call, &s.key, &secret, NULL));
    CLEANUP(kms_pkey_free)
    EVP_PKEY *pair = kms_pkey_unpack(kms_spec_find(s.key.spec), secret.bytes);
    if (!pair || !kms_sign_input(pair, s.scheme, s.input, call->arena, &out->signature))
        return ERR(&KMS_CRYPTO_FAILED);
    out->key_id = kms_key_arn(call, s.key.key_id);
    out->signing_algorithm = in->signing_algorithm;
    return kms_note_use(call, &s.key);
}

struct err kms_verify(struct call *call, const struct kms_verify_request *in,
                      struct kms_verify_response *out)
{
    struct slice der;
    struct signing s = {
        .use = {in->key_id, KMS_KEY_USAGE_TYPE_SIGN_VERIFY, &in->grant_tokens},
        .message = in->message,
        .message_type = in->message_type,
        .algorithm = in->signing_algorithm,
    };
    TRY(prepare(call, &s));
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(kms_public_key(call, &s.key, &der));
    CLEANUP(kms_pkey_free) EVP_PKEY *public_key = kms_pkey_from_public_der(der);
    if (!public_key)
        return ERR(&KMS_CRYPTO_FAILED);
    if (!kms_verify_input(public_key, s.scheme, s.input, in->signature))
        return fail(call, &KMS_KMS_INVALID_SIGNATURE_EXCEPTION, "%s", "");
    out->signature_valid = SET_BOOL(true);
    out->key_id = kms_key_arn(call, s.key.key_id);
    out->signing_algorithm = in->signing_algorithm;
    return kms_note_use(call, &s.key);
}

static struct err bad_public_key(struct call *call, const struct kms_key *key)
{
    return fail(call, &FAULT_VALIDATION,
                "The public key must be a DER-encoded X.509 SubjectPublicKeyInfo on the curve of "
                "the key spec " SLICE_FMT ".",
                SLICE_ARG(key->spec));
}

struct err kms_derive_shared_secret(struct call *call,
                                    const struct kms_derive_shared_secret_request *in,
                                    struct kms_derive_shared_secret_response *out)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct kms_use_of use = {in->key_id, KMS_KEY_USAGE_TYPE_KEY_AGREEMENT, &in->grant_tokens};
    struct kms_key key;
    TRY(kms_refuse_recipient(call, in->recipient));
    TRY(kms_usable_key(call, &use, &key));
    const struct kms_spec *spec = kms_spec_find(key.spec);
    CLEANUP(kms_pkey_free) EVP_PKEY *peer = kms_pkey_from_public_der(in->public_key);
    if (!peer || !kms_pkey_is_of(peer, spec))
        return bad_public_key(call, &key);
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(kms_open_current(call, &key, &secret, NULL));
    CLEANUP(kms_pkey_free) EVP_PKEY *own = kms_pkey_unpack(spec, secret.bytes);
    if (!own)
        return ERR(&KMS_CRYPTO_FAILED);
    if (!kms_agree(own, peer, call->arena, &out->shared_secret))
        return bad_public_key(call, &key);
    out->key_id = kms_key_arn(call, key.key_id);
    out->key_agreement_algorithm = in->key_agreement_algorithm;
    out->key_origin = key.origin;
    return kms_note_use(call, &key);
}

struct err kms_get_public_key(struct call *call, const struct kms_get_public_key_request *in,
                              struct kms_get_public_key_response *out)
{
    struct kms_key key;
    struct kms_key_metadata *about;
    TRY(kms_resolve_key(call, in->key_id, &key));
    TRY(kms_check_grant_tokens(call, &in->grant_tokens));
    if (!kms_spec_is_asymmetric(kms_spec_find(key.spec)))
        return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                    SLICE_FMT " key spec is " SLICE_FMT " which is not valid for GetPublicKey.",
                    SLICE_ARG(kms_key_arn(call, key.key_id)), SLICE_ARG(key.spec));
    TRY(kms_require_state(call, &key));
    TRY(kms_public_key(call, &key, &out->public_key));
    TRY(kms_metadata(call, &key, &about));
    out->key_id = about->arn;
    out->customer_master_key_spec = out->key_spec = key.spec;
    out->key_usage = key.usage;
    out->encryption_algorithms = about->encryption_algorithms;
    out->signing_algorithms = about->signing_algorithms;
    out->key_agreement_algorithms = about->key_agreement_algorithms;
    return OK;
}
