/* History at rest. */
#include "emulator/services/dynamodb/store/history_store.h"

#include "emulator/services/dynamodb/store/sql.h"

enum { trimmed_at_once = 10000 };

/* What has passed its period stays that much longer, so that each row is no moment of its own. */
static const int64_t trim_slack_micros = 3600 * MICROS_PER_SECOND;

struct err ddb_store_add_history(struct call *call, const struct ddb_table *table, struct slice key,
                                 struct slice old)
{
    struct store_statement s = ddb_sql_of_table(call, ADD_HISTORY, table);
    store_bind_i64(&s, 2, call->now_micros);
    store_bind_blob(&s, 3, key);
    store_bind_blob(&s, 4, old);
    return store_run(&s);
}

struct err ddb_store_remove_history(struct call *call, const struct ddb_table *table)
{
    struct store_statement s = ddb_sql_of_table(call, REMOVE_HISTORY, table);
    return store_run(&s);
}

struct err ddb_store_set_recovery_period(struct call *call, const struct ddb_table *table,
                                         int64_t period_micros)
{
    struct store_statement s = ddb_sql_of_table(call, SET_RECOVERY_PERIOD, table);
    store_bind_i64(&s, 2, period_micros);
    return store_run(&s);
}

struct err ddb_store_remove_recovery_period(struct call *call, const struct ddb_table *table)
{
    struct store_statement s = ddb_sql_of_table(call, REMOVE_RECOVERY_PERIOD, table);
    return store_run(&s);
}

static struct err trim(struct call *call, const struct ddb_table *table, int64_t until_micros)
{
    struct store_statement s = ddb_sql_of_table(call, REMOVE_OLD_HISTORY, table);
    store_bind_i64(&s, 2, until_micros);
    store_bind_i64(&s, 3, trimmed_at_once);
    return store_run(&s);
}

/* Without `trims` it only finds the next moment. */
static struct err pass_over(struct call *call, bool trims, int64_t *next_micros)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, LIST_HISTORIES);
    while (store_step(&s)) {
        const struct ddb_table table = {.number = store_i64(&s, 0)};
        int64_t period = store_i64(&s, 1);
        int64_t due = store_i64(&s, 2) + period + trim_slack_micros;
        if (store_is_null(&s, 2))
            continue;
        if (trims && due <= call->now_micros)
            TRY(trim(call, &table, call->now_micros - period));
        if (!trims && due < *next_micros)
            *next_micros = due;
    }
    return store_done(&s);
}

struct err ddb_store_trim_history(struct call *call, int64_t *next_micros)
{
    *next_micros = INT64_MAX;
    TRY(pass_over(call, true, next_micros));
    return pass_over(call, false, next_micros);
}
