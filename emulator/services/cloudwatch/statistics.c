/* Statistics of samples that carry counts. */
#include "emulator/services/cloudwatch/statistics.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/attributes.h"

enum { first_capacity = 8, percent_digits_max = 14 };

/* Rounding in p/100 * N must not push a rank over the next sample. */
static const double rank_tolerance = 1e-9;

static void widen(struct cloudwatch_summary *summary, const struct cloudwatch_summary *other)
{
    bool is_first = summary->sample_count == 0;
    summary->sample_count += other->sample_count;
    summary->sum += other->sum;
    if (is_first || other->minimum < summary->minimum)
        summary->minimum = other->minimum;
    if (is_first || other->maximum > summary->maximum)
        summary->maximum = other->maximum;
}

struct cloudwatch_point cloudwatch_point_of_samples(const struct cloudwatch_sample *samples,
                                                    size_t count)
{
    struct cloudwatch_point point = {.samples = samples, .sample_count = count};
    for (size_t i = 0; i < count; i++) {
        const struct cloudwatch_sample *s = &samples[i];
        widen(&point.summary,
              &(struct cloudwatch_summary){s->count, s->value * s->count, s->value, s->value});
    }
    return point;
}

static bool parse_percent(struct slice digits, double *percent)
{
    char text[percent_digits_max + 1];
    bool has_dot = false;
    if (digits.len == 0 || digits.len > percent_digits_max || digits.ptr[0] == '.')
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c == '.' ? has_dot : c < '0' || c > '9')
            return false;
        has_dot = has_dot || c == '.';
    }
    memcpy(text, digits.ptr, digits.len);
    text[digits.len] = '\0';
    double value = strtod(text, NULL);
    if (value > 100)
        return false;
    *percent = value;
    return true;
}

bool cloudwatch_measure_parse(struct slice text, struct cloudwatch_measure *measure)
{
    static const struct slice names[] = {
        [CLOUDWATCH_SAMPLE_COUNT] = SLICE_INIT("SampleCount"),
        [CLOUDWATCH_AVERAGE] = SLICE_INIT("Average"),
        [CLOUDWATCH_SUM] = SLICE_INIT("Sum"),
        [CLOUDWATCH_MINIMUM] = SLICE_INIT("Minimum"),
        [CLOUDWATCH_MAXIMUM] = SLICE_INIT("Maximum"),
    };
    double percent;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (slice_eq(text, names[i])) {
            *measure = (struct cloudwatch_measure){.kind = (enum cloudwatch_measure_kind)i};
            return true;
        }
    }
    if (!slice_starts_with(text, SLICE("p")) || !parse_percent(slice_from(text, 1), &percent))
        return false;
    *measure = (struct cloudwatch_measure){CLOUDWATCH_PERCENTILE, percent};
    return true;
}

bool cloudwatch_measure_is_foreign(struct slice text)
{
    static const struct slice prefixes[] = {
        SLICE_INIT("tm"),  SLICE_INIT("wm"),  SLICE_INIT("tc"),  SLICE_INIT("ts"),
        SLICE_INIT("TM("), SLICE_INIT("WM("), SLICE_INIT("TC("), SLICE_INIT("TS("),
        SLICE_INIT("PR("), SLICE_INIT("IQM"),
    };
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (slice_starts_with(text, prefixes[i]))
            return true;
    return false;
}

static void keep_sample(struct cloudwatch_total *total, struct cloudwatch_sample sample)
{
    if (total->sample_count == total->sample_capacity) {
        size_t bigger = total->sample_capacity ? total->sample_capacity * 2 : first_capacity;
        struct cloudwatch_sample *samples =
            ARENA_ARRAY(total->arena, struct cloudwatch_sample, bigger);
        if (total->sample_count)
            memcpy(samples, total->samples, total->sample_count * sizeof *samples);
        total->samples = samples;
        total->sample_capacity = bigger;
    }
    total->samples[total->sample_count++] = sample;
    total->is_sorted = false;
    total->lacks_samples = total->lacks_samples || sample.value < 0;
}

/* All samples behind it are the same value, so they are known after all. */
static bool is_uniform(const struct cloudwatch_summary *summary)
{
    return summary->minimum == summary->maximum &&
           summary->sum == summary->minimum * summary->sample_count;
}

void cloudwatch_total_add(struct cloudwatch_total *total, const struct cloudwatch_point *point)
{
    const struct cloudwatch_summary *summary = &point->summary;
    widen(&total->summary, summary);
    if (!total->arena)
        return;
    for (size_t i = 0; i < point->sample_count; i++)
        keep_sample(total, point->samples[i]);
    if (point->samples)
        return;
    if (is_uniform(summary))
        keep_sample(total, (struct cloudwatch_sample){summary->minimum, summary->sample_count});
    else
        total->lacks_samples = true;
}

static int by_value(const void *a, const void *b)
{
    double left = ((const struct cloudwatch_sample *)a)->value;
    double right = ((const struct cloudwatch_sample *)b)->value;
    return (left > right) - (left < right);
}

static bool percentile(struct cloudwatch_total *total, double percent, double *value)
{
    double all = total->summary.sample_count;
    double rank = percent / 100 * all - rank_tolerance * all;
    double seen = 0;
    if (total->lacks_samples || total->sample_count == 0)
        return false;
    if (!total->is_sorted)
        qsort(total->samples, total->sample_count, sizeof *total->samples, by_value);
    total->is_sorted = true;
    for (size_t i = 0; i < total->sample_count; i++) {
        seen += total->samples[i].count;
        *value = total->samples[i].value;
        if (seen >= rank)
            break;
    }
    return true;
}

bool cloudwatch_total_measure(struct cloudwatch_total *total,
                              const struct cloudwatch_measure *measure, double *value)
{
    const struct cloudwatch_summary *summary = &total->summary;
    if (summary->sample_count == 0)
        return false;
    switch (measure->kind) {
    case CLOUDWATCH_SAMPLE_COUNT:
        *value = summary->sample_count;
        return true;
    case CLOUDWATCH_AVERAGE:
        *value = summary->sum / summary->sample_count;
        return true;
    case CLOUDWATCH_SUM:
        *value = summary->sum;
        return true;
    case CLOUDWATCH_MINIMUM:
        *value = summary->minimum;
        return true;
    case CLOUDWATCH_MAXIMUM:
        *value = summary->maximum;
        return true;
    case CLOUDWATCH_PERCENTILE:
        return percentile(total, measure->percent, value);
    }
    return false;
}
