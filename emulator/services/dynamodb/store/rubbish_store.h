#pragma once
/*
 * The rows of tables that are gone. A small table's go at once; a large one's are removed by and by
 * as due work, in parts that leave writers their turn, whatever the table's size. Its number is not
 * given out again before.
 */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/table/table_form.h"

/* Items, index entries, expiries and history of a table whose own row goes in the same transaction.
 */
struct err ddb_store_discard_rows(struct call *call, const struct ddb_table *table);

/* Removes a part of what is left; as run_due of emulator/core/service.h. */
struct err ddb_store_remove_rubbish(struct call *call, int64_t *next_micros);
