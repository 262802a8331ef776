/* CloudWatch's SQL. */
#include "emulator/services/cloudwatch/cloudwatch_store.h"

#include "emulator/services/cloudwatch_api.h"

enum cloudwatch_sql { PUT_METRIC, FIND_METRIC, LIST_METRICS, ADD_POINT, LIST_POINTS };

/* Parameters 1 and 2 of the statements on metrics are the account and the region. */
static const char *const statements[] = {
    [PUT_METRIC] =
        "INSERT INTO metrics (account, region, namespace, metric_name, dimensions, last_put)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT (account, region, namespace, metric_name, dimensions)"
        " DO UPDATE SET last_put = max(last_put, excluded.last_put) RETURNING id",
    [FIND_METRIC] = "SELECT id FROM metrics WHERE account = ?1 AND region = ?2 AND namespace = ?3"
                    " AND metric_name = ?4 AND dimensions = ?5",
    [LIST_METRICS] = "SELECT id, namespace, metric_name, dimensions FROM metrics"
                     " WHERE id > ?5 AND account = ?1 AND region = ?2"
                     " AND (?3 IS NULL OR namespace = ?3) AND (?4 IS NULL OR metric_name = ?4)"
                     " AND last_put >= ?6 ORDER BY id",
    [ADD_POINT] = "INSERT INTO points (metric, timestamp, sequence, unit, data) VALUES (?1, ?2,"
                  " (SELECT ifnull(max(sequence), -1) + 1 FROM points"
                  "   WHERE metric = ?1 AND timestamp = ?2), ?3, ?4)",
    [LIST_POINTS] = "SELECT timestamp, unit, data FROM points WHERE metric = ?1"
                    " AND timestamp >= ?2 AND timestamp < ?3 AND (?4 IS NULL OR unit = ?4)"
                    " ORDER BY timestamp, sequence",
};

const struct store_schema cloudwatch_store_schema = {
    .name = "cloudwatch",
    .migrations = cloudwatch_migrations,
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
};

static struct store_statement scoped(struct call *call, enum cloudwatch_sql id)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    return s;
}

static struct store_statement of_metric(struct call *call, enum cloudwatch_sql id,
                                        struct slice namespace, struct slice metric_name,
                                        struct slice dimensions)
{
    struct store_statement s = scoped(call, id);
    store_bind_text(&s, 3, namespace);
    store_bind_text(&s, 4, metric_name);
    store_bind_blob(&s, 5, dimensions);
    return s;
}

struct err cloudwatch_store_put_metric(struct call *call, struct slice namespace,
                                       struct slice metric_name, struct slice dimensions,
                                       int64_t *id)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = of_metric(call, PUT_METRIC, namespace, metric_name, dimensions);
    store_bind_i64(&s, 6, call->now_micros);
    *id = store_step(&s) ? store_i64(&s, 0) : 0;
    return store_done(&s);
}

struct err cloudwatch_store_find_metric(struct call *call, struct slice namespace,
                                        struct slice metric_name, struct slice dimensions,
                                        int64_t *id)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = of_metric(call, FIND_METRIC, namespace, metric_name, dimensions);
    *id = store_step(&s) ? store_i64(&s, 0) : 0;
    return store_done(&s);
}

struct store_statement cloudwatch_store_metrics(struct call *call,
                                                const struct cloudwatch_metric_filter *filter)
{
    struct store_statement s = scoped(call, LIST_METRICS);
    store_bind_text(&s, 3, filter->namespace);
    store_bind_text(&s, 4, filter->metric_name);
    store_bind_i64(&s, 5, filter->after_id);
    store_bind_i64(&s, 6, filter->put_since_micros);
    return s;
}

bool cloudwatch_store_next_metric(struct call *call, struct store_statement *rows,
                                  struct cloudwatch_metric_row *row)
{
    if (!store_step(rows))
        return false;
    *row = (struct cloudwatch_metric_row){
        .id = store_i64(rows, 0),
        .namespace = store_text(rows, 1, call->arena),
        .metric_name = store_text(rows, 2, call->arena),
        .dimensions = store_blob(rows, 3, call->arena),
    };
    return true;
}

struct err cloudwatch_store_add_point(struct call *call, int64_t metric, int64_t timestamp_seconds,
                                      struct slice unit, struct slice data)
{
    struct store_statement s = store_statement(call->store, ADD_POINT);
    store_bind_i64(&s, 1, metric);
    store_bind_i64(&s, 2, timestamp_seconds);
    store_bind_text(&s, 3, unit);
    store_bind_blob(&s, 4, data);
    return store_run(&s);
}

struct store_statement cloudwatch_store_points(struct call *call, int64_t metric,
                                               int64_t from_seconds, int64_t to_seconds,
                                               struct slice unit)
{
    struct store_statement s = store_statement(call->store, LIST_POINTS);
    store_bind_i64(&s, 1, metric);
    store_bind_i64(&s, 2, from_seconds);
    store_bind_i64(&s, 3, to_seconds);
    store_bind_text(&s, 4, unit);
    return s;
}

bool cloudwatch_store_next_point(struct store_statement *rows, struct cloudwatch_point_row *row)
{
    if (!store_step(rows))
        return false;
    *row = (struct cloudwatch_point_row){store_i64(rows, 0), store_borrow(rows, 1),
                                         store_borrow(rows, 2)};
    return true;
}
