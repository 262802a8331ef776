/*
 * Digests, by OpenSSL's block functions.
 *
 * A signed request costs about eight digests of short texts, so the set-up of each one counts.
 * Measured on OpenSSL 3.0 with 64 bytes: SHA256() and EVP_sha256() fetch the algorithm at each
 * call and take 0.6 us; an EVP_MD fetched once and a kept EVP_MD_CTX take 0.17 us, but both would
 * be shared mutable state; SHA256_Init/Update/Final take 0.1 us with all state on the stack. These
 * are marked as deprecated in favour of providers, which nothing here needs; they are the same
 * assembly and part of every OpenSSL 3.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/enc/hash.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

enum { block_bytes = 64 };

static_assert(sizeof(SHA256_CTX) == sizeof(struct sha256_state), "the state holds OpenSSL's");
static_assert(_Alignof(SHA256_CTX) <= _Alignof(struct sha256_state), "and is aligned for it");

void sha256_init(struct sha256_state *state)
{
    SHA256_Init((SHA256_CTX *)state);
}

void sha256_update(struct sha256_state *state, struct slice bytes)
{
    if (bytes.len > 0)
        SHA256_Update((SHA256_CTX *)state, bytes.ptr, bytes.len);
}

void sha256_final(struct sha256_state *state, unsigned char out[SHA256_BYTES])
{
    SHA256_Final(out, (SHA256_CTX *)state);
}

void sha256(struct slice bytes, unsigned char out[SHA256_BYTES])
{
    struct sha256_state state;
    sha256_init(&state);
    sha256_update(&state, bytes);
    sha256_final(&state, out);
}

void hmac_sha256(struct slice key, struct slice message, unsigned char out[SHA256_BYTES])
{
    unsigned char pad[block_bytes] = {0};
    struct sha256_state state;
    if (key.len > block_bytes)
        sha256(key, pad);
    else if (key.len > 0)
        memcpy(pad, key.ptr, key.len);
    for (size_t i = 0; i < block_bytes; i++)
        pad[i] ^= 0x36;
    sha256_init(&state);
    sha256_update(&state, (struct slice){(const char *)pad, block_bytes});
    sha256_update(&state, message);
    sha256_final(&state, out);
    for (size_t i = 0; i < block_bytes; i++)
        pad[i] ^= 0x36 ^ 0x5C;
    sha256_init(&state);
    sha256_update(&state, (struct slice){(const char *)pad, block_bytes});
    sha256_update(&state, (struct slice){(const char *)out, SHA256_BYTES});
    sha256_final(&state, out);
    OPENSSL_cleanse(pad, sizeof pad);
    OPENSSL_cleanse(&state, sizeof state);
}

void md5(struct slice bytes, unsigned char out[MD5_BYTES])
{
    MD5_CTX state;
    MD5_Init(&state);
    if (bytes.len > 0)
        MD5_Update(&state, bytes.ptr, bytes.len);
    MD5_Final(out, &state);
}
