#pragma once
/*
 * The history of tables with point-in-time recovery, and of those that are being copied: what each
 * change replaced. A table's state at an earlier moment is its state now with the changes since
 * then undone, the newest first.
 */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

/* `old` absent: there was no such item. Its time is the call's, or that of the change before it. */
struct err ddb_store_add_history(struct call *call, const struct ddb_table *table, struct slice key,
                                 struct slice old);
struct err ddb_store_remove_history(struct call *call, const struct ddb_table *table);

/* How long the table's history is kept, for ddb_store_trim_history. */
struct err ddb_store_set_recovery_period(struct call *call, const struct ddb_table *table,
                                         int64_t period_micros);
struct err ddb_store_remove_recovery_period(struct call *call, const struct ddb_table *table);

/* Removes a part of what is older than its table's period at the call's time; `next_micros` is when
 * to come again. */
struct err ddb_store_trim_history(struct call *call, int64_t *next_micros);
