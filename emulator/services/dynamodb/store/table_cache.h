#pragma once
/*
 * Tables that one connection has read before, so that a call need not read and parse the definition
 * again. Each slot owns the memory of its table; a slot is used by the call that holds the
 * connection. For dynamodb_store.c alone, which knows when a kept table holds.
 */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/table/table_form.h"

struct table_slot {
    struct arena arena;
    struct slice account;
    struct slice region;
    struct ddb_table table; /* kept_version 0: the slot is empty */
};

/* The one slot that may hold the table, among those of the call's connection. */
struct table_slot *table_cache_slot(struct call *call, struct slice name);

bool table_slot_holds(const struct table_slot *slot, const struct call *call, struct slice name,
                      uint64_t version);

/* Empties the slot for a table of the call's account and region, to be made in the arena given. */
struct arena *table_slot_clear(struct table_slot *slot, const struct call *call);
