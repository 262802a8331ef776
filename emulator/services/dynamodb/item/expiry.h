#pragma once
/*
 * Time to live: items whose attribute of that name holds a moment that has come are removed by the
 * service itself ("Using time to live (TTL) in DynamoDB", developer guide). The moment is a number
 * of seconds since 1970; an item whose moment lies more than five years back is left alone, and so
 * is one whose attribute is of another type. An index from moment to key (expiry_store.h) finds
 * them, so that neither time nor memory grows with the table.
 */
#include "emulator/services/dynamodb/item/stored_change.h"

/* One of those whom stored_change.h tells: keeps the index. */
struct err ddb_expiry_follow(struct call *call, const struct ddb_stored_change *change);

/* Fills the index of a table that gets a time to live; its `ttl_attribute` is set. */
struct err ddb_expiry_begin(struct call *call, const struct ddb_table *table);

/* Removes what has expired, of all accounts; as run_due of emulator/core/service.h. */
struct err ddb_expiry_run_due(struct call *call, int64_t *next_micros);
