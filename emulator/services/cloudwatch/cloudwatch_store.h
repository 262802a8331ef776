#pragma once
/*
 * CloudWatch's tables. All of its SQL stands in cloudwatch_store.c. Every function works on the
 * call's account and region within the transaction that the call is in; slices live in the call's
 * arena.
 */
#include "emulator/core/call.h"
#include "emulator/store/store.h"

extern const struct store_schema cloudwatch_store_schema;

struct cloudwatch_metric_row {
    int64_t id;
    struct slice namespace;
    struct slice metric_name;
    struct slice dimensions; /* packed */
};

struct cloudwatch_point_row {
    int64_t timestamp_seconds;
    struct slice unit; /* borrowed until the next row */
    struct slice data; /* likewise */
};

/* Makes the metric when it is new, and notes that it was put to now. */
struct err cloudwatch_store_put_metric(struct call *call, struct slice namespace,
                                       struct slice metric_name, struct slice dimensions,
                                       int64_t *id);
/* `id` is 0 when there is no such metric. */
struct err cloudwatch_store_find_metric(struct call *call, struct slice namespace,
                                        struct slice metric_name, struct slice dimensions,
                                        int64_t *id);

/* Metrics in the order of their making. */
struct cloudwatch_metric_filter {
    struct slice namespace;   /* absent: any */
    struct slice metric_name; /* absent: any */
    int64_t put_since_micros;
    int64_t after_id;
};
struct store_statement cloudwatch_store_metrics(struct call *call,
                                                const struct cloudwatch_metric_filter *filter);
bool cloudwatch_store_next_metric(struct call *call, struct store_statement *rows,
                                  struct cloudwatch_metric_row *row);

struct err cloudwatch_store_add_point(struct call *call, int64_t metric, int64_t timestamp_seconds,
                                      struct slice unit, struct slice data);
/* Points of `from` <= timestamp < `to` in the order of time; `unit` absent takes all. */
struct store_statement cloudwatch_store_points(struct call *call, int64_t metric,
                                               int64_t from_seconds, int64_t to_seconds,
                                               struct slice unit);
bool cloudwatch_store_next_point(struct store_statement *rows, struct cloudwatch_point_row *row);
