#pragma once
/*
 * Consumed capacity as AWS counts it: reads in units of 4 KB, half a unit when eventually
 * consistent; writes in units of 1 KB ("Read and write operations", developer guide).
 */
#include "emulator/services/dynamodb/table/table_form.h"
#include "emulator/services/dynamodb_api.h"

enum { CAPACITY_INDEXES_MAX = TABLE_GLOBAL_INDEXES_MAX + TABLE_LOCAL_INDEXES_MAX };

struct ddb_usage {
    double table;
    double indexes[CAPACITY_INDEXES_MAX]; /* in the order of the table's indexes */
};

/* At least one unit, or half of one: asking for what is not there costs as well. */
double ddb_read_units(size_t bytes, bool consistent);
double ddb_write_units(size_t bytes);

/* Transactions tell reads and writes apart; other calls have the sum alone. */
enum capacity_kind { CAPACITY_SUM, CAPACITY_OF_READS, CAPACITY_OF_WRITES };

/* NULL unless `wanted` is TOTAL or INDEXES. */
struct dynamodb_consumed_capacity *ddb_consumed_as(struct call *call, struct slice wanted,
                                                   const struct ddb_table *table,
                                                   const struct ddb_usage *usage,
                                                   enum capacity_kind kind);
struct dynamodb_consumed_capacity *ddb_consumed(struct call *call, struct slice wanted,
                                                const struct ddb_table *table,
                                                const struct ddb_usage *usage);
