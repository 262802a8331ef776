/* A small table of keys; the oldest gives way. */
#include "api/adapters/aws/key_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "lib/base/clock.h"

enum { id_bytes_max = 64 };

struct slot {
    char id[id_bytes_max];
    size_t id_len; /* 0: empty */
    int64_t since;
    unsigned uses;
    unsigned char key[SEAL_KEY_BYTES];
};

struct key_cache {
    pthread_mutex_t lock;
    struct slot *slots; /* by sodium_malloc */
};

struct key_cache *key_cache_open(void)
{
    struct key_cache *cache = calloc(1, sizeof *cache);
    if (!cache || sodium_init() < 0) {
        free(cache);
        return NULL;
    }
    cache->slots = sodium_allocarray(KEY_CACHE_KEYS, sizeof *cache->slots);
    if (!cache->slots) {
        free(cache);
        return NULL;
    }
    memset(cache->slots, 0, KEY_CACHE_KEYS * sizeof *cache->slots);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void key_cache_close(struct key_cache *cache)
{
    if (!cache)
        return;
    sodium_free(cache->slots); /* wipes */
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static struct slot *find(struct key_cache *cache, struct slice id)
{
    for (size_t i = 0; i < KEY_CACHE_KEYS; i++) {
        struct slot *slot = &cache->slots[i];
        if (slot->id_len && slice_eq(id, (struct slice){slot->id, slot->id_len}))
            return slot;
    }
    return NULL;
}

static struct slot *oldest(struct key_cache *cache)
{
    struct slot *found = &cache->slots[0];
    for (size_t i = 0; i < KEY_CACHE_KEYS && found->id_len; i++)
        if (!cache->slots[i].id_len || cache->slots[i].since < found->since)
            found = &cache->slots[i];
    return found;
}

void key_cache_put(struct key_cache *cache, struct slice id,
                   const unsigned char key[SEAL_KEY_BYTES], int64_t now)
{
    if (id.len == 0 || id.len > id_bytes_max)
        return;
    pthread_mutex_lock(&cache->lock);
    struct slot *slot = find(cache, id);
    if (!slot)
        slot = oldest(cache);
    memcpy(slot->id, id.ptr, id.len);
    slot->id_len = id.len;
    slot->since = now;
    slot->uses = 0;
    memcpy(slot->key, key, SEAL_KEY_BYTES);
    pthread_mutex_unlock(&cache->lock);
}

bool key_cache_get(struct key_cache *cache, struct slice id, unsigned char key[SEAL_KEY_BYTES],
                   int64_t now)
{
    pthread_mutex_lock(&cache->lock);
    struct slot *slot = find(cache, id);
    bool usable = slot && now - slot->since < KEY_CACHE_SECONDS * MICROS_PER_SECOND &&
                  slot->uses < KEY_CACHE_USES;
    if (usable) {
        slot->uses++;
        memcpy(key, slot->key, SEAL_KEY_BYTES);
    } else if (slot) {
        sodium_memzero(slot, sizeof *slot);
    }
    pthread_mutex_unlock(&cache->lock);
    return usable;
}
