/* Changing one item. */
#include "emulator/services/dynamodb/item/write.h"

#include "emulator/services/dynamodb/value/item_bytes.h"

static struct slice encode_key(struct call *call, const struct key_schema *keys,
                               const struct attr_map *item)
{
    struct buf key;
    buf_init_arena(&key, call->arena, KEY_BYTES_MAX);
    key_encode(&key, keys, item);
    return buf_slice(&key);
}

struct err ddb_write_begin(struct ddb_write *write, struct call *call,
                           const struct ddb_table *table, const struct attr_map *key)
{
    return ddb_write_begin_at(write, call, table, encode_key(call, &table->keys, key));
}

struct err ddb_write_begin_at(struct ddb_write *write, struct call *call,
                              const struct ddb_table *table, struct slice key)
{
    struct ddb_stored stored;
    *write = (struct ddb_write){.call = call, .table = table, .key = key};
    TRY(ddb_store_find_item(call, table, write->key, &stored));
    write->old_bytes = stored.bytes;
    write->old_size = stored.size;
    if (slice_is_set(stored.bytes) && !item_from_bytes(call->arena, stored.bytes, &write->old))
        return ERR(&DDB_DAMAGED);
    return OK;
}

struct err ddb_write_check(const struct ddb_write *write, const struct node *condition,
                           struct slice return_values_on_failure)
{
    if (!condition || condition_holds(condition, &write->old))
        return OK;
    struct dynamodb_conditional_check_failed_exception *members =
        ARENA_NEW(write->call->arena, struct dynamodb_conditional_check_failed_exception);
    if (slice_eq(return_values_on_failure,
                 DYNAMODB_RETURN_VALUES_ON_CONDITION_CHECK_FAILURE_ALL_OLD))
        members->item = ddb_write_old(write);
    return fail_with(write->call, &DYNAMODB_CONDITIONAL_CHECK_FAILED_EXCEPTION, members,
                     "The conditional request failed");
}

struct ddb_item ddb_write_old(const struct ddb_write *write)
{
    return slice_is_set(write->old_bytes) ? ddb_item_of_bytes(write->old_bytes)
                                          : (struct ddb_item){0};
}

/* One side of an index's change: an entry, or none. */
struct entry {
    bool exists;
    struct slice key;
    struct slice bytes;
    size_t size;
};

/* Items that are older than the index may hold what cannot be its keys. */
static bool belongs(struct arena *arena, const struct ddb_index *index, const struct attr_map *item)
{
    struct ddb_refusal refusal = {.arena = arena};
    return item && key_is_complete(&index->keys, item) &&
           !failed(key_check_index(&index->keys, index->name, item, &refusal));
}

static struct entry make_entry(struct arena *arena, const struct ddb_table *table,
                               const struct ddb_index *index, const struct attr_map *item)
{
    struct entry entry = {.exists = belongs(arena, index, item)};
    if (!entry.exists)
        return entry;
    struct attr_map projected = ddb_index_project(arena, table, index, item);
    struct buf key;
    buf_init_arena(&key, arena, KEY_BYTES_MAX);
    key_encode(&key, &index->keys, item);
    key_encode_values(&key, &table->keys, item);
    entry.key = buf_slice(&key);
    entry.bytes = item_to_bytes(arena, &projected);
    entry.size = attr_map_size(&projected);
    return entry;
}

/* What a change of an item means for an index: one that it does not touch costs nothing, a moved
 * entry costs twice. */
struct index_change {
    struct entry before;
    struct entry after;
    bool touches;
    bool moves;   /* the old entry goes */
    double units; /* what it costs */
};

static struct index_change plan_index(const struct ddb_write *write, const struct ddb_index *index,
                                      const struct attr_map *old, const struct attr_map *item)
{
    struct arena *arena = write->call->arena;
    struct index_change plan = {.before = make_entry(arena, write->table, index, old),
                                .after = make_entry(arena, write->table, index, item)};
    bool same_key =
        plan.before.exists && plan.after.exists && slice_eq(plan.before.key, plan.after.key);
    size_t replaced = same_key ? plan.before.size : 0;
    plan.touches = (plan.before.exists || plan.after.exists) &&
                   !(same_key && slice_eq(plan.before.bytes, plan.after.bytes));
    plan.moves = plan.before.exists && !same_key;
    if (plan.touches && plan.moves)
        plan.units += ddb_write_units(plan.before.size);
    if (plan.touches && plan.after.exists)
        plan.units += ddb_write_units(plan.after.size > replaced ? plan.after.size : replaced);
    return plan;
}

static struct err change_index(struct ddb_write *write, size_t at, const struct attr_map *old,
                               const struct attr_map *item)
{
    const struct ddb_index *index = &write->table->indexes[at];
    struct index_change plan = plan_index(write, index, old, item);
    if (!plan.touches)
        return OK;
    write->usage.indexes[at] += plan.units;
    if (plan.moves)
        TRY(ddb_store_remove_entry(write->call, write->table, index, plan.before.key));
    if (plan.after.exists)
        TRY(ddb_store_put_entry(write->call, write->table, index, plan.after.key,
                                plan.after.bytes));
    return ddb_store_add_size(write->call, write->table, index,
                              plan.after.exists - plan.before.exists,
                              (int64_t)plan.after.size - (int64_t)plan.before.size);
}

static double table_units(const struct ddb_write *write, size_t size)
{
    return ddb_write_units(size > write->old_size ? size : write->old_size);
}

struct ddb_usage ddb_write_cost(const struct ddb_write *write, const struct attr_map *item)
{
    const struct attr_map *old = slice_is_set(write->old_bytes) ? &write->old : NULL;
    struct ddb_usage cost = {.table = table_units(write, item ? attr_map_size(item) : 0)};
    for (size_t i = 0; i < write->table->index_count; i++)
        cost.indexes[i] = plan_index(write, &write->table->indexes[i], old, item).units;
    return cost;
}

struct err ddb_write_apply(struct ddb_write *write, const struct attr_map *item)
{
    bool existed = slice_is_set(write->old_bytes);
    struct ddb_stored_change change = {
        .table = write->table,
        .key = write->key,
        .by = write->by,
        .old = existed ? &write->old : NULL,
        .old_bytes = write->old_bytes,
        .item = item,
        .bytes = item ? item_to_bytes(write->call->arena, item) : SLICE_NONE,
    };
    size_t size = item ? attr_map_size(item) : 0;
    write->usage.table = table_units(write, size);
    if (item)
        TRY(ddb_store_put_item(write->call, write->table, write->key, change.bytes));
    else if (existed)
        TRY(ddb_store_remove_item(write->call, write->table, write->key));
    for (size_t i = 0; i < write->table->index_count; i++)
        TRY(change_index(write, i, change.old, item));
    TRY(ddb_store_add_size(write->call, write->table, NULL, (item != NULL) - existed,
                           (int64_t)size - (int64_t)write->old_size));
    return ddb_stored_change_tell(write->call, &change);
}

/* How many entries an index got, and their size. */
struct filled {
    int64_t items;
    int64_t bytes;
};

static struct err fill_entry(struct call *call, const struct ddb_table *table,
                             const struct ddb_index *index, struct arena *scratch,
                             const struct attr_map *item, struct filled *filled)
{
    struct entry entry = make_entry(scratch, table, index, item);
    if (!entry.exists)
        return OK;
    filled->items += 1;
    filled->bytes += (int64_t)entry.size;
    return ddb_store_put_entry(call, table, index, entry.key, entry.bytes);
}

static struct err fill(struct call *call, const struct ddb_table *table,
                       const struct ddb_index *index, struct arena *scratch, struct filled *filled)
{
    const struct key_range everything = {SLICE(""), SLICE_NONE};
    CLEANUP(ddb_cursor_cleanup)
    struct ddb_cursor cursor = ddb_store_walk(call, table, NULL, &everything, false);
    struct slice stored;
    struct attr_map item;
    while (ddb_cursor_next(&cursor, &stored)) {
        arena_reset(scratch);
        if (!item_from_bytes(scratch, stored, &item))
            return ERR(&DDB_DAMAGED);
        TRY(fill_entry(call, table, index, scratch, &item, filled));
    }
    return ddb_cursor_done(&cursor);
}

struct err ddb_write_backfill(struct call *call, const struct ddb_table *table,
                              const struct ddb_index *index)
{
    CLEANUP(arena_done) struct arena scratch = {0};
    struct filled filled = {0};
    TRY(fill(call, table, index, &scratch, &filled));
    return ddb_store_add_size(call, table, index, filled.items, filled.bytes);
}

/* One part of ddb_write_fill; the last of `filled` is the table's own. */
static struct err fill_part(struct call *call, const struct ddb_table *table, struct arena *scratch,
                            struct slice *after, struct filled *filled, bool *done)
{
    enum { part_rows = 500, part_bytes = 1024 * 1024 };
    /* The least key above the last: no key is the beginning of another. */
    struct buf next;
    buf_init_arena(&next, call->arena, KEY_BYTES_MAX + 1);
    buf_append(&next, *after);
    if (after->len > 0)
        buf_append_char(&next, '\0');
    const struct key_range range = {after->len > 0 ? buf_slice(&next) : SLICE(""), SLICE_NONE};
    CLEANUP(ddb_cursor_cleanup)
    struct ddb_cursor cursor = ddb_store_walk(call, table, NULL, &range, false);
    struct filled *own = &filled[table->index_count];
    struct slice stored;
    struct attr_map item = {0};
    while (own->items < part_rows && own->bytes < part_bytes) {
        *done = !ddb_cursor_next(&cursor, &stored);
        if (*done)
            break;
        arena_reset(scratch);
        if (!item_from_bytes(scratch, stored, &item))
            return ERR(&DDB_DAMAGED);
        for (size_t i = 0; i < table->index_count; i++)
            TRY(fill_entry(call, table, &table->indexes[i], scratch, &item, &filled[i]));
        own->items += 1;
        own->bytes += (int64_t)attr_map_size(&item);
    }
    if (!*done)
        *after = encode_key(call, &table->keys, &item);
    return ddb_cursor_done(&cursor);
}

struct err ddb_write_fill(struct call *call, const struct ddb_table *table, struct slice *after,
                          bool *done)
{
    CLEANUP(arena_done) struct arena scratch = {0};
    struct filled *filled = ARENA_ARRAY(call->arena, struct filled, table->index_count + 1);
    TRY(fill_part(call, table, &scratch, after, filled, done));
    for (size_t i = 0; i < table->index_count; i++)
        TRY(ddb_store_add_size(call, table, &table->indexes[i], filled[i].items, filled[i].bytes));
    return ddb_store_add_size(call, table, NULL, filled[table->index_count].items,
                              filled[table->index_count].bytes);
}

static bool has_local_index(const struct ddb_table *table)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (!table->indexes[i].is_global)
            return true;
    return false;
}

struct dynamodb_item_collection_metrics *ddb_collection_metrics(const struct ddb_write *write,
                                                                struct slice wanted,
                                                                const struct attr_map *key)
{
    struct arena *arena = write->call->arena;
    if (!slice_eq(wanted, DYNAMODB_RETURN_ITEM_COLLECTION_METRICS_SIZE) ||
        !has_local_index(write->table))
        return NULL;
    struct dynamodb_item_collection_metrics *metrics =
        ARENA_NEW(arena, struct dynamodb_item_collection_metrics);
    struct key_schema hash = write->table->keys;
    hash.count = hash.hash_count;
    metrics->item_collection_key = ddb_item_of_map(key_of_item(arena, &hash, key));
    /* AWS gives bounds a gigabyte apart; a collection here is far below the first of them. */
    struct opt_double *bounds = ARENA_ARRAY(arena, struct opt_double, 2);
    bounds[0] = SET_DOUBLE(0);
    bounds[1] = SET_DOUBLE(1);
    metrics->size_estimate_range_gb.items = bounds;
    metrics->size_estimate_range_gb.count = 2;
    metrics->size_estimate_range_gb.is_set = true;
    return metrics;
}
