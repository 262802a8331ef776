/* RSA-OAEP by OpenSSL. */
#include "emulator/services/kms/crypto/oaep.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "lib/base/attributes.h"

static void free_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

const char *kms_oaep_digest(struct slice algorithm)
{
    return slice_ends_with(algorithm, SLICE("SHA_1")) ? "SHA1" : "SHA256";
}

size_t kms_oaep_bytes_max(EVP_PKEY *key, const char *digest)
{
    size_t overhead = 2 * (size_t)EVP_MD_get_size(EVP_get_digestbyname(digest)) + 2;
    size_t modulus = (size_t)EVP_PKEY_get_size(key);
    return modulus > overhead ? modulus - overhead : 0;
}

static bool set_padding(EVP_PKEY_CTX *context, const char *digest)
{
    const EVP_MD *md = EVP_get_digestbyname(digest);
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, md) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) > 0;
}

bool kms_oaep_encrypt(EVP_PKEY *key, const char *digest, struct slice plaintext,
                      struct arena *arena, struct slice *ciphertext)
{
    CLEANUP(free_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    size_t len = (size_t)EVP_PKEY_get_size(key);
    unsigned char *out = arena_alloc(arena, len);
    bool done = context && EVP_PKEY_encrypt_init(context) > 0 && set_padding(context, digest) &&
                EVP_PKEY_encrypt(context, out, &len, (const unsigned char *)plaintext.ptr,
                                 plaintext.len) > 0;
    ERR_clear_error();
    *ciphertext = (struct slice){(char *)out, len};
    return done;
}

bool kms_oaep_decrypt(EVP_PKEY *key, const char *digest, struct slice ciphertext,
                      struct arena *arena, struct slice *plaintext)
{
    CLEANUP(free_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    size_t len = (size_t)EVP_PKEY_get_size(key);
    unsigned char *out = arena_alloc(arena, len);
    bool done = context && EVP_PKEY_decrypt_init(context) > 0 && set_padding(context, digest) &&
                EVP_PKEY_decrypt(context, out, &len, (const unsigned char *)ciphertext.ptr,
                                 ciphertext.len) > 0;
    ERR_clear_error();
    *plaintext = (struct slice){(char *)out, len};
    return done;
}
