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
