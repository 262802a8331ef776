/* Authenticated encryption by OpenSSL's EVP. */
#include "api/auth/seal.h"

#include <stdlib.h>

#include <openssl/evp.h>

#include "lib/base/attributes.h"

static void free_cipher(EVP_CIPHER_CTX **cipher)
{
    EVP_CIPHER_CTX_free(*cipher);
}

static const unsigned char *bytes_of(struct slice s)
{
    return (const unsigned char *)s.ptr;
}

struct slice seal(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice plain,
                  struct slice context, struct rand *rand)
{
    size_t len = SEAL_NONCE_BYTES + plain.len + SEAL_TAG_BYTES;
    unsigned char *out = arena_alloc(arena, len);
    rand_fill(rand, out, SEAL_NONCE_BYTES);
    CLEANUP(free_cipher) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int n;
    if (!cipher || EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, out) != 1 ||
        EVP_EncryptUpdate(cipher, NULL, &n, bytes_of(context), (int)context.len) != 1 ||
        EVP_EncryptUpdate(cipher, out + SEAL_NONCE_BYTES, &n, bytes_of(plain), (int)plain.len) !=
            1 ||
        EVP_EncryptFinal_ex(cipher, out + SEAL_NONCE_BYTES + n, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_BYTES,
                            out + SEAL_NONCE_BYTES + plain.len) != 1)
        abort(); /* only a broken libcrypto gets here */
    return (struct slice){(const char *)out, len};
}

bool seal_open(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice sealed,
               struct slice context, struct slice *plain)
{
    if (sealed.len < SEAL_NONCE_BYTES + SEAL_TAG_BYTES)
        return false;
    size_t len = sealed.len - SEAL_NONCE_BYTES - SEAL_TAG_BYTES;
    const unsigned char *in = bytes_of(sealed);
    unsigned char *out = arena_alloc(arena, len + 1);
    CLEANUP(free_cipher) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int n;
    if (!cipher || EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, in) != 1 ||
        EVP_DecryptUpdate(cipher, NULL, &n, bytes_of(context), (int)context.len) != 1 ||
        EVP_DecryptUpdate(cipher, out, &n, in + SEAL_NONCE_BYTES, (int)len) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_BYTES,
                            (void *)(uintptr_t)(in + SEAL_NONCE_BYTES + len)) != 1 ||
        EVP_DecryptFinal_ex(cipher, out + n, &n) != 1)
        return false;
    *plain = (struct slice){(const char *)out, len};
    return true;
}
