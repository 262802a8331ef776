#pragma once
/*
 * Authenticated encryption: AES-256-GCM (NIST SP 800-38D) by OpenSSL.
 *
 * A nonce of 12 random bytes must never be used twice under one key. The sealed form is the
 * ciphertext and the 16-byte tag after it. Any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

#define AES_GCM_KEY_BYTES 32
#define AES_GCM_NONCE_BYTES 12
#define AES_GCM_TAG_BYTES 16

/* Aborts only when OpenSSL itself is broken. */
struct slice aes_gcm_seal(const unsigned char key[AES_GCM_KEY_BYTES],
                          const unsigned char nonce[AES_GCM_NONCE_BYTES], struct slice associated,
                          struct slice plaintext, struct arena *arena);

/* False when key, nonce, associated data or any bit of the sealed bytes differ. */
bool aes_gcm_open(const unsigned char key[AES_GCM_KEY_BYTES],
                  const unsigned char nonce[AES_GCM_NONCE_BYTES], struct slice associated,
                  struct slice sealed, struct arena *arena, struct slice *plaintext);
