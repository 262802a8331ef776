#pragma once
/*
 * RSA encryption with OAEP (RFC 8017 section 7.1): MGF1 with the same digest, an empty label. What
 * KMS calls RSAES_OAEP_SHA_1 and RSAES_OAEP_SHA_256. Any thread.
 */
#include <openssl/evp.h>

#include "lib/base/arena.h"

/* OpenSSL's name of the digest of the algorithm. */
const char *kms_oaep_digest(struct slice algorithm);

/* The longest plaintext in bytes. */
size_t kms_oaep_bytes_max(EVP_PKEY *key, const char *digest);

/* False when the plaintext is too long. */
bool kms_oaep_encrypt(EVP_PKEY *key, const char *digest, struct slice plaintext,
                      struct arena *arena, struct slice *ciphertext);
/* False when it was not encrypted so for this key. */
bool kms_oaep_decrypt(EVP_PKEY *key, const char *digest, struct slice ciphertext,
                      struct arena *arena, struct slice *plaintext);
