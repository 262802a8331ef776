#pragma once
/*
 * Plain data keys, kept as shortly as is useful: five minutes, 2^20 uses, 256 keys, in locked
 * memory that is left out of core dumps and wiped. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"
#include "lib/enc/seal.h"

#define KEY_CACHE_SECONDS 300
#define KEY_CACHE_USES (1U << 20)
#define KEY_CACHE_KEYS 256

struct key_cache;

struct key_cache *key_cache_open(void); /* NULL: memory cannot be had */
void key_cache_close(struct key_cache *cache);

/* `now` is clock_monotonic_micros. */
void key_cache_put(struct key_cache *cache, struct slice id,
                   const unsigned char key[SEAL_KEY_BYTES], int64_t now);
bool key_cache_get(struct key_cache *cache, struct slice id, unsigned char key[SEAL_KEY_BYTES],
                   int64_t now);
