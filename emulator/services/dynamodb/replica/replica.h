#pragma once
/*
 * Global tables: tables of one name in several regions of an account that hold the same items
 * ("Global tables: multi-active, multi-Region replication", developer guide). Each knows the
 * regions of the others; a change of one is made to all in its own transaction, so that they never
 * differ, and no two changes ever conflict.
 */
#include "emulator/services/dynamodb/item/stored_change.h"
#include "emulator/services/dynamodb_api.h"

/* A table in another region, and the call as it would be made there. */
struct ddb_replica {
    struct call call;
    struct ddb_table table;
};

/* The call in that region, with the table of that name; `found` says whether there is one. */
struct err ddb_replica_find(struct call *call, struct slice name, struct slice region,
                            struct ddb_replica *replica, bool *found);

/* The table's other replicas, one after the other: each is there. */
struct err ddb_replica_open(struct call *call, const struct ddb_table *table, size_t at,
                            struct ddb_replica *replica);

/* What the work there tells the gateway, a fault or when something falls due, the call hands on. */
void ddb_replica_done(struct call *call, const struct ddb_replica *replica);

/* One of those whom stored_change.h tells: makes the same change to the other replicas. */
struct err ddb_replicas_follow(struct call *call, const struct ddb_stored_change *change);

bool ddb_has_replica(const struct ddb_table *table, struct slice region);

extern const struct slice DDB_GLOBAL_2017; /* the two values of GlobalTableVersion */
extern const struct slice DDB_GLOBAL_2019;

/* Takes the table of that region in; all that are there learn of it. The table's own row is the
 * caller's to store. */
struct err ddb_replica_join(struct call *call, struct ddb_table *table, struct slice region,
                            struct slice version);
/* The table is no replica any more; the others learn of it. Its own row is the caller's to store.
 */
struct err ddb_replica_leave(struct call *call, struct ddb_table *table);
/* What the table's row says already, in memory: the table of that region has left. */
void ddb_replica_forget(struct arena *arena, struct ddb_table *table, struct slice region);

/* Settings that all replicas share: keys of indexes, billing, expiry. The table has them already.
 */
struct err ddb_replicas_take_settings(struct call *call, const struct ddb_table *table);

/* ReplicaUpdates of UpdateTable. */
struct err ddb_replicas_check(struct call *call, const struct ddb_table *table,
                              const struct dynamodb_update_table_input *in);
struct err ddb_replicas_update(struct call *call, struct ddb_table *table,
                               const struct dynamodb_replication_group_update_list *updates);
/* Those that come, change and go, in the description of the table that is answered. */
void ddb_replicas_show(struct call *call,
                       const struct dynamodb_replication_group_update_list *updates,
                       struct dynamodb_table_description *description);

/* Replicas and GlobalTableVersion of a description. */
struct err ddb_replicas_describe(struct call *call, const struct ddb_table *table,
                                 struct dynamodb_table_description *out);
