/* Replicas at rest. */
#include "emulator/services/dynamodb/store/replica_store.h"

#include "emulator/services/dynamodb/store/sql.h"

struct err ddb_store_copy_table(struct call *call, const struct ddb_table *from,
                                const struct ddb_table *to)
{
    static const enum ddb_sql rows[] = {COPY_ITEMS, COPY_ENTRIES, COPY_SIZES, COPY_EXPIRIES};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_statement s = ddb_sql_of_table(call, rows[i], from);
        store_bind_i64(&s, 2, to->number);
        TRY(store_run(&s));
    }
    return OK;
}

struct err ddb_store_find_global(struct call *call, struct slice name, struct ddb_global *global)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, LIST_GLOBAL_REGIONS);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, name);
    *global = (struct ddb_global){.name = name};
    while (global->count < DDB_REGIONS_MAX && store_step(&s))
        global->regions[global->count++] = store_text(&s, 0, call->arena);
    return store_done(&s);
}

struct err ddb_store_list_globals(struct call *call, struct slice after, struct slice region,
                                  int64_t limit, struct ddb_global *globals, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, LIST_GLOBAL_TABLES);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, after);
    store_bind_text(&s, 3, region);
    store_bind_i64(&s, 4, limit);
    for (*count = 0; store_step(&s); (*count)++) {
        struct ddb_global *global = &globals[*count];
        struct slice regions = store_text(&s, 1, call->arena);
        *global = (struct ddb_global){.name = store_text(&s, 0, call->arena)};
        while (global->count < DDB_REGIONS_MAX &&
               slice_next(&regions, ',', &global->regions[global->count]))
            global->count++;
    }
    return store_done(&s);
}
