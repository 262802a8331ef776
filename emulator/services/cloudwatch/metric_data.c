/* Putting data: PutMetricData. */
#include <math.h>

#include "emulator/services/cloudwatch/cloudwatch_store.h"
#include "emulator/services/cloudwatch/dimensions.h"
#include "emulator/services/cloudwatch/period.h"
#include "emulator/services/cloudwatch/point.h"
#include "emulator/services/cloudwatch/problems.h"
#include "emulator/services/cloudwatch_api.h"

enum { data_max = 1000, values_max = 150, member_bytes_max = 64 };
enum { standard_resolution = 60, high_resolution = 1 };

static const int64_t oldest_micros = 14 * 24 * 3600 * MICROS_PER_SECOND;
static const int64_t newest_micros = 2 * 3600 * MICROS_PER_SECOND;

/* One datum under inspection; `at` is "MetricData.member.1". */
struct inspection {
    struct cloudwatch_problems *problems;
    const struct cloudwatch_metric_datum *datum;
    char at[member_bytes_max];
};

static bool is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

/* The value range is -2^360 to 2^360. */
static bool is_storable(double value)
{
    return fabs(value) <= ldexp(1, 360); /* false for not-a-number, too */
}

static struct slice number_text(struct arena *arena, double value)
{
    if (isnan(value))
        return SLICE("NaN");
    if (isinf(value))
        return value > 0 ? SLICE("Infinity") : SLICE("-Infinity");
    return arena_printf(arena, "%.17g", value);
}

static void check_number(struct inspection *x, const char *member, double value)
{
    if (!is_storable(value))
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The value " SLICE_FMT " for parameter %s.%s is invalid.",
                           SLICE_ARG(number_text(x->problems->call->arena, value)), x->at, member);
}

static void check_count(struct inspection *x, const char *member, double count)
{
    if (!is_storable(count))
        check_number(x, member, count);
    else if (count <= 0)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter %s.%s must be greater than 0.", x->at, member);
}

static void check_text(struct inspection *x, const char *member, struct slice text)
{
    if (!is_ascii(text))
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The value for parameter %s.%s contains non-ASCII characters.", x->at,
                           member);
    else if (slice_trim(text).len == 0)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter %s.%s must not be blank.", x->at, member);
}

static void check_dimension(struct inspection *x, size_t index)
{
    const struct cloudwatch_dimensions *dimensions = &x->datum->dimensions;
    const struct cloudwatch_dimension *d = &dimensions->items[index];
    struct arena *arena = x->problems->call->arena;
    struct slice at = arena_printf(arena, "Dimensions.member.%zu.", index + 1);
    check_text(x, arena_cstr(arena, arena_printf(arena, SLICE_FMT "Name", SLICE_ARG(at))), d->name);
    check_text(x, arena_cstr(arena, arena_printf(arena, SLICE_FMT "Value", SLICE_ARG(at))),
               d->value);
    if (slice_starts_with(d->name, SLICE(":")))
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The value " SLICE_FMT " for parameter %s." SLICE_FMT
                           "Name must not start with a colon.",
                           SLICE_ARG(d->name), x->at, SLICE_ARG(at));
    for (size_t i = 0; i < index; i++)
        if (slice_eq(dimensions->items[i].name, d->name))
            cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                               "The value " SLICE_FMT " for parameter %s." SLICE_FMT
                               "Name is the name of another dimension, too.",
                               SLICE_ARG(d->name), x->at, SLICE_ARG(at));
}

static void exclude(struct inspection *x, const char *first, bool has_first, const char *second,
                    bool has_second)
{
    if (has_first && has_second)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_COMBINATION_EXCEPTION,
                           "The parameters %s.%s and %s.%s are mutually exclusive and you have "
                           "specified both.",
                           x->at, first, x->at, second);
}

static void check_presence(struct inspection *x)
{
    const struct cloudwatch_metric_datum *d = x->datum;
    bool has_values = d->values.count > 0;
    exclude(x, "Value", d->value.is_set, "StatisticValues", d->statistic_values != NULL);
    exclude(x, "Value", d->value.is_set, "Values", has_values);
    exclude(x, "Values", has_values, "StatisticValues", d->statistic_values != NULL);
    if (!d->value.is_set && !has_values && !d->statistic_values)
        cloudwatch_problem(x->problems, &CLOUDWATCH_MISSING_REQUIRED_PARAMETER_EXCEPTION,
                           "At least one of the parameters %s.Value, %s.Values and "
                           "%s.StatisticValues must be specified.",
                           x->at, x->at, x->at);
    if (d->counts.count > 0 && d->counts.count != d->values.count)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameters %s.Values and %s.Counts must be of the same size.",
                           x->at, x->at);
    if (d->values.count > values_max)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The collection %s.Values must not have a size greater than %d.", x->at,
                           values_max);
}

static void check_values(struct inspection *x)
{
    const struct cloudwatch_metric_datum *d = x->datum;
    struct arena *arena = x->problems->call->arena;
    for (size_t i = 0; i < d->values.count && i < values_max; i++)
        if (!is_storable(d->values.items[i].value))
            check_number(x, arena_cstr(arena, arena_printf(arena, "Values.member.%zu", i + 1)),
                         d->values.items[i].value);
    for (size_t i = 0; i < d->counts.count && i < values_max; i++)
        if (!(d->counts.items[i].value > 0) || !is_storable(d->counts.items[i].value))
            check_count(x, arena_cstr(arena, arena_printf(arena, "Counts.member.%zu", i + 1)),
                        d->counts.items[i].value);
    if (d->value.is_set)
        check_number(x, "Value", d->value.value);
}

static void check_statistic_set(struct inspection *x, const struct cloudwatch_statistic_set *set)
{
    check_count(x, "StatisticValues.SampleCount", set->sample_count.value);
    check_number(x, "StatisticValues.Sum", set->sum.value);
    check_number(x, "StatisticValues.Minimum", set->minimum.value);
    check_number(x, "StatisticValues.Maximum", set->maximum.value);
    if (set->maximum.value < set->minimum.value)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter %s.StatisticValues.Maximum must be greater than or equal "
                           "to %s.StatisticValues.Minimum.",
                           x->at, x->at);
}

static void check_timestamp(struct inspection *x, int64_t now_micros)
{
    struct opt_time timestamp = x->datum->timestamp;
    if (timestamp.is_set && timestamp.micros < now_micros - oldest_micros)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter %s.Timestamp must specify a time within the past two "
                           "weeks.",
                           x->at);
    if (timestamp.is_set && timestamp.micros > now_micros + newest_micros)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter %s.Timestamp must specify a time no more than two hours "
                           "in the future.",
                           x->at);
}

static void check_datum(struct inspection *x)
{
    const struct cloudwatch_metric_datum *d = x->datum;
    struct opt_i64 resolution = d->storage_resolution;
    check_text(x, "MetricName", d->metric_name);
    for (size_t i = 0; i < d->dimensions.count; i++)
        check_dimension(x, i);
    check_timestamp(x, x->problems->call->now_micros);
    check_presence(x);
    check_values(x);
    if (d->statistic_values)
        check_statistic_set(x, d->statistic_values);
    if (resolution.is_set && resolution.value != high_resolution &&
        resolution.value != standard_resolution)
        cloudwatch_problem(x->problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The parameter %s.StorageResolution must be a value in the set "
                           "[ 1, 60 ].",
                           x->at);
}

static struct err check(struct call *call, const struct cloudwatch_put_metric_data_input *in)
{
    struct cloudwatch_problems problems;
    cloudwatch_problems_init(&problems, call);
    if (in->entity_metric_data.count > 0)
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement cloudwatch:PutMetricData with EntityMetricData yet: "
                    "send the data as MetricData");
    if (in->metric_data.count == 0)
        cloudwatch_problem(&problems, &CLOUDWATCH_MISSING_REQUIRED_PARAMETER_EXCEPTION,
                           "The parameter MetricData is required.");
    if (in->metric_data.count > data_max)
        cloudwatch_problem(&problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The collection MetricData must not have a size greater than %d.",
                           data_max);
    if (slice_starts_with(in->namespace, SLICE("AWS/")))
        cloudwatch_problem(&problems, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                           "The value AWS/ for parameter Namespace is invalid.");
    for (size_t i = 0; i < in->metric_data.count && i < data_max; i++) {
        struct inspection x = {.problems = &problems, .datum = &in->metric_data.items[i]};
        snprintf(x.at, sizeof x.at, "MetricData.member.%zu", i + 1);
        check_datum(&x);
    }
    return cloudwatch_problems_end(&problems);
}

static struct cloudwatch_point point_of(struct arena *arena,
                                        const struct cloudwatch_metric_datum *d)
{
    const struct cloudwatch_statistic_set *set = d->statistic_values;
    size_t count = d->value.is_set ? 1 : d->values.count;
    struct cloudwatch_sample *samples = ARENA_ARRAY(arena, struct cloudwatch_sample, count);
    if (set)
        return (struct cloudwatch_point){
            .summary = {set->sample_count.value, set->sum.value, set->minimum.value,
                        set->maximum.value}
        };
    for (size_t i = 0; i < count; i++)
        samples[i] = (struct cloudwatch_sample){
            .value = d->value.is_set ? d->value.value : d->values.items[i].value,
            .count = d->counts.count ? d->counts.items[i].value : 1,
        };
    return cloudwatch_point_of_samples(samples, count);
}

static int64_t timestamp_of(const struct call *call, const struct cloudwatch_metric_datum *d)
{
    int64_t micros = d->timestamp.is_set ? d->timestamp.micros : call->now_micros;
    int64_t resolution =
        d->storage_resolution.is_set ? d->storage_resolution.value : standard_resolution;
    return cloudwatch_round_down(micros, resolution * MICROS_PER_SECOND) / MICROS_PER_SECOND;
}

/* The metric that a datum belongs to; data of one metric mostly come in a row. */
struct last_metric {
    struct slice name;
    struct slice dimensions; /* packed */
    int64_t id;              /* 0: none yet */
};

static struct err find_metric(struct call *call, struct slice namespace,
                              const struct cloudwatch_metric_datum *d, struct last_metric *last)
{
    struct slice dimensions = cloudwatch_dimensions_pack(call->arena, &d->dimensions);
    if (last->id && slice_eq(last->name, d->metric_name) && slice_eq(last->dimensions, dimensions))
        return OK;
    *last = (struct last_metric){d->metric_name, dimensions, 0};
    return cloudwatch_store_put_metric(call, namespace, d->metric_name, dimensions, &last->id);
}

struct err cloudwatch_put_metric_data(struct call *call,
                                      const struct cloudwatch_put_metric_data_input *in, void *out)
{
    struct last_metric metric = {0};
    (void)out;
    TRY(check(call, in));
    for (size_t i = 0; i < in->metric_data.count; i++) {
        const struct cloudwatch_metric_datum *d = &in->metric_data.items[i];
        struct cloudwatch_point point = point_of(call->arena, d);
        TRY(find_metric(call, in->namespace, d, &metric));
        TRY(cloudwatch_store_add_point(call, metric.id, timestamp_of(call, d),
                                       slice_is_set(d->unit) ? d->unit : SLICE("None"),
                                       cloudwatch_point_pack(call->arena, &point)));
    }
    return OK;
}
