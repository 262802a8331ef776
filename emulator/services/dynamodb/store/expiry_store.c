/* Expiries at rest. */
#include "emulator/services/dynamodb/store/expiry_store.h"

#include "emulator/services/dynamodb/store/sql.h"

static struct store_statement at_moment(struct call *call, enum ddb_sql id,
                                        const struct ddb_table *table, int64_t seconds)
{
    struct store_statement s = ddb_sql_of_table(call, id, table);
    store_bind_i64(&s, 2, seconds);
    return s;
}

struct err ddb_store_add_expiry(struct call *call, const struct ddb_table *table, int64_t seconds,
                                struct slice key)
{
    struct store_statement s = at_moment(call, ADD_EXPIRY, table, seconds);
    store_bind_blob(&s, 3, key);
    return store_run(&s);
}

struct err ddb_store_remove_expiry(struct call *call, const struct ddb_table *table,
                                   int64_t seconds, struct slice key)
{
    struct store_statement s = at_moment(call, REMOVE_EXPIRY, table, seconds);
    store_bind_blob(&s, 3, key);
    return store_run(&s);
}

struct err ddb_store_remove_expiries(struct call *call, const struct ddb_table *table)
{
    struct store_statement s = ddb_sql_of_table(call, REMOVE_EXPIRIES, table);
    return store_run(&s);
}

struct err ddb_store_first_expiry(struct call *call, int64_t *table_number, int64_t *seconds)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_FIRST_EXPIRY);
    *seconds = 0;
    if (store_step(&s)) {
        *table_number = store_i64(&s, 0);
        *seconds = store_i64(&s, 1);
    }
    return store_done(&s);
}

struct err ddb_store_take_expired(struct call *call, const struct ddb_table *table,
                                  int64_t from_seconds, int64_t to_seconds, int64_t limit,
                                  struct slice *keys, size_t *count)
{
    struct store_statement old = at_moment(call, REMOVE_EXPIRIES_BEFORE, table, from_seconds);
    TRY(store_run(&old));
    CLEANUP(store_statement_cleanup)
    struct store_statement s = at_moment(call, TAKE_EXPIRED, table, to_seconds);
    store_bind_i64(&s, 3, limit);
    for (*count = 0; store_step(&s); (*count)++)
        keys[*count] = store_blob(&s, 0, call->arena);
    return store_done(&s);
}
