/* History at rest. */
#include "emulator/services/dynamodb/store/history_store.h"

#include "emulator/services/dynamodb/store/sql.h"
#include "emulator/services/dynamodb/value/item_bytes.h"

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

/* A table being restored, and the count of what is in it. */
struct target {
    struct call *call;
    const struct ddb_table *table;
    int64_t items;
    int64_t bytes;
};

static struct err count(struct target *target, struct slice item, int sign)
{
    size_t size;
    if (!item_bytes_size(item, &size))
        return ERR(&DDB_DAMAGED);
    target->items += sign;
    target->bytes += sign * (int64_t)size;
    return OK;
}

/* Row by row: SQLite would hold what it copies within one table in memory first. */
static struct err copy_all(struct target *target, const struct ddb_table *source)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = ddb_sql_of_table(target->call, WALK_ROWS, source);
    while (store_step(&s)) {
        struct slice item = store_borrow(&s, 1);
        TRY(count(target, item, 1));
        TRY(ddb_store_put_item(target->call, target->table, store_borrow(&s, 0), item));
    }
    return store_done(&s);
}

static struct err forget(struct target *target, struct slice key)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = ddb_sql_of_table(target->call, FIND_ITEM, target->table);
    store_bind_blob(&s, 2, key);
    if (store_step(&s))
        TRY(count(target, store_borrow(&s, 0), -1));
    return store_done(&s);
}

static struct err undo(struct target *target, struct slice key, struct slice old)
{
    TRY(forget(target, key));
    if (!slice_is_set(old))
        return ddb_store_remove_item(target->call, target->table, key);
    TRY(count(target, old, 1));
    return ddb_store_put_item(target->call, target->table, key, old);
}

static struct err undo_since(struct target *target, const struct ddb_table *source, int64_t moment)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = ddb_sql_of_table(target->call, WALK_HISTORY_BACK, source);
    while (store_step(&s) && store_i64(&s, 0) > moment)
        TRY(undo(target, store_borrow(&s, 1), store_borrow(&s, 2)));
    return store_done(&s);
}

struct err ddb_store_copy_moment(struct call *call, const struct ddb_table *source, int64_t moment,
                                 const struct ddb_table *target, int64_t *items, int64_t *bytes)
{
    struct target to = {.call = call, .table = target};
    TRY(copy_all(&to, source));
    TRY(undo_since(&to, source, moment));
    *items = to.items;
    *bytes = to.bytes;
    return OK;
}
