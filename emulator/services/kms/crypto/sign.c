/* Signing by OpenSSL. */
#include "emulator/services/kms/crypto/sign.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "lib/base/attributes.h"

enum { signature_bytes_max = 512 };

#define SIGNING(name, scheme, bits)                                                                \
    {                                                                                              \
        SLICE_INIT(name "_SHA_" #bits), scheme, "SHA" #bits, (bits) / 8                            \
    }

static const struct kms_signing algorithms[] = {
    SIGNING("RSASSA_PKCS1_V1_5", KMS_SCHEME_PKCS1, 256),
    SIGNING("RSASSA_PKCS1_V1_5", KMS_SCHEME_PKCS1, 384),
    SIGNING("RSASSA_PKCS1_V1_5", KMS_SCHEME_PKCS1, 512),
    SIGNING("RSASSA_PSS", KMS_SCHEME_PSS, 256),
    SIGNING("RSASSA_PSS", KMS_SCHEME_PSS, 384),
    SIGNING("RSASSA_PSS", KMS_SCHEME_PSS, 512),
    SIGNING("ECDSA", KMS_SCHEME_ECDSA, 256),
    SIGNING("ECDSA", KMS_SCHEME_ECDSA, 384),
    SIGNING("ECDSA", KMS_SCHEME_ECDSA, 512),
    SIGNING("ED25519", KMS_SCHEME_EDDSA, 512),
    SIGNING("ED25519_PH", KMS_SCHEME_EDDSA_PH, 512),
};

const struct kms_signing *kms_signing_find(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
        if (slice_eq(algorithms[i].name, name))
            return &algorithms[i];
    return NULL;
}

static const unsigned char *bytes_of(struct slice s)
{
    return (const unsigned char *)s.ptr;
}

struct slice kms_signing_digest(const struct kms_signing *algorithm, struct slice message,
                                struct arena *arena)
{
    unsigned char *digest = arena_alloc(arena, algorithm->digest_bytes);
    size_t len = algorithm->digest_bytes;
    if (!EVP_Q_digest(NULL, algorithm->digest, NULL, message.ptr, message.len, digest, &len))
        abort(); /* every digest of the table is in OpenSSL's default provider */
    return (struct slice){(char *)digest, len};
}

static void free_key_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

static void free_digest_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static bool set_scheme(EVP_PKEY_CTX *context, const struct kms_signing *algorithm)
{
    const EVP_MD *digest = EVP_get_digestbyname(algorithm->digest);
    if (EVP_PKEY_CTX_set_signature_md(context, digest) <= 0)
        return false;
    switch (algorithm->scheme) {
    case KMS_SCHEME_PKCS1:
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
    case KMS_SCHEME_PSS:
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) > 0;
    case KMS_SCHEME_ECDSA:
        return true;
    case KMS_SCHEME_EDDSA:
    case KMS_SCHEME_EDDSA_PH:
        break;
    }
    return false;
}

static bool sign_message(EVP_PKEY *key, struct slice message, unsigned char *signature, size_t *len)
{
    CLEANUP(free_digest_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
    return context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) > 0 &&
           EVP_DigestSign(context, signature, len, bytes_of(message), message.len) > 0;
}

static bool sign_digest(EVP_PKEY *key, const struct kms_signing *algorithm, struct slice digest,
                        unsigned char *signature, size_t *len)
{
    CLEANUP(free_key_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    return context && EVP_PKEY_sign_init(context) > 0 && set_scheme(context, algorithm) &&
           EVP_PKEY_sign(context, signature, len, bytes_of(digest), digest.len) > 0;
}

bool kms_sign_input(EVP_PKEY *key, const struct kms_signing *algorithm, struct slice input,
                    struct arena *arena, struct slice *signature)
{
    unsigned char *bytes = arena_alloc(arena, signature_bytes_max);
    size_t len = signature_bytes_max;
    bool done = algorithm->scheme == KMS_SCHEME_EDDSA
                    ? sign_message(key, input, bytes, &len)
                    : sign_digest(key, algorithm, input, bytes, &len);
    *signature = (struct slice){(char *)bytes, len};
    return done;
}

static bool verify_message(EVP_PKEY *key, struct slice message, struct slice signature)
{
    CLEANUP(free_digest_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
    return context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) > 0 &&
           EVP_DigestVerify(context, bytes_of(signature), signature.len, bytes_of(message),
                            message.len) > 0;
}

static bool verify_digest(EVP_PKEY *key, const struct kms_signing *algorithm, struct slice digest,
                          struct slice signature)
{
    CLEANUP(free_key_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    return context && EVP_PKEY_verify_init(context) > 0 && set_scheme(context, algorithm) &&
           EVP_PKEY_verify(context, bytes_of(signature), signature.len, bytes_of(digest),
                           digest.len) > 0;
}

bool kms_verify_input(EVP_PKEY *key, const struct kms_signing *algorithm, struct slice input,
                      struct slice signature)
{
    bool valid = algorithm->scheme == KMS_SCHEME_EDDSA
                     ? verify_message(key, input, signature)
                     : verify_digest(key, algorithm, input, signature);
    ERR_clear_error(); /* a signature that does not verify leaves a trail in OpenSSL's queue */
    return valid;
}
