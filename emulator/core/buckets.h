#pragma once
/*
 * Token buckets by name: how services that throttle tell how much of a rate is left. A bucket fills
 * at its rate, up to so many seconds' worth that were not used; it begins with one second's. Time
 * is the caller's, so that the virtual clock fills buckets too.
 *
 * What something costs is often known only once it is done, so a bucket may be overdrawn: it is
 * then empty until its rate has made up for it. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

struct buckets;

struct buckets *buckets_new(void);
void buckets_free(struct buckets *buckets); /* NULL is allowed */
void buckets_clear(struct buckets *buckets);

/* The rate may differ from that of the last time. */
struct bucket_rate {
    double per_second;
    double burst_seconds;
};

/* Whether there is anything left in it. */
bool buckets_has_some(struct buckets *buckets, struct slice name, struct bucket_rate rate,
                      int64_t now_micros);
void buckets_take(struct buckets *buckets, struct slice name, double units);
