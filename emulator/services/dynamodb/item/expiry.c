/* Items that expire. */
#include "emulator/services/dynamodb/item/expiry.h"

#include "emulator/services/dynamodb/item/write.h"
#include "emulator/services/dynamodb/store/expiry_store.h"
#include "emulator/services/dynamodb/value/item_bytes.h"

enum { removed_at_once = 100 };

static const int64_t oldest_seconds = INT64_C(5) * 365 * 24 * 3600;
static const int64_t latest_seconds = INT64_MAX / MICROS_PER_SECOND;

/* When the item expires; 0: never. A fraction of a second does not count. */
static int64_t moment_of(const struct ddb_table *table, const struct attr_map *item)
{
    const struct attr_value *value = item ? attr_map_get(item, table->ttl_attribute) : NULL;
    struct slice whole;
    struct slice fraction;
    int64_t seconds;
    if (!value || value->type != ATTR_N)
        return 0;
    if (!slice_split_once(value->text, '.', &whole, &fraction))
        whole = value->text;
    bool is_moment = slice_to_i64(whole, &seconds) && seconds > 0 && seconds < latest_seconds;
    return is_moment ? seconds : 0;
}

static int64_t floor_seconds(const struct call *call)
{
    return call->now_micros / MICROS_PER_SECOND - oldest_seconds;
}

static struct err add(struct call *call, const struct ddb_table *table, int64_t seconds,
                      struct slice key)
{
    if (seconds == 0 || seconds < floor_seconds(call))
        return OK;
    call_due_at(call, seconds * MICROS_PER_SECOND);
    return ddb_store_add_expiry(call, table, seconds, key);
}

struct err ddb_expiry_follow(struct call *call, const struct ddb_stored_change *change)
{
    const struct ddb_table *table = change->table;
    if (!slice_is_set(table->ttl_attribute))
        return OK;
    int64_t before = moment_of(table, change->old);
    int64_t after = moment_of(table, change->item);
    if (before == after)
        return OK;
    if (before)
        TRY(ddb_store_remove_expiry(call, table, before, change->key));
    return add(call, table, after, change->key);
}

static struct err add_stored(struct call *call, const struct ddb_table *table,
                             struct arena *scratch, struct slice stored)
{
    struct attr_map item;
    struct buf key;
    arena_reset(scratch);
    if (!item_from_bytes(scratch, stored, &item))
        return ERR(&DDB_DAMAGED);
    buf_init_arena(&key, scratch, KEY_BYTES_MAX);
    key_encode(&key, &table->keys, &item);
    return add(call, table, moment_of(table, &item), buf_slice(&key));
}

struct err ddb_expiry_begin(struct call *call, const struct ddb_table *table)
{
    const struct key_range everything = {SLICE(""), SLICE_NONE};
    CLEANUP(arena_done) struct arena scratch = {0};
    CLEANUP(ddb_cursor_cleanup)
    struct ddb_cursor cursor = ddb_store_walk(call, table, NULL, &everything, false);
    struct slice stored;
    while (ddb_cursor_next(&cursor, &stored))
        TRY(add_stored(call, table, &scratch, stored));
    return ddb_cursor_done(&cursor);
}

/* As a DeleteItem without a caller: indexes, sizes, streams and replicas follow. */
static struct err remove_item(struct call *call, const struct ddb_table *table, struct slice key)
{
    struct ddb_write write;
    TRY(ddb_write_begin_at(&write, call, table, key));
    write.by = CHANGED_BY_EXPIRY;
    return ddb_write_apply(&write, NULL);
}

static struct err remove_expired(struct call *call, int64_t table_number)
{
    struct ddb_table table;
    struct slice keys[removed_at_once];
    size_t count;
    TRY(ddb_store_find_numbered_table(call, table_number, &table));
    TRY(ddb_store_take_expired(call, &table, floor_seconds(call),
                               call->now_micros / MICROS_PER_SECOND, removed_at_once, keys,
                               &count));
    for (size_t i = 0; i < count; i++)
        TRY(remove_item(call, &table, keys[i]));
    return OK;
}

struct err ddb_expiry_run_due(struct call *call, int64_t *next_micros)
{
    int64_t table_number;
    int64_t seconds;
    TRY(ddb_store_first_expiry(call, &table_number, &seconds));
    if (seconds > 0 && seconds * MICROS_PER_SECOND <= call->now_micros) {
        TRY(remove_expired(call, table_number));
        TRY(ddb_store_first_expiry(call, &table_number, &seconds));
    }
    *next_micros = seconds > 0 ? seconds * MICROS_PER_SECOND : INT64_MAX;
    return OK;
}
