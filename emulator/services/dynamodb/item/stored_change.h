#pragma once
/*
 * One item's change as it was stored, and those who are told of it: streams, expiry, replicas,
 * history. item/write.c tells it in one place, so PutItem, batches, transactions, PartiQL and the
 * service's own deletions all come by here.
 *
 * Who is told works within the same transaction: its failure takes the change back. Each of them
 * asks first, by a field of the table, whether this table is its business.
 */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

enum ddb_changed_by {
    CHANGED_BY_CALLER,
    CHANGED_BY_EXPIRY,      /* the service itself: the item's time to live has passed */
    CHANGED_BY_REPLICATION, /* the same change was made to a replica in another region */
};

struct ddb_stored_change {
    const struct ddb_table *table;
    struct slice key; /* key bytes (key.h) */
    enum ddb_changed_by by;
    const struct attr_map *old; /* NULL, and absent bytes: there was no item */
    struct slice old_bytes;
    const struct attr_map *item; /* NULL, and absent bytes: the item was removed */
    struct slice bytes;
};

/* Tells everyone, in the order of the list in stored_change.c. */
struct err ddb_stored_change_tell(struct call *call, const struct ddb_stored_change *change);

/* A put of what is there already, or the removal of what is not: streams show no record of it. */
bool ddb_stored_change_is_none(const struct ddb_stored_change *change);
