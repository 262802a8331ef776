#pragma once
/*
 * One message sealed under a key: AES-256-GCM with its random nonce in front, so that the bytes
 * carry all that opening needs but the key and `context`, which is authenticated and not stored.
 * Any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"
#include "lib/enc/aes_gcm.h"

#define SEAL_KEY_BYTES AES_GCM_KEY_BYTES

struct slice seal(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice plain,
                  struct slice context, struct rand *rand);

/* False when a bit, the key or the context differs; `plain` is then untouched. */
bool seal_open(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice sealed,
               struct slice context, struct slice *plain);
