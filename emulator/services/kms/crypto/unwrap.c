/* Unwrapping by OpenSSL. */
#include "emulator/services/kms/crypto/unwrap.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "emulator/services/kms/crypto/oaep.h"
#include "lib/base/attributes.h"

enum { aes_key_bytes = 32, wrap_block_bytes = 8, wrapped_bytes_min = 16 };

static void free_context(EVP_CIPHER_CTX **context)
{
    EVP_CIPHER_CTX_free(*context);
}

static bool unwrap_padded(struct slice aes_key, struct slice wrapped, struct arena *arena,
                          struct slice *material)
{
    CLEANUP(free_context) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    unsigned char *out = arena_alloc(arena, wrapped.len + wrap_block_bytes);
    int len = 0;
    if (!context || aes_key.len != aes_key_bytes || wrapped.len < wrapped_bytes_min ||
        wrapped.len % wrap_block_bytes)
        return false;
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    bool done = EVP_DecryptInit_ex(context, EVP_aes_256_wrap_pad(), NULL,
                                   (const unsigned char *)aes_key.ptr, NULL) > 0 &&
                EVP_DecryptUpdate(context, out, &len, (const unsigned char *)wrapped.ptr,
                                  (int)wrapped.len) > 0 &&
                len > 0;
    *material = (struct slice){(char *)out, done ? (size_t)len : 0};
    return done;
}

static bool unwrap_both(EVP_PKEY *wrapping, const char *digest, struct slice wrapped,
                        struct arena *arena, struct slice *material)
{
    size_t modulus = (size_t)EVP_PKEY_get_size(wrapping);
    struct slice aes_key;
    if (!kms_oaep_decrypt(wrapping, digest, slice_sub(wrapped, 0, modulus), arena, &aes_key))
        return false;
    bool done = unwrap_padded(aes_key, slice_from(wrapped, modulus), arena, material);
    OPENSSL_cleanse((char *)(uintptr_t)aes_key.ptr, aes_key.len);
    ERR_clear_error();
    return done;
}

bool kms_unwrap(EVP_PKEY *wrapping, struct slice algorithm, struct slice wrapped,
                struct arena *arena, struct slice *material)
{
    const char *digest = kms_oaep_digest(algorithm);
    return slice_starts_with(algorithm, SLICE("RSA_AES_KEY_WRAP"))
               ? unwrap_both(wrapping, digest, wrapped, arena, material)
               : kms_oaep_decrypt(wrapping, digest, wrapped, arena, material);
}
