#pragma once
/*
 * The tables that one call works on, where it may name several: each is looked up once, and what
 * was done to it is summed up for ConsumedCapacity and ItemCollectionMetrics.
 */
#include "emulator/services/dynamodb/item/capacity.h"
#include "emulator/services/dynamodb/item/write.h"

struct ddb_table_use {
    struct ddb_table table;
    struct ddb_usage usage;
    struct dynamodb_item_collection_metrics_multiple collections; /* one for each collection */
};

struct ddb_table_uses {
    struct call *call;
    struct ddb_table_use **items; /* in the order in which they came up */
    size_t count;
};

/* Room for `most` tables. */
void ddb_table_uses_init(struct ddb_table_uses *uses, struct call *call, size_t most);
/* The table of a TableName parameter; ResourceNotFoundException without it. */
struct err ddb_table_uses_find(struct ddb_table_uses *uses, struct slice parameter,
                               struct ddb_table_use **use);

/* Charges the read of an item of that size, `times` over, unless the table has no units left for it
 * (item/throttle.h). */
struct err ddb_table_use_charge_read(struct call *call, struct ddb_table_use *use, size_t size,
                                     bool consistent, double times);
/* Adds what a change cost, `times` over, and the collection that it touched (`wanted`: SIZE). */
void ddb_table_use_add_usage(struct ddb_table_use *use, const struct ddb_usage *usage,
                             double times);
void ddb_table_use_add_collection(struct ddb_table_use *use, const struct ddb_write *write,
                                  struct slice wanted, const struct attr_map *key);

/* Not set unless `wanted` is TOTAL or INDEXES. */
struct dynamodb_consumed_capacity_multiple ddb_table_uses_consumed(
    const struct ddb_table_uses *uses, struct slice wanted, enum capacity_kind kind);
/* Not set when no collection was noted. */
struct dynamodb_item_collection_metrics_per_table ddb_table_uses_collections(
    const struct ddb_table_uses *uses);
