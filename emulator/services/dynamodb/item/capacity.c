/* Consumed capacity. */
#include "emulator/services/dynamodb/item/capacity.h"

enum { read_unit_bytes = 4096, write_unit_bytes = 1024 };

static double units(size_t bytes, size_t unit)
{
    return bytes == 0 ? 1 : (double)((bytes + unit - 1) / unit);
}

double ddb_read_units(size_t bytes, bool consistent)
{
    return units(bytes, read_unit_bytes) * (consistent ? 1 : 0.5);
}

double ddb_write_units(size_t bytes)
{
    return units(bytes, write_unit_bytes);
}

static double total(const struct ddb_table *table, const struct ddb_usage *usage)
{
    double sum = usage->table;
    for (size_t i = 0; i < table->index_count; i++)
        sum += usage->indexes[i];
    return sum;
}

static struct dynamodb_capacity one(double amount, enum capacity_kind kind)
{
    struct dynamodb_capacity capacity = {.capacity_units = SET_DOUBLE(amount)};
    if (kind == CAPACITY_OF_READS)
        capacity.read_capacity_units = SET_DOUBLE(amount);
    if (kind == CAPACITY_OF_WRITES)
        capacity.write_capacity_units = SET_DOUBLE(amount);
    return capacity;
}

/* The global or the local indexes that the call used. */
static struct dynamodb_secondary_indexes_capacity_map by_index(struct call *call,
                                                               const struct ddb_table *table,
                                                               const struct ddb_usage *usage,
                                                               enum capacity_kind kind, bool global)
{
    struct dynamodb_secondary_indexes_capacity_map map = {
        .items = ARENA_ARRAY(call->arena, struct dynamodb_secondary_indexes_capacity_map_entry,
                             table->index_count)};
    for (size_t i = 0; i < table->index_count; i++) {
        if (table->indexes[i].is_global != global || usage->indexes[i] == 0)
            continue;
        map.items[map.count++] = (struct dynamodb_secondary_indexes_capacity_map_entry){
            table->indexes[i].name, one(usage->indexes[i], kind)};
        map.is_set = true;
    }
    return map;
}

struct dynamodb_consumed_capacity *ddb_consumed_as(struct call *call, struct slice wanted,
                                                   const struct ddb_table *table,
                                                   const struct ddb_usage *usage,
                                                   enum capacity_kind kind)
{
    bool by_indexes = slice_eq(wanted, DYNAMODB_RETURN_CONSUMED_CAPACITY_INDEXES);
    if (!by_indexes && !slice_eq(wanted, DYNAMODB_RETURN_CONSUMED_CAPACITY_TOTAL))
        return NULL;
    struct dynamodb_consumed_capacity *consumed =
        ARENA_NEW(call->arena, struct dynamodb_consumed_capacity);
    struct dynamodb_capacity sum = one(total(table, usage), kind);
    consumed->table_name = table->asked_as;
    consumed->capacity_units = sum.capacity_units;
    consumed->read_capacity_units = sum.read_capacity_units;
    consumed->write_capacity_units = sum.write_capacity_units;
    if (!by_indexes)
        return consumed;
    consumed->table = ARENA_NEW(call->arena, struct dynamodb_capacity);
    *consumed->table = one(usage->table, kind);
    consumed->local_secondary_indexes = by_index(call, table, usage, kind, false);
    consumed->global_secondary_indexes = by_index(call, table, usage, kind, true);
    return consumed;
}

struct dynamodb_consumed_capacity *ddb_consumed(struct call *call, struct slice wanted,
                                                const struct ddb_table *table,
                                                const struct ddb_usage *usage)
{
    return ddb_consumed_as(call, wanted, table, usage, CAPACITY_SUM);
}
