#pragma once
/*
 * AES-256-GCM (NIST SP 800-38D) over one message: 12 random bytes of nonce, the ciphertext, 16
 * bytes of tag. What `context` says is authenticated, not stored: opening asks for the same. Any
 * thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"

#define SEAL_KEY_BYTES 32
#define SEAL_NONCE_BYTES 12
#define SEAL_TAG_BYTES 16

struct slice seal(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice plain,
                  struct slice context, struct rand *rand);

/* False when a bit, the key or the context differs; `plain` is then untouched. */
bool seal_open(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice sealed,
               struct slice context, struct slice *plain);
