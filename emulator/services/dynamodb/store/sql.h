#pragma once
/* The statements of sql.def by number, for the files of this folder alone. */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/table/table_form.h"
#include "emulator/store/store.h"

enum ddb_sql {
#define SQL(name, text) name,
#include "emulator/services/dynamodb/store/sql.def"
#undef SQL
    DDB_SQL_COUNT
};

/* The statement with the call's account and region, or the table's number, in front. */
struct store_statement ddb_sql_scoped(struct call *call, enum ddb_sql id);
struct store_statement ddb_sql_of_table(struct call *call, enum ddb_sql id,
                                        const struct ddb_table *table);
