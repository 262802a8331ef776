/* Removing rows a part at a time. */
#include "emulator/services/dynamodb/store/rubbish_store.h"

#include "emulator/services/dynamodb/store/sql.h"

/* A part takes a few milliseconds at most, and writers get as long in between. */
static const int64_t rows_at_once = 1000;
static const int64_t pause_micros = 5000;

static struct err remove_some(struct call *call, const struct ddb_table *table, bool *more)
{
    static const enum ddb_sql kinds[] = {REMOVE_SOME_ITEMS, REMOVE_SOME_ENTRIES,
                                         REMOVE_SOME_EXPIRIES, REMOVE_SOME_HISTORY};
    *more = false;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && !*more; i++) {
        struct store_statement s = ddb_sql_of_table(call, kinds[i], table);
        store_bind_i64(&s, 2, rows_at_once);
        TRY(store_run(&s));
        *more = store_changes(call->store) == rows_at_once;
    }
    return OK;
}

struct err ddb_store_discard_rows(struct call *call, const struct ddb_table *table)
{
    bool more;
    TRY(remove_some(call, table, &more));
    if (!more)
        return OK;
    call_due_at(call, call->now_micros);
    struct store_statement s = ddb_sql_of_table(call, ADD_RUBBISH, table);
    return store_run(&s);
}

static struct err find_rubbish(struct call *call, struct ddb_table *table, bool *found)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_RUBBISH);
    *found = store_step(&s);
    *table = (struct ddb_table){.number = *found ? store_i64(&s, 0) : 0};
    return store_done(&s);
}

struct err ddb_store_remove_rubbish(struct call *call, int64_t *next_micros)
{
    struct ddb_table table;
    bool left;
    bool more;
    *next_micros = INT64_MAX;
    TRY(find_rubbish(call, &table, &left));
    if (!left)
        return OK;
    TRY(remove_some(call, &table, &more));
    if (!more) {
        struct store_statement s = ddb_sql_of_table(call, REMOVE_RUBBISH, &table);
        TRY(store_run(&s));
        TRY(find_rubbish(call, &table, &left));
    }
    if (left) /* by the clock, since the call's moment may lie behind it */
        *next_micros = clock_now(call->platform->clock) + pause_micros;
    return OK;
}
