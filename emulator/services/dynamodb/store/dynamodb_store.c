/* Tables, items and their index entries at rest. */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

#include "emulator/services/dynamodb/store/rubbish_store.h"
#include "emulator/services/dynamodb/store/sql.h"
#include "emulator/services/dynamodb/store/table_cache.h"
#include "emulator/services/dynamodb/table/table_state.h"
#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodb_api.h"

const struct err_info DDB_DAMAGED = {"DatabaseDamaged",
                                     "a stored DynamoDB row cannot be read: restore the data "
                                     "folder or reset the emulator",
                                     500};

struct store_statement ddb_sql_scoped(struct call *call, enum ddb_sql id)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    return s;
}

struct store_statement ddb_sql_of_table(struct call *call, enum ddb_sql id,
                                        const struct ddb_table *table)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_i64(&s, 1, table->number);
    return s;
}

static struct store_statement of_index(struct call *call, enum ddb_sql id,
                                       const struct ddb_table *table, const struct ddb_index *index)
{
    struct store_statement s = ddb_sql_of_table(call, id, table);
    store_bind_i64(&s, 2, index ? index->number : 0);
    return s;
}

/* The table lives in `arena`. */
static struct err read_table(struct call *call, struct arena *arena, struct slice name,
                             struct ddb_table *table, bool *found)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, FIND_TABLE);
    store_bind_text(&s, 3, name);
    store_bind_i64(&s, 4, call->now_micros);
    *found = store_step(&s);
    if (!*found)
        return store_done(&s);
    *table = (struct ddb_table){.name = arena_dup(arena, name), .number = store_i64(&s, 0)};
    struct slice definition = store_text(&s, 1, arena);
    TRY(store_done(&s));
    if (!ddb_table_from_json(arena, definition, table))
        return ERR(&DDB_DAMAGED);
    table->asked_as = table->name;
    ddb_table_settle(table, call->now_micros);
    return OK;
}

struct err ddb_store_find_table(struct call *call, struct slice name, struct ddb_table *table,
                                bool *found)
{
    return read_table(call, call->arena, name, table, found);
}

struct err ddb_store_use_table(struct call *call, struct slice name, struct ddb_table *table,
                               bool *found)
{
    uint64_t version;
    if (!store_version(call->store, &version))
        return ddb_store_find_table(call, name, table, found);
    struct table_slot *slot = table_cache_slot(call, name);
    *found = table_slot_holds(slot, call, name, version);
    if (!*found) {
        if (slot->table.kept_version == version) /* another table, which the call may be using */
            return ddb_store_find_table(call, name, table, found);
        struct arena *arena = table_slot_clear(slot, call);
        TRY(read_table(call, arena, name, &slot->table, found));
        /* What time alone will change is not kept, nor what may be newer than the version. */
        if (*found && !(ddb_table_is_settled(&slot->table) && store_is_at(call->store, version))) {
            (void)table_slot_clear(slot, call);
            return ddb_store_find_table(call, name, table, found);
        }
        slot->table.kept_version = *found ? version : 0;
    }
    *table = slot->table;
    return OK;
}

/* Whether rows that were just read are those of a table as it was kept in memory. */
static struct err check_kept(struct call *call, uint64_t kept_version)
{
    return kept_version == 0 || store_is_at(call->store, kept_version) ? OK : ERR(&STORE_CHANGED);
}

static struct err remove_gone(struct call *call, struct slice name)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, FIND_GONE);
    store_bind_text(&s, 3, name);
    store_bind_i64(&s, 4, call->now_micros);
    bool found = store_step(&s);
    const struct ddb_table gone = {.name = name, .number = found ? store_i64(&s, 0) : 0};
    TRY(store_done(&s));
    return found ? ddb_store_remove_table(call, &gone) : OK;
}

struct err ddb_store_find_numbered_table(struct call *call, int64_t number, struct ddb_table *table)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_NUMBERED_TABLE);
    store_bind_i64(&s, 1, number);
    if (!store_step(&s)) {
        TRY(store_done(&s));
        return ERR(&DDB_DAMAGED);
    }
    call->account = store_text(&s, 0, call->arena);
    call->region = store_text(&s, 1, call->arena);
    *table = (struct ddb_table){.name = store_text(&s, 2, call->arena), .number = number};
    struct slice definition = store_text(&s, 3, call->arena);
    TRY(store_done(&s));
    if (!ddb_table_from_json(call->arena, definition, table))
        return ERR(&DDB_DAMAGED);
    table->asked_as = table->name;
    ddb_table_settle(table, call->now_micros);
    return OK;
}

struct err ddb_store_add_table(struct call *call, struct ddb_table *table)
{
    TRY(remove_gone(call, table->name));
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, ADD_TABLE);
    store_bind_text(&s, 3, table->name);
    store_bind_text(&s, 4, ddb_table_to_json(call->arena, table));
    if (store_step(&s))
        table->number = store_i64(&s, 0);
    return store_done(&s);
}

struct err ddb_store_update_table(struct call *call, const struct ddb_table *table)
{
    struct store_statement s = ddb_sql_scoped(call, UPDATE_TABLE);
    store_bind_text(&s, 3, table->name);
    store_bind_text(&s, 4, ddb_table_to_json(call->arena, table));
    return store_run(&s);
}

struct err ddb_store_remove_table(struct call *call, const struct ddb_table *table)
{
    static const enum ddb_sql rows[] = {REMOVE_SIZES, REMOVE_RECOVERY_PERIOD, REMOVE_POLICIES};
    TRY(ddb_store_discard_rows(call, table));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_statement s = ddb_sql_of_table(call, rows[i], table);
        TRY(store_run(&s));
    }
    struct store_statement s = ddb_sql_scoped(call, REMOVE_TABLE);
    store_bind_text(&s, 3, table->name);
    return store_run(&s);
}

struct err ddb_store_count_tables(struct call *call, int64_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, COUNT_TABLES);
    *count = store_step(&s) ? store_i64(&s, 0) : 0;
    return store_done(&s);
}

struct err ddb_store_retire_table(struct call *call, const struct ddb_table *table)
{
    struct store_statement s = ddb_sql_scoped(call, RETIRE_TABLE);
    store_bind_text(&s, 3, table->name);
    store_bind_text(&s, 4, ddb_table_to_json(call->arena, table));
    store_bind_i64(&s, 5, table->state.settles_micros);
    return store_run(&s);
}

struct err ddb_store_find_retired(struct call *call, struct ddb_retired *retired)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_RETIRED);
    *retired = (struct ddb_retired){.gone_micros = INT64_MAX};
    if (store_step(&s))
        *retired = (struct ddb_retired){
            .account = store_text(&s, 0, call->arena),
            .region = store_text(&s, 1, call->arena),
            .table = {.name = store_text(&s, 2, call->arena), .number = store_i64(&s, 3)},
            .gone_micros = store_i64(&s, 4),
        };
    return store_done(&s);
}

struct err ddb_store_list_tables(struct call *call, struct slice after, int64_t limit,
                                 struct slice *names, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, LIST_TABLES);
    store_bind_text(&s, 3, after);
    store_bind_i64(&s, 4, limit);
    store_bind_i64(&s, 5, call->now_micros);
    for (*count = 0; store_step(&s); (*count)++)
        names[*count] = store_text(&s, 0, call->arena);
    return store_done(&s);
}

struct err ddb_store_find_item(struct call *call, const struct ddb_table *table, struct slice key,
                               struct ddb_stored *stored)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = ddb_sql_of_table(call, FIND_ITEM, table);
    *stored = (struct ddb_stored){0};
    store_bind_blob(&s, 2, key);
    if (store_step(&s))
        stored->bytes = store_blob(&s, 0, call->arena);
    TRY(store_done(&s));
    TRY(check_kept(call, table->kept_version));
    if (slice_is_set(stored->bytes) && !item_bytes_size(stored->bytes, &stored->size))
        return ERR(&DDB_DAMAGED);
    return OK;
}

struct err ddb_store_put_item(struct call *call, const struct ddb_table *table, struct slice key,
                              struct slice item)
{
    struct store_statement s = ddb_sql_of_table(call, PUT_ITEM, table);
    store_bind_blob(&s, 2, key);
    store_bind_blob(&s, 3, item);
    return store_run(&s);
}

struct err ddb_store_remove_item(struct call *call, const struct ddb_table *table, struct slice key)
{
    struct store_statement s = ddb_sql_of_table(call, REMOVE_ITEM, table);
    store_bind_blob(&s, 2, key);
    return store_run(&s);
}

struct err ddb_store_put_entry(struct call *call, const struct ddb_table *table,
                               const struct ddb_index *index, struct slice key, struct slice item)
{
    struct store_statement s = of_index(call, PUT_ENTRY, table, index);
    store_bind_blob(&s, 3, key);
    store_bind_blob(&s, 4, item);
    return store_run(&s);
}

struct err ddb_store_remove_entry(struct call *call, const struct ddb_table *table,
                                  const struct ddb_index *index, struct slice key)
{
    struct store_statement s = of_index(call, REMOVE_ENTRY, table, index);
    store_bind_blob(&s, 3, key);
    return store_run(&s);
}

struct err ddb_store_remove_index(struct call *call, const struct ddb_table *table,
                                  const struct ddb_index *index)
{
    struct store_statement entries = of_index(call, REMOVE_INDEX_ENTRIES, table, index);
    TRY(store_run(&entries));
    struct store_statement size = of_index(call, REMOVE_INDEX_SIZE, table, index);
    return store_run(&size);
}

struct err ddb_store_add_size(struct call *call, const struct ddb_table *table,
                              const struct ddb_index *index, int64_t items, int64_t bytes)
{
    if (items == 0 && bytes == 0)
        return OK;
    struct store_statement s = of_index(call, ADD_SIZE, table, index);
    store_bind_i64(&s, 3, items);
    store_bind_i64(&s, 4, bytes);
    return store_run(&s);
}

struct err ddb_store_find_size(struct call *call, const struct ddb_table *table,
                               const struct ddb_index *index, int64_t *items, int64_t *bytes)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = of_index(call, FIND_SIZE, table, index);
    *items = *bytes = 0;
    if (store_step(&s)) {
        *items = store_i64(&s, 0);
        *bytes = store_i64(&s, 1);
    }
    return store_done(&s);
}

struct err ddb_store_find_token(struct call *call, struct slice token, struct slice *digest)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, FIND_TOKEN);
    store_bind_text(&s, 3, token);
    store_bind_i64(&s, 4, call->now_micros);
    *digest = store_step(&s) ? store_blob(&s, 0, call->arena) : SLICE_NONE;
    return store_done(&s);
}

struct err ddb_store_add_token(struct call *call, struct slice token, struct slice digest,
                               int64_t expires_micros)
{
    struct store_statement old = store_statement(call->store, REMOVE_EXPIRED_TOKENS);
    store_bind_i64(&old, 1, call->now_micros);
    TRY(store_run(&old));
    struct store_statement s = ddb_sql_scoped(call, ADD_TOKEN);
    store_bind_text(&s, 3, token);
    store_bind_blob(&s, 4, digest);
    store_bind_i64(&s, 5, expires_micros);
    return store_run(&s);
}

struct ddb_cursor ddb_store_walk(struct call *call, const struct ddb_table *table,
                                 const struct ddb_index *index, const struct key_range *range,
                                 bool backwards)
{
    static const enum ddb_sql walks[2][2] = {
        {WALK_ITEMS,   WALK_ITEMS_BACK  },
        {WALK_ENTRIES, WALK_ENTRIES_BACK}
    };
    struct ddb_cursor cursor = {.statement =
                                    ddb_sql_of_table(call, walks[index != NULL][backwards], table),
                                .call = call,
                                .kept_version = table->kept_version};
    if (index)
        store_bind_i64(&cursor.statement, 2, index->number);
    store_bind_blob(&cursor.statement, 3, range->low);
    store_bind_blob(&cursor.statement, 4,
                    range->high.len > 0 ? range->high : SLICE("\xFF\xFF\xFF\xFF"));
    return cursor;
}

bool ddb_cursor_next(struct ddb_cursor *cursor, struct slice *item)
{
    bool found = store_step(&cursor->statement);
    struct err kept = check_kept(cursor->call, cursor->kept_version);
    cursor->kept_version = 0; /* the rest is of the same snapshot as the first step */
    if (failed(kept))
        cursor->statement.failure = kept;
    if (!found || failed(kept))
        return false;
    *item = store_borrow(&cursor->statement, 0);
    return true;
}

struct err ddb_cursor_done(struct ddb_cursor *cursor)
{
    return store_done(&cursor->statement);
}

void ddb_cursor_cleanup(struct ddb_cursor *cursor)
{
    store_statement_cleanup(&cursor->statement);
}
