#pragma once
/*
 * How tables and their indexes come, change and go: what is CREATING, UPDATING or DELETING settles
 * by itself after the emulator's --transition-seconds of virtual time, as it does on AWS after some
 * seconds. The state is a moment at rest, read against the call's time: nothing needs to run for a
 * table to become ACTIVE. Only what is gone is swept away as due work.
 */
#include "emulator/services/dynamodb/item/request.h"

/* Puts the table, or one of its global indexes, into transition from now on. */
void ddb_table_begin(const struct call *call, struct ddb_table *table, enum ddb_status status);
void ddb_index_begin(const struct call *call, struct ddb_index *index, enum ddb_status status);

/* The same table as it stands at that moment; the store does this to all that it reads. */
void ddb_table_settle(struct ddb_table *table, int64_t now_micros);

/* Whether it stays as it is until it is written again. */
bool ddb_table_is_settled(const struct ddb_table *table);

/* TableStatus, for ddb_describe. */
struct slice ddb_table_status(const struct ddb_table *table);

/* An index that is filled already but does not show it. */
bool ddb_index_is_readable(const struct ddb_index *index);

/* ResourceInUseException while the table is in transition. */
struct err ddb_check_settled(struct call *call, const struct ddb_table *table);
/* The same for DeleteTable, which waits for indexes that are being filled, and for
 * backups that are being made, too. */
struct err ddb_check_deletable(struct call *call, const struct ddb_table *table);
/* ddb_require_named_table, and settled: for what changes a table or its settings. */
struct err ddb_require_settled_table(struct call *call, struct slice parameter,
                                     struct ddb_table *table);

/* Removes the table at once, or once it was DELETING for long enough. */
struct err ddb_table_delete(struct call *call, struct ddb_table *table);
/* Due work: the rows of tables that are gone. See run_due in emulator/core/service.h. */
struct err ddb_table_sweep(struct call *call, int64_t *next_micros);
