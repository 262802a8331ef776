/* The tables of one call. */
#include "emulator/services/dynamodb/table/table_use.h"

#include "emulator/services/dynamodb/item/throttle.h"

void ddb_table_uses_init(struct ddb_table_uses *uses, struct call *call, size_t most)
{
    *uses =
        (struct ddb_table_uses){call, ARENA_ARRAY(call->arena, struct ddb_table_use *, most), 0};
}

struct err ddb_table_uses_find(struct ddb_table_uses *uses, struct slice parameter,
                               struct ddb_table_use **use)
{
    struct slice name;
    TRY(ddb_table_name(uses->call, parameter, &name));
    for (size_t i = 0; i < uses->count; i++)
        if (slice_eq(uses->items[i]->table.name, name)) {
            *use = uses->items[i];
            return OK;
        }
    struct ddb_table_use *found = ARENA_NEW(uses->call->arena, struct ddb_table_use);
    TRY(ddb_require_table(uses->call, parameter, &found->table));
    uses->items[uses->count++] = found;
    *use = found;
    return OK;
}

struct err ddb_table_use_charge_read(struct call *call, struct ddb_table_use *use, size_t size,
                                     bool consistent, double times)
{
    const struct ddb_usage cost = {.table = ddb_read_units(size, consistent)};
    TRY(ddb_throttle(call, &use->table, &cost, times, CAPACITY_OF_READS));
    ddb_table_use_add_usage(use, &cost, times);
    return OK;
}

void ddb_table_use_add_usage(struct ddb_table_use *use, const struct ddb_usage *usage, double times)
{
    use->usage.table += usage->table * times;
    for (size_t i = 0; i < use->table.index_count; i++)
        use->usage.indexes[i] += usage->indexes[i] * times;
}

static bool has_collection(const struct dynamodb_item_collection_metrics_multiple *list,
                           const struct dynamodb_item_collection_metrics *metrics)
{
    const struct attr_member *wanted = metrics->item_collection_key.map.members;
    for (size_t i = 0; i < list->count; i++)
        if (attr_equal(&list->items[i].item_collection_key.map.members->value, &wanted->value))
            return true;
    return false;
}

void ddb_table_use_add_collection(struct ddb_table_use *use, const struct ddb_write *write,
                                  struct slice wanted, const struct attr_map *key)
{
    enum { most = 100 };
    struct dynamodb_item_collection_metrics_multiple *list = &use->collections;
    const struct dynamodb_item_collection_metrics *metrics =
        ddb_collection_metrics(write, wanted, key);
    if (!metrics || has_collection(list, metrics) || list->count == most)
        return;
    if (!list->items)
        list->items =
            ARENA_ARRAY(write->call->arena, struct dynamodb_item_collection_metrics, most);
    list->items[list->count++] = *metrics;
    list->is_set = true;
}

struct dynamodb_consumed_capacity_multiple ddb_table_uses_consumed(
    const struct ddb_table_uses *uses, struct slice wanted, enum capacity_kind kind)
{
    struct dynamodb_consumed_capacity_multiple list = {
        .items = ARENA_ARRAY(uses->call->arena, struct dynamodb_consumed_capacity, uses->count)};
    for (size_t i = 0; i < uses->count; i++) {
        const struct ddb_table_use *use = uses->items[i];
        const struct dynamodb_consumed_capacity *consumed =
            ddb_consumed_as(uses->call, wanted, &use->table, &use->usage, kind);
        if (!consumed)
            break;
        list.items[list.count++] = *consumed;
        list.is_set = true;
    }
    return list;
}

struct dynamodb_item_collection_metrics_per_table ddb_table_uses_collections(
    const struct ddb_table_uses *uses)
{
    struct dynamodb_item_collection_metrics_per_table map = {
        .items = ARENA_ARRAY(uses->call->arena,
                             struct dynamodb_item_collection_metrics_per_table_entry, uses->count)};
    for (size_t i = 0; i < uses->count; i++) {
        const struct ddb_table_use *use = uses->items[i];
        if (!use->collections.is_set)
            continue;
        map.items[map.count++] = (struct dynamodb_item_collection_metrics_per_table_entry){
            use->table.asked_as, use->collections};
        map.is_set = true;
    }
    return map;
}
