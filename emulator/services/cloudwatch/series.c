/* Points into periods. */
#include "emulator/services/cloudwatch/series.h"

#include <string.h>

#include "emulator/services/cloudwatch/cloudwatch_store.h"
#include "emulator/services/cloudwatch/dimensions.h"
#include "emulator/services/cloudwatch/period.h"
#include "emulator/services/cloudwatch/point.h"

enum { first_buckets = 16 };

static const struct err_info bad_point = {"BadPoint", "a stored point is not one of ours", 500};

static int64_t seconds_of(int64_t micros)
{
    return cloudwatch_round_down(micros, MICROS_PER_SECOND) / MICROS_PER_SECOND;
}

static int64_t first_second(const struct call *call,
                            const struct cloudwatch_series_request *request)
{
    return cloudwatch_period_first(seconds_of(request->start_micros), request->period_seconds,
                                   seconds_of(call->now_micros));
}

/* The first second that is past the end, since points stand on whole seconds. */
static int64_t end_second(const struct cloudwatch_series_request *request)
{
    return seconds_of(request->end_micros + MICROS_PER_SECOND - 1);
}

int64_t cloudwatch_series_span(const struct call *call,
                               const struct cloudwatch_series_request *request)
{
    return cloudwatch_period_count(first_second(call, request), end_second(request),
                                   request->period_seconds);
}

static struct cloudwatch_bucket *add_bucket(struct arena *arena, struct cloudwatch_series *series)
{
    if (series->count == series->capacity) {
        size_t bigger = series->capacity ? series->capacity * 2 : first_buckets;
        struct cloudwatch_bucket *buckets = ARENA_ARRAY(arena, struct cloudwatch_bucket, bigger);
        if (series->count)
            memcpy(buckets, series->buckets, series->count * sizeof *buckets);
        series->buckets = buckets;
        series->capacity = bigger;
    }
    return &series->buckets[series->count++];
}

/* Points come in the order of time, so only the last period's buckets can be meant. */
static struct cloudwatch_bucket *bucket_of(struct call *call, struct cloudwatch_series *series,
                                           const struct cloudwatch_series_request *request,
                                           int64_t timestamp, struct slice unit)
{
    for (size_t i = series->count; i-- > 0;) {
        struct cloudwatch_bucket *bucket = &series->buckets[i];
        if (bucket->timestamp_seconds != timestamp)
            break;
        if (!request->splits_units || slice_eq(bucket->unit, unit))
            return bucket;
    }
    struct cloudwatch_bucket *bucket = add_bucket(call->arena, series);
    *bucket = (struct cloudwatch_bucket){
        .timestamp_seconds = timestamp,
        .unit = arena_dup(call->arena, unit),
        .total.arena = request->keeps_samples ? call->arena : NULL,
    };
    return bucket;
}

struct err cloudwatch_read_series(struct call *call,
                                  const struct cloudwatch_series_request *request,
                                  struct cloudwatch_series *series)
{
    struct slice dimensions = cloudwatch_dimensions_pack(call->arena, request->dimensions);
    int64_t period = request->period_seconds;
    int64_t first = first_second(call, request);
    int64_t oldest = seconds_of(call->now_micros) - cloudwatch_period_retention(period);
    int64_t metric;
    struct cloudwatch_point_row row;
    *series = (struct cloudwatch_series){0};
    TRY(cloudwatch_store_find_metric(call, request->namespace, request->metric_name, dimensions,
                                     &metric));
    CLEANUP(store_statement_cleanup)
    struct store_statement rows = cloudwatch_store_points(
        call, metric, first > oldest ? first : oldest, end_second(request), request->unit);
    while (cloudwatch_store_next_point(&rows, &row)) {
        struct cloudwatch_point point;
        int64_t since_first = cloudwatch_round_down(row.timestamp_seconds - first, period);
        if (!cloudwatch_point_unpack(call->arena, row.data, &point))
            return ERR(&bad_point);
        cloudwatch_total_add(
            &bucket_of(call, series, request, first + since_first, row.unit)->total, &point);
    }
    return store_done(&rows);
}
