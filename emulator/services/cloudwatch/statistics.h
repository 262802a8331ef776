#pragma once
/*
 * What the data of a period amount to: sums, extremes, averages and percentiles. Pure; the samples
 * live in the arena that the total was given.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct cloudwatch_sample {
    double value;
    double count; /* how often it occurred */
};

struct cloudwatch_summary {
    double sample_count;
    double sum;
    double minimum;
    double maximum;
};

/* A datum: its samples, or a summary alone (`samples` is NULL) of samples that nobody kept. */
struct cloudwatch_point {
    const struct cloudwatch_sample *samples;
    size_t sample_count;
    struct cloudwatch_summary summary;
};

/* A datum of samples; they are borrowed. */
struct cloudwatch_point cloudwatch_point_of_samples(const struct cloudwatch_sample *samples,
                                                    size_t count);

enum cloudwatch_measure_kind {
    CLOUDWATCH_SAMPLE_COUNT,
    CLOUDWATCH_AVERAGE,
    CLOUDWATCH_SUM,
    CLOUDWATCH_MINIMUM,
    CLOUDWATCH_MAXIMUM,
    CLOUDWATCH_PERCENTILE
};

/* A statistic that a caller asks for. */
struct cloudwatch_measure {
    enum cloudwatch_measure_kind kind;
    double percent; /* of a percentile: 0 to 100 */
};

/* "Average" or "p99.9". False for anything else. */
bool cloudwatch_measure_parse(struct slice text, struct cloudwatch_measure *measure);

/* Whether AWS knows the text as a statistic that cloudwatch_measure_parse does not: "tm90". */
bool cloudwatch_measure_is_foreign(struct slice text);

/* The data of one period. A zeroed one with its arena set is empty. */
struct cloudwatch_total {
    struct arena *arena; /* NULL: percentiles are not wanted, no sample is kept */
    struct cloudwatch_summary summary;
    struct cloudwatch_sample *samples;
    size_t sample_count;
    size_t sample_capacity;
    bool is_sorted;
    bool lacks_samples; /* a summary whose samples are unknown, or a negative value, went in */
};

void cloudwatch_total_add(struct cloudwatch_total *total, const struct cloudwatch_point *point);

/*
 * False when the data do not tell: a percentile needs samples, none of them negative. A percentile
 * is the smallest value that at least `percent` of the samples do not exceed.
 */
bool cloudwatch_total_measure(struct cloudwatch_total *total,
                              const struct cloudwatch_measure *measure, double *value);
