#pragma once
/*
 * How one item is changed at rest (change.h says what a request asks for): find the old item, check
 * the condition, store the new one with its index entries and sizes, count the capacity.
 */
#include "emulator/services/dynamodb/item/capacity.h"
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/item/stored_change.h"

struct ddb_write {
    struct call *call;
    const struct ddb_table *table;
    struct slice key;       /* the item's key bytes */
    enum ddb_changed_by by; /* a caller, unless it is set after ddb_write_begin */
    struct attr_map old;    /* empty when there was none */
    size_t old_size;
    struct slice old_bytes; /* absent when there was none */
    struct ddb_usage usage;
};

/* Finds the old item. `key` holds at least the key attributes, checked. */
struct err ddb_write_begin(struct ddb_write *write, struct call *call,
                           const struct ddb_table *table, const struct attr_map *key);

/* The same by the item's key bytes, which must live as long as the write. */
struct err ddb_write_begin_at(struct ddb_write *write, struct call *call,
                              const struct ddb_table *table, struct slice key);

/* ConditionalCheckFailedException unless the old item satisfies the condition (NULL: it does). */
struct err ddb_write_check(const struct ddb_write *write, const struct node *condition,
                           struct slice return_values_on_failure);

/* What ddb_write_apply of that item would cost. */
struct ddb_usage ddb_write_cost(const struct ddb_write *write, const struct attr_map *item);

/* Stores the new item, or removes the old one (`item` NULL), and tells who is to know. */
struct err ddb_write_apply(struct ddb_write *write, const struct attr_map *item);

/*
 * Fills a new index from the table's items. Those whose attributes cannot be its keys are left out,
 * as AWS's backfill does. Memory does not grow with the table.
 */
struct err ddb_write_backfill(struct call *call, const struct ddb_table *table,
                              const struct ddb_index *index);

/*
 * Fills all indexes and sizes of a table whose rows were put there by themselves, a part at a time:
 * `after` is the key of the last row done, empty at first; `done` once there are no more.
 */
struct err ddb_write_fill(struct call *call, const struct ddb_table *table, struct slice *after,
                          bool *done);

/* The old item for ALL_OLD; not set when there was none. */
struct ddb_item ddb_write_old(const struct ddb_write *write);

/* For tables with local indexes when `wanted` is SIZE, else NULL. */
struct dynamodb_item_collection_metrics *ddb_collection_metrics(const struct ddb_write *write,
                                                                struct slice wanted,
                                                                const struct attr_map *key);
