/* Token buckets: a hash table of chains. */
#include "emulator/core/buckets.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"

enum { chain_count = 4096 };

struct bucket {
    struct bucket *next;
    double tokens;
    int64_t filled_micros;
    size_t name_len;
    char name[];
};

struct buckets {
    pthread_mutex_t lock;
    struct bucket *chains[chain_count];
};

struct buckets *buckets_new(void)
{
    struct buckets *buckets = calloc(1, sizeof *buckets);
    if (!buckets)
        abort();
    pthread_mutex_init(&buckets->lock, NULL);
    return buckets;
}

static void clear(struct buckets *buckets)
{
    for (size_t i = 0; i < chain_count; i++)
        while (buckets->chains[i]) {
            struct bucket *first = buckets->chains[i];
            buckets->chains[i] = first->next;
            free(first);
        }
}

void buckets_clear(struct buckets *buckets)
{
    pthread_mutex_lock(&buckets->lock);
    clear(buckets);
    pthread_mutex_unlock(&buckets->lock);
}

void buckets_free(struct buckets *buckets)
{
    if (!buckets)
        return;
    clear(buckets);
    pthread_mutex_destroy(&buckets->lock);
    free(buckets);
}

/* FNV-1a */
static size_t chain_of(struct slice name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.ptr[i]) * UINT64_C(1099511628211);
    return hash % chain_count;
}

static struct bucket *find(const struct buckets *buckets, struct slice name)
{
    struct bucket *bucket = buckets->chains[chain_of(name)];
    while (bucket && !slice_eq((struct slice){bucket->name, bucket->name_len}, name))
        bucket = bucket->next;
    return bucket;
}

static struct bucket *add(struct buckets *buckets, struct slice name, double tokens,
                          int64_t now_micros)
{
    struct bucket **chain = &buckets->chains[chain_of(name)];
    struct bucket *bucket = malloc(sizeof *bucket + name.len);
    if (!bucket)
        abort();
    *bucket = (struct bucket){*chain, tokens, now_micros, name.len};
    memcpy(bucket->name, name.ptr, name.len);
    *chain = bucket;
    return bucket;
}

static void fill(struct bucket *bucket, struct bucket_rate rate, int64_t now_micros)
{
    double most = rate.per_second * rate.burst_seconds;
    if (now_micros > bucket->filled_micros)
        bucket->tokens += rate.per_second * (double)(now_micros - bucket->filled_micros) /
                          (double)MICROS_PER_SECOND;
    if (bucket->tokens > most)
        bucket->tokens = most;
    bucket->filled_micros = now_micros;
}

bool buckets_has_some(struct buckets *buckets, struct slice name, struct bucket_rate rate,
                      int64_t now_micros)
{
    pthread_mutex_lock(&buckets->lock);
    struct bucket *bucket = find(buckets, name);
    if (!bucket)
        bucket = add(buckets, name, rate.per_second, now_micros);
    fill(bucket, rate, now_micros);
    bool some = bucket->tokens > 0;
    pthread_mutex_unlock(&buckets->lock);
    return some;
}

void buckets_take(struct buckets *buckets, struct slice name, double units)
{
    pthread_mutex_lock(&buckets->lock);
    struct bucket *bucket = find(buckets, name);
    if (bucket)
        bucket->tokens -= units;
    pthread_mutex_unlock(&buckets->lock);
}
