/* Statistics of one metric: GetMetricStatistics. */
#include "emulator/services/cloudwatch/period.h"
#include "emulator/services/cloudwatch/problems.h"
#include "emulator/services/cloudwatch/series.h"
#include "emulator/services/cloudwatch_api.h"

enum { datapoints_max = 1440 };

static void check_measures(struct cloudwatch_problems *problems,
                           const struct cloudwatch_get_metric_statistics_input *in)
{
    struct cloudwatch_measure measure;
    if (!in->statistics.is_set && !in->extended_statistics.is_set)
        cloudwatch_problem(problems, &CLOUDWATCH_MISSING_REQUIRED_PARAMETER_EXCEPTION,
                           "Must specify either Statistics or ExtendedStatistics");
    if (in->statistics.is_set && in->extended_statistics.is_set)
        cloudwatch_problem(problems, &CLOUDWATCH_INVALID_PARAMETER_COMBINATION_EXCEPTION,
                           "Must specify either Statistics or ExtendedStatistics, but not both");
    for (size_t i = 0; i < in->extended_statistics.count; i++) {
        struct slice text = in->extended_statistics.items[i];
        if (!cloudwatch_measure_is_foreign(text) &&
            !(cloudwatch_measure_parse(text, &measure) && measure.kind == CLOUDWATCH_PERCENTILE))
            cloudwatch_problem(problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                               "The value " SLICE_FMT
                               " for parameter ExtendedStatistics.member.%zu is not a valid "
                               "statistic.",
                               SLICE_ARG(text), i + 1);
    }
}

static void check_times(struct cloudwatch_problems *problems,
                        const struct cloudwatch_get_metric_statistics_input *in)
{
    if (in->start_time.micros == in->end_time.micros)
        cloudwatch_problem(problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter StartTime must not equal parameter EndTime.");
    if (in->start_time.micros > in->end_time.micros)
        cloudwatch_problem(problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter StartTime must be less than the parameter EndTime.");
    if (!cloudwatch_period_is_valid(in->period.value))
        cloudwatch_problem(problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
}

static struct err check_span(struct call *call, const struct cloudwatch_series_request *request)
{
    int64_t span = cloudwatch_series_span(call, request);
    if (span <= datapoints_max)
        return OK;
    return fail(call, &CLOUDWATCH_INVALID_PARAMETER_COMBINATION_EXCEPTION,
                "You have requested up to %lld datapoints, which exceeds the limit of %d. You may "
                "reduce the datapoints requested by increasing Period, or decreasing the time "
                "range.",
                (long long)span, datapoints_max);
}

static struct err refuse_foreign(struct call *call,
                                 const struct cloudwatch_extended_statistics *statistics)
{
    for (size_t i = 0; i < statistics->count; i++)
        if (cloudwatch_measure_is_foreign(statistics->items[i]))
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not compute the statistic " SLICE_FMT " yet",
                        SLICE_ARG(statistics->items[i]));
    return OK;
}

static struct opt_double *field_of(struct cloudwatch_datapoint *point,
                                   enum cloudwatch_measure_kind kind)
{
    struct opt_double *const fields[] = {
        [CLOUDWATCH_SAMPLE_COUNT] = &point->sample_count,
        [CLOUDWATCH_AVERAGE] = &point->average,
        [CLOUDWATCH_SUM] = &point->sum,
        [CLOUDWATCH_MINIMUM] = &point->minimum,
        [CLOUDWATCH_MAXIMUM] = &point->maximum,
    };
    return fields[kind];
}

static void add_percentiles(struct arena *arena, struct cloudwatch_total *total,
                            const struct cloudwatch_extended_statistics *wanted,
                            struct cloudwatch_datapoint *point)
{
    struct cloudwatch_datapoint_value_map *map = &point->extended_statistics;
    struct cloudwatch_measure measure;
    double value;
    map->items = ARENA_ARRAY(arena, struct cloudwatch_datapoint_value_map_entry, wanted->count);
    for (size_t i = 0; i < wanted->count; i++)
        if (cloudwatch_measure_parse(wanted->items[i], &measure) &&
            cloudwatch_total_measure(total, &measure, &value))
            map->items[map->count++] =
                (struct cloudwatch_datapoint_value_map_entry){wanted->items[i], SET_DOUBLE(value)};
    map->is_set = map->count > 0;
}

/* False when none of what was asked for can be told of this period. */
static bool datapoint(struct arena *arena, struct cloudwatch_bucket *bucket,
                      const struct cloudwatch_get_metric_statistics_input *in,
                      struct cloudwatch_datapoint *point)
{
    struct cloudwatch_measure measure;
    double value;
    *point = (struct cloudwatch_datapoint){
        .timestamp = SET_TIME(bucket->timestamp_seconds * MICROS_PER_SECOND),
        .unit = bucket->unit,
    };
    for (size_t i = 0; i < in->statistics.count; i++)
        if (cloudwatch_measure_parse(in->statistics.items[i], &measure) &&
            cloudwatch_total_measure(&bucket->total, &measure, &value))
            *field_of(point, measure.kind) = SET_DOUBLE(value);
    add_percentiles(arena, &bucket->total, &in->extended_statistics, point);
    return in->statistics.is_set || point->extended_statistics.is_set;
}

struct err cloudwatch_get_metric_statistics(struct call *call,
                                            const struct cloudwatch_get_metric_statistics_input *in,
                                            struct cloudwatch_get_metric_statistics_output *out)
{
    struct cloudwatch_problems problems;
    struct cloudwatch_series series;
    struct cloudwatch_series_request request = {
        .namespace = in->namespace,
        .metric_name = in->metric_name,
        .dimensions = &in->dimensions,
        .unit = in->unit,
        .start_micros = in->start_time.micros,
        .end_micros = in->end_time.micros,
        .period_seconds = in->period.value,
        .keeps_samples = in->extended_statistics.is_set,
        .splits_units = true,
    };
    cloudwatch_problems_init(&problems, call);
    check_measures(&problems, in);
    check_times(&problems, in);
    TRY(cloudwatch_problems_end(&problems));
    TRY(refuse_foreign(call, &in->extended_statistics));
    TRY(check_span(call, &request));
    TRY(cloudwatch_read_series(call, &request, &series));
    out->label = in->metric_name;
    out->datapoints = (struct cloudwatch_datapoints){
        ARENA_ARRAY(call->arena, struct cloudwatch_datapoint, series.count), 0, true};
    for (size_t i = 0; i < series.count; i++)
        if (datapoint(call->arena, &series.buckets[i], in,
                      &out->datapoints.items[out->datapoints.count]))
            out->datapoints.count++;
    return OK;
}
