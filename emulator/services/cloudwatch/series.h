#pragma once
/* A metric's data, period by period, as both GetMetricStatistics and GetMetricData need them. */
#include "emulator/services/cloudwatch/statistics.h"
#include "emulator/services/cloudwatch_api.h"

struct cloudwatch_series_request {
    struct slice namespace;
    struct slice metric_name;
    const struct cloudwatch_dimensions *dimensions;
    struct slice unit; /* absent: data of any */
    int64_t start_micros;
    int64_t end_micros; /* exclusive */
    int64_t period_seconds;
    bool keeps_samples; /* percentiles are wanted */
    bool splits_units;  /* data of each unit apart, else together */
};

struct cloudwatch_bucket {
    int64_t timestamp_seconds; /* where the period begins */
    struct slice unit;         /* of its first datum */
    struct cloudwatch_total total;
};

struct cloudwatch_series {
    struct cloudwatch_bucket *buckets; /* in the order of time; empty periods have none */
    size_t count;
    size_t capacity;
};

/* A metric that nobody put is an empty series. */
struct err cloudwatch_read_series(struct call *call,
                                  const struct cloudwatch_series_request *request,
                                  struct cloudwatch_series *series);

/* Periods between start and end; more than a request may span is the caller's to refuse. */
int64_t cloudwatch_series_span(const struct call *call,
                               const struct cloudwatch_series_request *request);
