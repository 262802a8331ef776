#pragma once
/*
 * Signatures over digests and messages, by a table of KMS's signing algorithms.
 * https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 */
#include <openssl/evp.h>

#include "lib/base/arena.h"

enum kms_scheme {
    KMS_SCHEME_PKCS1,   /* RFC 8017 section 8.2 */
    KMS_SCHEME_PSS,     /* RFC 8017 section 8.1, salt as long as the digest */
    KMS_SCHEME_ECDSA,   /* FIPS 186-4; the signature is DER (ANSI X9.62) */
    KMS_SCHEME_EDDSA,   /* RFC 8032, over the message itself */
    KMS_SCHEME_EDDSA_PH /* Ed25519ph, which OpenSSL 3.0 does not have */
};

struct kms_signing {
    struct slice name;
    enum kms_scheme scheme;
    const char *digest;
    size_t digest_bytes;
};

/* NULL when there is none of that name. */
const struct kms_signing *kms_signing_find(struct slice name);

/* The digest that the algorithm signs. */
struct slice kms_signing_digest(const struct kms_signing *algorithm, struct slice message,
                                struct arena *arena);

/* `input` is the digest, or the message for EdDSA. False only when OpenSSL fails. */
bool kms_sign_input(EVP_PKEY *key, const struct kms_signing *algorithm, struct slice input,
                    struct arena *arena, struct slice *signature);
/* True when the signature is the key's over the input. */
bool kms_verify_input(EVP_PKEY *key, const struct kms_signing *algorithm, struct slice input,
                      struct slice signature);
