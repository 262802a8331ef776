/* Many metrics in one call: GetMetricData. */
#include "emulator/core/page.h"
#include "emulator/services/cloudwatch/period.h"
#include "emulator/services/cloudwatch/problems.h"
#include "emulator/services/cloudwatch/series.h"
#include "emulator/services/cloudwatch_api.h"

enum { queries_max = 500, datapoints_max = 100800 };

/* Where a page begins: at a query, after so many of its data points. */
struct position {
    int64_t query;
    int64_t datapoint;
};

/* The problems of GetMetricData all carry one code. */
static const struct fault *const invalid = &CLOUDWATCH_VALIDATION_EXCEPTION;

static bool is_id(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_lower = c >= 'a' && c <= 'z';
        if (!is_lower &&
            (i == 0 || !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return text.len > 0;
}

static void check_id(struct cloudwatch_problems *problems,
                     const struct cloudwatch_metric_data_queries *queries, size_t index)
{
    struct slice id = queries->items[index].id;
    if (!is_id(id))
        cloudwatch_problem(problems, invalid,
                           "The value " SLICE_FMT " for parameter MetricDataQueries.member.%zu.Id "
                           "is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
                           SLICE_ARG(id), index + 1);
    for (size_t i = 0; i < index; i++) {
        if (slice_eq(queries->items[i].id, id)) {
            cloudwatch_problem(problems, invalid,
                               "The values for parameter Id in MetricDataQueries are not unique.");
            return;
        }
    }
}

static void check_stat(struct cloudwatch_problems *problems,
                       const struct cloudwatch_metric_stat *stat, size_t number)
{
    struct cloudwatch_measure measure;
    if (!cloudwatch_measure_parse(stat->stat, &measure) &&
        !cloudwatch_measure_is_foreign(stat->stat))
        cloudwatch_problem(problems, invalid,
                           "The value " SLICE_FMT " for parameter MetricDataQueries.member.%zu."
                           "MetricStat.Stat is not a valid statistic.",
                           SLICE_ARG(stat->stat), number);
    if (!cloudwatch_period_is_valid(stat->period.value))
        cloudwatch_problem(problems, invalid,
                           "The parameter MetricDataQueries.member.%zu.MetricStat.Period must be "
                           "1, 5, 10, 20, 30 or a multiple of 60.",
                           number);
    if (!slice_is_set(stat->metric->namespace))
        cloudwatch_problem(problems, invalid,
                           "The parameter MetricDataQueries.member.%zu.MetricStat.Metric.Namespace "
                           "is required.",
                           number);
    if (!slice_is_set(stat->metric->metric_name))
        cloudwatch_problem(
            problems, invalid,
            "The parameter MetricDataQueries.member.%zu.MetricStat.Metric.MetricName "
            "is required.",
            number);
}

static void check_query(struct cloudwatch_problems *problems,
                        const struct cloudwatch_metric_data_query *query, size_t number)
{
    bool has_expression = slice_is_set(query->expression);
    if (has_expression && query->metric_stat)
        cloudwatch_problem(problems, invalid,
                           "The parameters MetricDataQueries.member.%zu.Expression and "
                           "MetricDataQueries.member.%zu.MetricStat are mutually exclusive and you "
                           "have specified both.",
                           number, number);
    if (!has_expression && !query->metric_stat)
        cloudwatch_problem(problems, invalid,
                           "Either the parameter MetricDataQueries.member.%zu.Expression or "
                           "MetricDataQueries.member.%zu.MetricStat must be specified.",
                           number, number);
    if (has_expression && !query->metric_stat)
        cloudwatch_problem(problems, invalid,
                           "Florin does not compute metric math or Metrics Insights yet, as "
                           "MetricDataQueries.member.%zu.Expression asks for.",
                           number);
    if (query->metric_stat)
        check_stat(problems, query->metric_stat, number);
    if (slice_contains(query->label, SLICE("${")))
        cloudwatch_problem(problems, invalid,
                           "Florin does not compute dynamic labels yet, as "
                           "MetricDataQueries.member.%zu.Label asks for.",
                           number);
    if (slice_is_set(query->account_id) && !slice_eq(query->account_id, problems->call->account))
        cloudwatch_problem(problems, invalid,
                           "The account " SLICE_FMT " of MetricDataQueries.member.%zu.AccountId is "
                           "not linked to this one.",
                           SLICE_ARG(query->account_id), number);
}

static void check_queries(struct cloudwatch_problems *problems,
                          const struct cloudwatch_metric_data_queries *queries)
{
    bool returns_data = false;
    if (queries->count > queries_max)
        cloudwatch_problem(problems, invalid,
                           "The collection MetricDataQueries must not have a size greater than %d.",
                           queries_max);
    for (size_t i = 0; i < queries->count && i < queries_max; i++) {
        struct opt_bool return_data = queries->items[i].return_data;
        returns_data = returns_data || !return_data.is_set || return_data.value;
        check_id(problems, queries, i);
        check_query(problems, &queries->items[i], i + 1);
    }
    if (queries->count == 0)
        cloudwatch_problem(problems, invalid, "The parameter MetricDataQueries is required.");
    else if (!returns_data)
        cloudwatch_problem(problems, invalid,
                           "At least one of the MetricDataQueries must have ReturnData true.");
}

static struct err check(struct call *call, const struct cloudwatch_get_metric_data_input *in)
{
    struct cloudwatch_problems problems;
    cloudwatch_problems_init(&problems, call);
    check_queries(&problems, &in->metric_data_queries);
    if (in->start_time.micros == in->end_time.micros)
        cloudwatch_problem(&problems, invalid,
                           "The parameter StartTime must not equal parameter EndTime.");
    if (in->start_time.micros > in->end_time.micros)
        cloudwatch_problem(&problems, invalid,
                           "The parameter StartTime must be less than the parameter EndTime.");
    if (in->max_datapoints.is_set &&
        (in->max_datapoints.value < 1 || in->max_datapoints.value > datapoints_max))
        cloudwatch_problem(&problems, invalid,
                           "The parameter MaxDatapoints must be between 1 and %d.", datapoints_max);
    TRY(cloudwatch_problems_end(&problems));
    for (size_t i = 0; i < in->metric_data_queries.count; i++) {
        struct slice stat = in->metric_data_queries.items[i].metric_stat->stat;
        if (cloudwatch_measure_is_foreign(stat))
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not compute the statistic " SLICE_FMT " yet", SLICE_ARG(stat));
    }
    return OK;
}

static struct err read_token(struct call *call, const struct cloudwatch_get_metric_data_input *in,
                             struct position *position)
{
    struct slice key;
    struct slice query;
    struct slice datapoint;
    *position = (struct position){0};
    if (!slice_is_set(in->next_token))
        return OK;
    if (page_token_read(call->arena, in->next_token, &key) &&
        slice_split_once(key, ':', &query, &datapoint) && slice_to_i64(query, &position->query) &&
        slice_to_i64(datapoint, &position->datapoint) && position->query >= 0 &&
        position->query < (int64_t)in->metric_data_queries.count && position->datapoint >= 0)
        return OK;
    return fail(call, &CLOUDWATCH_INVALID_NEXT_TOKEN, "The next token specified is invalid.");
}

/* What a query amounts to, in the order that the caller wants. */
struct answer {
    int64_t *timestamps; /* seconds */
    double *values;
    size_t count;
};

static struct err evaluate(struct call *call, const struct cloudwatch_get_metric_data_input *in,
                           const struct cloudwatch_metric_data_query *query, struct answer *answer)
{
    const struct cloudwatch_metric_stat *stat = query->metric_stat;
    struct cloudwatch_series series;
    struct cloudwatch_measure measure = {0};
    bool ascending = slice_eq(in->scan_by, CLOUDWATCH_SCAN_BY_TIMESTAMPASCENDING);
    cloudwatch_measure_parse(stat->stat, &measure);
    const struct cloudwatch_series_request request = {
        .namespace = stat->metric->namespace,
        .metric_name = stat->metric->metric_name,
        .dimensions = &stat->metric->dimensions,
        .unit = stat->unit,
        .start_micros = in->start_time.micros,
        .end_micros = in->end_time.micros,
        .period_seconds = stat->period.value,
        .keeps_samples = measure.kind == CLOUDWATCH_PERCENTILE,
    };
    TRY(cloudwatch_read_series(call, &request, &series));
    *answer = (struct answer){.timestamps = ARENA_ARRAY(call->arena, int64_t, series.count),
                              .values = ARENA_ARRAY(call->arena, double, series.count)};
    for (size_t i = 0; i < series.count; i++) {
        struct cloudwatch_bucket *bucket = &series.buckets[ascending ? i : series.count - 1 - i];
        if (!cloudwatch_total_measure(&bucket->total, &measure, &answer->values[answer->count]))
            continue;
        answer->timestamps[answer->count++] = bucket->timestamp_seconds;
    }
    return OK;
}

static struct cloudwatch_metric_data_result result_of(
    struct arena *arena, const struct cloudwatch_metric_data_query *query,
    const struct answer *answer, size_t from, size_t count)
{
    struct cloudwatch_metric_data_result result = {
        .id = query->id,
        .label =
            slice_is_set(query->label) ? query->label : query->metric_stat->metric->metric_name,
        .timestamps = {ARENA_ARRAY(arena, struct opt_time,   count), count, true},
        .values = {ARENA_ARRAY(arena, struct opt_double, count), count, true},
        .status_code = from + count == answer->count ? CLOUDWATCH_STATUS_CODE_COMPLETE
                                                     : CLOUDWATCH_STATUS_CODE_PARTIALDATA,
    };
    for (size_t i = 0; i < count; i++) {
        result.timestamps.items[i] = SET_TIME(answer->timestamps[from + i] * MICROS_PER_SECOND);
        result.values.items[i] = SET_DOUBLE(answer->values[from + i]);
    }
    return result;
}

/* Adds what fits of one query; `position` is then where the next page would begin. */
static struct err add_result(struct call *call, const struct cloudwatch_get_metric_data_input *in,
                             struct position *position, size_t *room,
                             struct cloudwatch_metric_data_results *results)
{
    const struct cloudwatch_metric_data_query *query =
        &in->metric_data_queries.items[position->query];
    struct answer answer = {0};
    if (query->return_data.is_set && !query->return_data.value) {
        *position = (struct position){position->query + 1, 0};
        return OK;
    }
    TRY(evaluate(call, in, query, &answer));
    size_t from =
        (size_t)position->datapoint < answer.count ? (size_t)position->datapoint : answer.count;
    size_t count = answer.count - from < *room ? answer.count - from : *room;
    results->items[results->count++] = result_of(call->arena, query, &answer, from, count);
    *room -= count;
    *position = from + count == answer.count
                    ? (struct position){position->query + 1, 0}
                    : (struct position){position->query, (int64_t)(from + count)};
    return OK;
}

struct err cloudwatch_get_metric_data(struct call *call,
                                      const struct cloudwatch_get_metric_data_input *in,
                                      struct cloudwatch_get_metric_data_output *out)
{
    struct position position;
    int64_t queries = (int64_t)in->metric_data_queries.count;
    size_t room = in->max_datapoints.is_set ? (size_t)in->max_datapoints.value : datapoints_max;
    TRY(check(call, in));
    TRY(read_token(call, in, &position));
    out->messages.is_set = true;
    out->metric_data_results = (struct cloudwatch_metric_data_results){
        ARENA_ARRAY(call->arena, struct cloudwatch_metric_data_result, (size_t)queries), 0, true};
    while (position.query < queries && room > 0)
        TRY(add_result(call, in, &position, &room, &out->metric_data_results));
    if (position.query < queries)
        out->next_token = page_token(call->arena, arena_printf(call->arena, "%lld:%lld",
                                                               (long long)position.query,
                                                               (long long)position.datapoint));
    return OK;
}
