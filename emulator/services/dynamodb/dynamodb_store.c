/* DynamoDB's SQL. */
#include "emulator/services/dynamodb/dynamodb_store.h"

#include "emulator/services/dynamodb/item_bytes.h"
#include "emulator/services/dynamodb_api.h"

enum ddb_sql {
    FIND_TABLE,
    ADD_TABLE,
    UPDATE_TABLE,
    REMOVE_TABLE,
    LIST_TABLES,
    REMOVE_ITEMS,
    REMOVE_ENTRIES,
    REMOVE_SIZES,
    FIND_ITEM,
    PUT_ITEM,
    REMOVE_ITEM,
    PUT_ENTRY,
    REMOVE_ENTRY,
    REMOVE_INDEX_ENTRIES,
    REMOVE_INDEX_SIZE,
    ADD_SIZE,
    FIND_SIZE,
    FIND_TOKEN,
    ADD_TOKEN,
    REMOVE_EXPIRED_TOKENS,
    WALK_ITEMS,
    WALK_ITEMS_BACK,
    WALK_ENTRIES,
    WALK_ENTRIES_BACK,
};

/* Parameter 1 is the account or the table's number, 2 the region or the index's number. */
static const char *const statements[] = {
    [FIND_TABLE] = "SELECT number, definition FROM tables"
                   " WHERE account = ?1 AND region = ?2 AND name = ?3",
    [ADD_TABLE] = "INSERT INTO tables (account, region, name, number, definition)"
                  " VALUES (?1, ?2, ?3, (SELECT COALESCE(MAX(number), 0) + 1 FROM tables), ?4)"
                  " RETURNING number",
    [UPDATE_TABLE] = "UPDATE tables SET definition = ?4"
                     " WHERE account = ?1 AND region = ?2 AND name = ?3",
    [REMOVE_TABLE] = "DELETE FROM tables WHERE account = ?1 AND region = ?2 AND name = ?3",
    [LIST_TABLES] = "SELECT name FROM tables WHERE account = ?1 AND region = ?2 AND name > ?3"
                    " ORDER BY name LIMIT ?4",
    [REMOVE_ITEMS] = "DELETE FROM items WHERE table_number = ?1",
    [REMOVE_ENTRIES] = "DELETE FROM index_entries WHERE table_number = ?1",
    [REMOVE_SIZES] = "DELETE FROM sizes WHERE table_number = ?1",
    [FIND_ITEM] = "SELECT item FROM items WHERE table_number = ?1 AND key = ?2",
    [PUT_ITEM] = "INSERT OR REPLACE INTO items (table_number, key, item) VALUES (?1, ?2, ?3)",
    [REMOVE_ITEM] = "DELETE FROM items WHERE table_number = ?1 AND key = ?2",
    [PUT_ENTRY] = "INSERT OR REPLACE INTO index_entries (table_number, index_number, key, item)"
                  " VALUES (?1, ?2, ?3, ?4)",
    [REMOVE_ENTRY] = "DELETE FROM index_entries"
                     " WHERE table_number = ?1 AND index_number = ?2 AND key = ?3",
    [REMOVE_INDEX_ENTRIES] = "DELETE FROM index_entries"
                             " WHERE table_number = ?1 AND index_number = ?2",
    [REMOVE_INDEX_SIZE] = "DELETE FROM sizes WHERE table_number = ?1 AND index_number = ?2",
    [ADD_SIZE] = "INSERT INTO sizes (table_number, index_number, items, bytes)"
                 " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
                 " SET items = items + ?3, bytes = bytes + ?4",
    [FIND_SIZE] = "SELECT items, bytes FROM sizes WHERE table_number = ?1 AND index_number = ?2",
    [FIND_TOKEN] = "SELECT digest FROM tokens WHERE account = ?1 AND region = ?2 AND token = ?3"
                   " AND expires_micros > ?4",
    [ADD_TOKEN] = "INSERT INTO tokens (account, region, token, digest, expires_micros)"
                  " VALUES (?1, ?2, ?3, ?4, ?5)",
    [REMOVE_EXPIRED_TOKENS] = "DELETE FROM tokens WHERE expires_micros <= ?1",
    [WALK_ITEMS] = "SELECT item FROM items"
                   " WHERE table_number = ?1 AND key >= ?3 AND key < ?4 ORDER BY key",
    [WALK_ITEMS_BACK] = "SELECT item FROM items"
                        " WHERE table_number = ?1 AND key >= ?3 AND key < ?4 ORDER BY key DESC",
    [WALK_ENTRIES] = "SELECT item FROM index_entries WHERE table_number = ?1 AND index_number = ?2"
                     " AND key >= ?3 AND key < ?4 ORDER BY key",
    [WALK_ENTRIES_BACK] = "SELECT item FROM index_entries WHERE table_number = ?1"
                          " AND index_number = ?2 AND key >= ?3 AND key < ?4 ORDER BY key DESC",
};

/* ClientRequestToken of transactions (token.h). */
static const char tokens_sql[] = "CREATE TABLE tokens ("
                                 "    account TEXT NOT NULL,"
                                 "    region TEXT NOT NULL,"
                                 "    token TEXT NOT NULL,"
                                 "    digest BLOB NOT NULL,"
                                 "    expires_micros INTEGER NOT NULL,"
                                 "    PRIMARY KEY (account, region, token)"
                                 ") WITHOUT ROWID;"
                                 "CREATE INDEX tokens_by_expiry ON tokens (expires_micros);";

const struct store_schema dynamodb_store_schema = {
    .name = "dynamodb",
    .migrations = (const char *const[]){dynamodb_schema_sql, tokens_sql},
    .migration_count = 2,
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
};

const struct err_info DDB_DAMAGED = {"DatabaseDamaged",
                                     "a stored DynamoDB row cannot be read: restore the data "
                                     "folder or reset the emulator",
                                     500};

static struct store_statement scoped(struct call *call, enum ddb_sql id)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    return s;
}

static struct store_statement of_table(struct call *call, enum ddb_sql id,
                                       const struct ddb_table *table)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_i64(&s, 1, table->number);
    return s;
}

static struct store_statement of_index(struct call *call, enum ddb_sql id,
                                       const struct ddb_table *table, const struct ddb_index *index)
{
    struct store_statement s = of_table(call, id, table);
    store_bind_i64(&s, 2, index ? index->number : 0);
    return s;
}

struct err ddb_store_find_table(struct call *call, struct slice name, struct ddb_table *table,
                                bool *found)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_TABLE);
    store_bind_text(&s, 3, name);
    *found = store_step(&s);
    if (!*found)
        return store_done(&s);
    *table = (struct ddb_table){.name = name, .number = store_i64(&s, 0)};
    struct slice definition = store_text(&s, 1, call->arena);
    TRY(store_done(&s));
    return ddb_table_from_json(call->arena, definition, table) ? OK : ERR(&DDB_DAMAGED);
}

struct err ddb_store_add_table(struct call *call, struct ddb_table *table)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, ADD_TABLE);
    store_bind_text(&s, 3, table->name);
    store_bind_text(&s, 4, ddb_table_to_json(call->arena, table));
    if (store_step(&s))
        table->number = store_i64(&s, 0);
    return store_done(&s);
}

struct err ddb_store_update_table(struct call *call, const struct ddb_table *table)
{
    struct store_statement s = scoped(call, UPDATE_TABLE);
    store_bind_text(&s, 3, table->name);
    store_bind_text(&s, 4, ddb_table_to_json(call->arena, table));
    return store_run(&s);
}

struct err ddb_store_remove_table(struct call *call, const struct ddb_table *table)
{
    static const enum ddb_sql rows[] = {REMOVE_ITEMS, REMOVE_ENTRIES, REMOVE_SIZES};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_statement s = of_table(call, rows[i], table);
        TRY(store_run(&s));
    }
    struct store_statement s = scoped(call, REMOVE_TABLE);
    store_bind_text(&s, 3, table->name);
    return store_run(&s);
}

struct err ddb_store_list_tables(struct call *call, struct slice after, int64_t limit,
                                 struct slice *names, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, LIST_TABLES);
    store_bind_text(&s, 3, after);
    store_bind_i64(&s, 4, limit);
    for (*count = 0; store_step(&s); (*count)++)
        names[*count] = store_text(&s, 0, call->arena);
    return store_done(&s);
}

struct err ddb_store_find_item(struct call *call, const struct ddb_table *table, struct slice key,
                               struct ddb_stored *stored)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = of_table(call, FIND_ITEM, table);
    *stored = (struct ddb_stored){0};
    store_bind_blob(&s, 2, key);
    if (store_step(&s))
        stored->bytes = store_blob(&s, 0, call->arena);
    TRY(store_done(&s));
    if (slice_is_set(stored->bytes) && !item_bytes_size(stored->bytes, &stored->size))
        return ERR(&DDB_DAMAGED);
    return OK;
}

struct err ddb_store_put_item(struct call *call, const struct ddb_table *table, struct slice key,
                              struct slice item)
{
    struct store_statement s = of_table(call, PUT_ITEM, table);
    store_bind_blob(&s, 2, key);
    store_bind_blob(&s, 3, item);
    return store_run(&s);
}

struct err ddb_store_remove_item(struct call *call, const struct ddb_table *table, struct slice key)
{
    struct store_statement s = of_table(call, REMOVE_ITEM, table);
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
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_TOKEN);
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
    struct store_statement s = scoped(call, ADD_TOKEN);
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
    struct ddb_cursor cursor = {of_table(call, walks[index != NULL][backwards], table)};
    if (index)
        store_bind_i64(&cursor.statement, 2, index->number);
    store_bind_blob(&cursor.statement, 3, range->low);
    store_bind_blob(&cursor.statement, 4,
                    range->high.len > 0 ? range->high : SLICE("\xFF\xFF\xFF\xFF"));
    return cursor;
}

bool ddb_cursor_next(struct ddb_cursor *cursor, struct slice *item)
{
    if (!store_step(&cursor->statement))
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
