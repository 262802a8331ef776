/* AES-256-GCM. */
#include "lib/enc/aes_gcm.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib/base/attributes.h"

static void free_context(EVP_CIPHER_CTX **context)
{
    EVP_CIPHER_CTX_free(*context);
}

static const unsigned char *bytes_of(struct slice s)
{
    return (const unsigned char *)(s.ptr ? s.ptr : "");
}

struct slice aes_gcm_seal(const unsigned char key[AES_GCM_KEY_BYTES],
                          const unsigned char nonce[AES_GCM_NONCE_BYTES], struct slice associated,
                          struct slice plaintext, struct arena *arena)
{
    CLEANUP(free_context) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    unsigned char *sealed = arena_alloc(arena, plaintext.len + AES_GCM_TAG_BYTES);
    int done = 0;
    int last = 0;
    bool sealed_all =
        context && plaintext.len <= INT_MAX && associated.len <= INT_MAX &&
        EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) &&
        EVP_EncryptUpdate(context, NULL, &done, bytes_of(associated), (int)associated.len) &&
        EVP_EncryptUpdate(context, sealed, &done, bytes_of(plaintext), (int)plaintext.len) &&
        EVP_EncryptFinal_ex(context, sealed + done, &last) &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, AES_GCM_TAG_BYTES,
                            sealed + plaintext.len);
    if (!sealed_all)
        abort();
    return (struct slice){(char *)sealed, plaintext.len + AES_GCM_TAG_BYTES};
}

bool aes_gcm_open(const unsigned char key[AES_GCM_KEY_BYTES],
                  const unsigned char nonce[AES_GCM_NONCE_BYTES], struct slice associated,
                  struct slice sealed, struct arena *arena, struct slice *plaintext)
{
    CLEANUP(free_context) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    unsigned char tag[AES_GCM_TAG_BYTES];
    int done = 0;
    int last = 0;
    if (!context || sealed.len < sizeof tag || sealed.len > INT_MAX || associated.len > INT_MAX)
        return false;
    size_t len = sealed.len - sizeof tag;
    unsigned char *opened = arena_alloc(arena, len + 1);
    memcpy(tag, sealed.ptr + len, sizeof tag);
    bool genuine =
        EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) &&
        EVP_DecryptUpdate(context, NULL, &done, bytes_of(associated), (int)associated.len) &&
        EVP_DecryptUpdate(context, opened, &done, bytes_of(sealed), (int)len) &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, sizeof tag, tag) &&
        EVP_DecryptFinal_ex(context, opened + done, &last) > 0;
    if (!genuine) {
        explicit_bzero(opened, len);
        return false;
    }
    *plaintext = (struct slice){(char *)opened, len};
    return true;
}
