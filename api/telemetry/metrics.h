#pragma once
/*
 * What the API counts, and its lines in CloudWatch's embedded metric format (EMF): one line a route
 * and outcome in each window, and one for the process. Counting is lock-free and may be done from
 * any thread; a window is taken by one thread at a time.
 */
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

#define METRICS_NAMESPACE "FinTech"
#define METRICS_ROUTES_MAX 64
#define METRICS_BUCKETS 40

enum metrics_outcome { OUTCOME_SUCCESS, OUTCOME_REJECTED, OUTCOME_ERROR, METRICS_OUTCOME_COUNT };

/* Process-wide counters; their names in EMF stand in metrics.c. */
enum metrics_counter {
    COUNT_TRANSFERS_POSTED,
    COUNT_TRANSFER_AMOUNT,
    COUNT_IDEMPOTENT_REPLAYS,
    COUNT_PG_RETRIES,
    COUNT_PG_POOL_WAIT_MICROS,
    COUNT_CACHE_HIT,
    COUNT_CACHE_MISS,
    COUNT_CACHE_BYPASS,
    COUNT_SECRET_REFRESH,
    COUNT_KMS_CALLS,
    METRICS_COUNTER_COUNT
};

/* Latency in buckets that grow by the fourth root of ten, from 100 us. */
struct metrics_series {
    uint64_t buckets[METRICS_BUCKETS];
};

struct metrics {
    struct metrics_series series[METRICS_ROUTES_MAX][METRICS_OUTCOME_COUNT];
    uint64_t counters[METRICS_COUNTER_COUNT];
};

void metrics_count(struct metrics *metrics, enum metrics_counter counter, uint64_t by);

/* `route` is the index in the program's route table; `status` the HTTP status. */
void metrics_request(struct metrics *metrics, size_t route, int status, int64_t micros);

/*
 * The EMF lines of everything counted since the last call, a line feed after each; empty when
 * nothing was. `route_names` has `route_count` names.
 */
struct slice metrics_take_window(struct metrics *metrics, const char *const *route_names,
                                 size_t route_count, const char *service, int64_t now_micros,
                                 struct arena *arena);
