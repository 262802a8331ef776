/* Backups at rest. */
#include "emulator/services/dynamodb/store/backup_store.h"

#include "emulator/services/dynamodb/store/rubbish_store.h"
#include "emulator/services/dynamodb/store/sql.h"

static struct store_statement of_backup(struct call *call, enum ddb_sql id,
                                        const struct ddb_backup *backup)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_i64(&s, 1, backup->number);
    return s;
}

struct err ddb_store_add_backup(struct call *call, struct ddb_backup *backup)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, ADD_BACKUP);
    store_bind_text(&s, 3, backup->table.name);
    store_bind_text(&s, 4, backup->id);
    store_bind_text(&s, 5, backup->name);
    store_bind_text(&s, 6, backup->type);
    store_bind_i64(&s, 7, backup->created_micros);
    store_bind_i64(&s, 8, backup->expires_micros);
    store_bind_i64(&s, 9, backup->items);
    store_bind_i64(&s, 10, backup->bytes);
    store_bind_text(&s, 11, ddb_table_to_json(call->arena, &backup->table));
    if (backup->number)
        store_bind_i64(&s, 12, backup->number);
    if (store_step(&s))
        backup->number = store_i64(&s, 0);
    return store_done(&s);
}

static bool read(struct call *call, struct store_statement *s, struct ddb_backup *backup)
{
    *backup = (struct ddb_backup){
        .number = store_i64(s, 0),
        .id = store_text(s, 2, call->arena),
        .name = store_text(s, 3, call->arena),
        .type = store_text(s, 4, call->arena),
        .created_micros = store_i64(s, 5),
        .expires_micros = store_i64(s, 6),
        .items = store_i64(s, 7),
        .bytes = store_i64(s, 8),
        .is_copied_to = store_i64(s, 10) != 0,
        .is_copied_from = store_i64(s, 11) != 0,
        .table.name = store_text(s, 1, call->arena),
    };
    return ddb_table_from_json(call->arena, store_text(s, 9, call->arena), &backup->table);
}

struct err ddb_store_find_backup(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_backup *backup, bool *found)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, FIND_BACKUP);
    store_bind_text(&s, 3, table_name);
    store_bind_text(&s, 4, id);
    store_bind_i64(&s, 5, call->now_micros);
    *found = store_step(&s);
    if (*found && !read(call, &s, backup))
        return ERR(&DDB_DAMAGED);
    return store_done(&s);
}

struct err ddb_store_remove_backup(struct call *call, const struct ddb_backup *backup)
{
    const struct ddb_table rows = {.number = backup->number};
    struct store_statement s = of_backup(call, REMOVE_BACKUP, backup);
    TRY(store_run(&s));
    return ddb_store_discard_rows(call, &rows);
}

struct err ddb_store_list_backups(struct call *call, const struct ddb_backup_filter *filter,
                                  struct ddb_backup *backups, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, LIST_BACKUPS);
    store_bind_text(&s, 3, filter->after_table);
    store_bind_text(&s, 4, filter->after_id);
    store_bind_i64(&s, 5, call->now_micros);
    store_bind_text(&s, 6, filter->table_name);
    store_bind_text(&s, 7, filter->type);
    store_bind_i64(&s, 8, filter->from_micros);
    store_bind_i64(&s, 9, filter->until_micros);
    store_bind_i64(&s, 10, filter->limit);
    for (*count = 0; store_step(&s); (*count)++)
        if (!read(call, &s, &backups[*count]))
            return ERR(&DDB_DAMAGED);
    return store_done(&s);
}

static struct err find_expired(struct call *call, struct ddb_backup *backup, bool *found)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_EXPIRED_BACKUP);
    store_bind_i64(&s, 1, call->now_micros);
    *found = store_step(&s);
    if (*found)
        backup->number = store_i64(&s, 0);
    return store_done(&s);
}

static struct err find_next_expiry(struct call *call, int64_t *next_micros)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, NEXT_BACKUP_EXPIRY);
    *next_micros = store_step(&s) && !store_is_null(&s, 0) ? store_i64(&s, 0) : INT64_MAX;
    return store_done(&s);
}

struct err ddb_store_expire_backups(struct call *call, int64_t *next_micros)
{
    struct ddb_backup backup = {0};
    bool found;
    TRY(find_expired(call, &backup, &found));
    if (found)
        TRY(ddb_store_remove_backup(call, &backup));
    return find_next_expiry(call, next_micros);
}
