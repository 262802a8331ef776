/* Counting and the embedded metric format. */
#include "api/telemetry/metrics.h"

#include "lib/base/attributes.h"
#include "lib/base/buf.h"

enum { lines_bytes_max = 1024 * 1024 };

/* Upper bounds in microseconds; the last bucket takes all above. 10^(1/4) steps. */
static const int64_t bucket_bounds[] = {
    100,   178,    316,    562,    1000,   1778,    3162,    5623,    10000,   17783,   31623,
    56234, 100000, 177828, 316228, 562341, 1000000, 1778279, 3162278, 5623413, 10000000};

static const char *const outcome_names[] = {
    [OUTCOME_SUCCESS] = "success", [OUTCOME_REJECTED] = "rejected", [OUTCOME_ERROR] = "error"};
_Static_assert(ARRAY_LEN(outcome_names) == METRICS_OUTCOME_COUNT, "every outcome has a name");
_Static_assert(ARRAY_LEN(bucket_bounds) < METRICS_BUCKETS, "every bound has a bucket");

static const struct {
    const char *name;
    const char *unit;
} counters[] = {
    [COUNT_TRANSFERS_POSTED] = {"TransfersPosted",   "Count"       },
    [COUNT_TRANSFER_AMOUNT] = {"TransferAmount",    "None"        },
    [COUNT_IDEMPOTENT_REPLAYS] = {"IdempotentReplays", "Count"       },
    [COUNT_PG_RETRIES] = {"PgRetries",         "Count"       },
    [COUNT_PG_POOL_WAIT_MICROS] = {"PgPoolWait",        "Microseconds"},
    [COUNT_CACHE_HIT] = {"CacheHit",          "Count"       },
    [COUNT_CACHE_MISS] = {"CacheMiss",         "Count"       },
    [COUNT_CACHE_BYPASS] = {"CacheBypass",       "Count"       },
    [COUNT_SECRET_REFRESH] = {"SecretRefresh",     "Count"       },
    [COUNT_KMS_CALLS] = {"KmsCalls",          "Count"       },
};
_Static_assert(ARRAY_LEN(counters) == METRICS_COUNTER_COUNT, "every counter has a name");

void metrics_count(struct metrics *metrics, enum metrics_counter counter, uint64_t by)
{
    __atomic_add_fetch(&metrics->counters[counter], by, __ATOMIC_RELAXED);
}

static size_t bucket_of(int64_t micros)
{
    size_t i = 0;
    while (i < ARRAY_LEN(bucket_bounds) && micros > bucket_bounds[i])
        i++;
    return i;
}

void metrics_request(struct metrics *metrics, size_t route, int status, int64_t micros)
{
    enum metrics_outcome outcome = status >= 500   ? OUTCOME_ERROR
                                   : status >= 400 ? OUTCOME_REJECTED
                                                   : OUTCOME_SUCCESS;
    if (route < METRICS_ROUTES_MAX)
        __atomic_add_fetch(&metrics->series[route][outcome].buckets[bucket_of(micros)], 1,
                           __ATOMIC_RELAXED);
}

static uint64_t take(uint64_t *counter)
{
    return __atomic_exchange_n(counter, 0, __ATOMIC_RELAXED);
}

static void open_line(struct buf *out, int64_t now_micros, const char *dimensions)
{
    buf_printf(out,
               "{\"_aws\":{\"Timestamp\":%lld,\"CloudWatchMetrics\":[{\"Namespace\":"
               "\"" METRICS_NAMESPACE "\",\"Dimensions\":[[%s]],\"Metrics\":[",
               (long long)(now_micros / 1000), dimensions);
}

/* Latency as a histogram: the upper bound of each bucket that was hit, and its count. */
static void append_series(struct buf *out, const uint64_t taken[METRICS_BUCKETS],
                          const char *service, const char *route, const char *outcome,
                          uint64_t requests, int64_t now_micros)
{
    const char *comma = "";
    open_line(out, now_micros, "\"Service\",\"Route\",\"Outcome\"");
    buf_printf(out,
               "{\"Name\":\"Requests\",\"Unit\":\"Count\"},{\"Name\":\"Latency\",\"Unit\":"
               "\"Microseconds\"}]}]},\"Service\":\"%s\",\"Route\":\"%s\",\"Outcome\":\"%s\","
               "\"Requests\":%llu,\"Latency\":{\"Values\":[",
               service, route, outcome, (unsigned long long)requests);
    for (size_t i = 0; i <= ARRAY_LEN(bucket_bounds); i++) {
        if (taken[i]) {
            int64_t bound = i < ARRAY_LEN(bucket_bounds) ? bucket_bounds[i] : 17782794;
            buf_printf(out, "%s%lld", comma, (long long)bound);
            comma = ",";
        }
    }
    buf_append_cstr(out, "],\"Counts\":[");
    comma = "";
    for (size_t i = 0; i <= ARRAY_LEN(bucket_bounds); i++) {
        if (taken[i]) {
            buf_printf(out, "%s%llu", comma, (unsigned long long)taken[i]);
            comma = ",";
        }
    }
    buf_append_cstr(out, "]}}\n");
}

static void take_series(struct metrics_series *series, struct buf *out, const char *service,
                        const char *route, const char *outcome, int64_t now_micros)
{
    uint64_t taken[METRICS_BUCKETS];
    uint64_t requests = 0;
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        taken[i] = take(&series->buckets[i]);
        requests += taken[i];
    }
    if (requests)
        append_series(out, taken, service, route, outcome, requests, now_micros);
}

static void take_counters(struct metrics *metrics, struct buf *out, const char *service,
                          int64_t now_micros)
{
    uint64_t taken[METRICS_COUNTER_COUNT];
    uint64_t any = 0;
    for (size_t i = 0; i < METRICS_COUNTER_COUNT; i++)
        any |= taken[i] = take(&metrics->counters[i]);
    if (!any)
        return;
    open_line(out, now_micros, "\"Service\"");
    for (size_t i = 0; i < METRICS_COUNTER_COUNT; i++)
        buf_printf(out, "%s{\"Name\":\"%s\",\"Unit\":\"%s\"}", i ? "," : "", counters[i].name,
                   counters[i].unit);
    buf_printf(out, "]}]},\"Service\":\"%s\"", service);
    for (size_t i = 0; i < METRICS_COUNTER_COUNT; i++)
        buf_printf(out, ",\"%s\":%llu", counters[i].name, (unsigned long long)taken[i]);
    buf_append_cstr(out, "}\n");
}

struct slice metrics_take_window(struct metrics *metrics, const char *const *route_names,
                                 size_t route_count, const char *service, int64_t now_micros,
                                 struct arena *arena)
{
    struct buf out;
    buf_init_arena(&out, arena, lines_bytes_max);
    for (size_t route = 0; route < route_count && route < METRICS_ROUTES_MAX; route++)
        for (size_t outcome = 0; outcome < METRICS_OUTCOME_COUNT; outcome++)
            take_series(&metrics->series[route][outcome], &out, service, route_names[route],
                        outcome_names[outcome], now_micros);
    take_counters(metrics, &out, service, now_micros);
    return buf_slice(&out);
}
