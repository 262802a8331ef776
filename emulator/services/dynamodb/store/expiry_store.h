#pragma once
/*
 * When items expire: an index from moment to key for the tables that have a time to live. As in
 * dynamodb_store.h, all works within the call's transaction and comes from the call's arena.
 */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/table/table_form.h"

struct err ddb_store_add_expiry(struct call *call, const struct ddb_table *table, int64_t seconds,
                                struct slice key);
struct err ddb_store_remove_expiry(struct call *call, const struct ddb_table *table,
                                   int64_t seconds, struct slice key);
/* All of the table's. */
struct err ddb_store_remove_expiries(struct call *call, const struct ddb_table *table);

/* The table whose item expires first, of any account, and when; `seconds` is 0 without any. */
struct err ddb_store_first_expiry(struct call *call, int64_t *table_number, int64_t *seconds);

/* Forgets those before `from_seconds` and takes at most `limit` keys of those up to `to_seconds`.
 */
struct err ddb_store_take_expired(struct call *call, const struct ddb_table *table,
                                  int64_t from_seconds, int64_t to_seconds, int64_t limit,
                                  struct slice *keys, size_t *count);
