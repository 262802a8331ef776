/* Exports and imports at rest: two nouns, one way to keep them. */
#include "emulator/services/dynamodb/store/transfer_store.h"

#include "emulator/services/dynamodb/store/sql.h"

/* A member of the struct that is kept, in the order of the statements' columns. */
struct column {
    size_t offset;
    bool is_number;
    bool is_own; /* of this request alone: no part of what it asks for */
};

struct noun {
    const struct column *columns;
    size_t column_count;
    size_t size; /* of the struct */
    enum ddb_sql add;
    enum ddb_sql find;
    enum ddb_sql find_token;
    enum ddb_sql list;
    enum ddb_sql remove_old;
};

#define EXPORT(member) offsetof(struct ddb_export, member)
#define IMPORT(member) offsetof(struct ddb_import, member)

static const struct column export_columns[] = {
    {EXPORT(id),             false, true },
    {EXPORT(table_name),     false, false},
    {EXPORT(table_id),       false, false},
    {EXPORT(started_micros), true,  true },
    {EXPORT(moment_micros),  true,  false},
    {EXPORT(from_micros),    true,  false},
    {EXPORT(to_micros),      true,  false},
    {EXPORT(token),          false, false},
    {EXPORT(type),           false, false},
    {EXPORT(format),         false, false},
    {EXPORT(bucket),         false, false},
    {EXPORT(bucket_owner),   false, false},
    {EXPORT(prefix),         false, false},
    {EXPORT(sse_algorithm),  false, false},
    {EXPORT(sse_key),        false, false},
    {EXPORT(view_type),      false, false},
};

static const struct column import_columns[] = {
    {IMPORT(id),             false, true },
    {IMPORT(table_name),     false, false},
    {IMPORT(definition),     false, false},
    {IMPORT(started_micros), true,  true },
    {IMPORT(token),          false, false},
    {IMPORT(bucket),         false, false},
    {IMPORT(bucket_owner),   false, false},
    {IMPORT(prefix),         false, false},
    {IMPORT(format),         false, false},
    {IMPORT(compression),    false, false},
    {IMPORT(csv_delimiter),  false, false},
    {IMPORT(csv_headers),    false, false},
};

static const struct noun exports_noun = {
    .columns = export_columns,
    .column_count = ARRAY_LEN(export_columns),
    .size = sizeof(struct ddb_export),
    .add = ADD_EXPORT,
    .find = FIND_EXPORT,
    .find_token = FIND_EXPORT_BY_TOKEN,
    .list = LIST_EXPORTS,
    .remove_old = REMOVE_OLD_EXPORTS,
};

static const struct noun imports_noun = {
    .columns = import_columns,
    .column_count = ARRAY_LEN(import_columns),
    .size = sizeof(struct ddb_import),
    .add = ADD_IMPORT,
    .find = FIND_IMPORT,
    .find_token = FIND_IMPORT_BY_TOKEN,
    .list = LIST_IMPORTS,
    .remove_old = REMOVE_OLD_IMPORTS,
};

static const struct slice *text_of(const void *row, const struct column *column)
{
    return (const struct slice *)((const char *)row + column->offset);
}

static const int64_t *number_of(const void *row, const struct column *column)
{
    return (const int64_t *)((const char *)row + column->offset);
}

static void read(struct store_statement *s, struct call *call, const struct noun *noun, void *row)
{
    for (size_t i = 0; i < noun->column_count; i++) {
        char *at = (char *)row + noun->columns[i].offset;
        if (noun->columns[i].is_number)
            *(int64_t *)at = store_i64(s, (int)i);
        else
            *(struct slice *)at = store_text(s, (int)i, call->arena);
    }
}

/* Ids begin with their time in milliseconds. */
static struct slice oldest_id(struct call *call)
{
    const int64_t kept_millis = (int64_t)TRANSFER_DAYS_KEPT * 24 * 3600 * 1000;
    return arena_printf(call->arena, "%014lld", (long long)(call->now_micros / 1000 - kept_millis));
}

static struct err add(struct call *call, const struct noun *noun, const void *row)
{
    struct store_statement old = ddb_sql_scoped(call, noun->remove_old);
    store_bind_text(&old, 3, oldest_id(call));
    TRY(store_run(&old));
    struct store_statement s = ddb_sql_scoped(call, noun->add);
    for (size_t i = 0; i < noun->column_count; i++) {
        const struct column *column = &noun->columns[i];
        if (column->is_number)
            store_bind_i64(&s, (int)i + 3, *number_of(row, column));
        else
            store_bind_text(&s, (int)i + 3, *text_of(row, column));
    }
    return store_run(&s);
}

static struct err read_one(struct store_statement *s, struct call *call, const struct noun *noun,
                           void *row, bool *found)
{
    *found = store_step(s);
    if (*found)
        read(s, call, noun, row);
    return store_done(s);
}

static struct err find(struct call *call, const struct noun *noun, struct slice table_name,
                       struct slice id, void *row, bool *found)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, noun->find);
    store_bind_text(&s, 3, id);
    store_bind_text(&s, 4, table_name);
    return read_one(&s, call, noun, row, found);
}

static struct err find_token(struct call *call, const struct noun *noun, struct slice token,
                             void *row, bool *found)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = ddb_sql_scoped(call, noun->find_token);
    store_bind_text(&s, 3, token);
    store_bind_i64(&s, 4, call->now_micros - TRANSFER_TOKEN_HOURS * 3600 * MICROS_PER_SECOND);
    return read_one(&s, call, noun, row, found);
}

static struct err list(struct call *call, const struct noun *noun, struct slice after_id,
                       struct slice table_name, size_t limit, void *rows, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, noun->list);
    struct slice oldest = oldest_id(call);
    store_bind_text(&s, 3, slice_compare(after_id, oldest) > 0 ? after_id : oldest);
    store_bind_text(&s, 4, table_name);
    store_bind_i64(&s, 5, (int64_t)limit);
    for (*count = 0; store_step(&s); (*count)++)
        read(&s, call, noun, (char *)rows + *count * noun->size);
    return store_done(&s);
}

static bool same(const struct noun *noun, const void *a, const void *b)
{
    for (size_t i = 0; i < noun->column_count; i++) {
        const struct column *column = &noun->columns[i];
        bool equal = column->is_own ||
                     (column->is_number ? *number_of(a, column) == *number_of(b, column)
                                        : slice_is_set(*text_of(a, column)) ==
                                                  slice_is_set(*text_of(b, column)) &&
                                              slice_eq(*text_of(a, column), *text_of(b, column)));
        if (!equal)
            return false;
    }
    return true;
}

struct err ddb_store_add_export(struct call *call, const struct ddb_export *export)
{
    return add(call, &exports_noun, export);
}

struct err ddb_store_add_import(struct call *call, const struct ddb_import *import)
{
    return add(call, &imports_noun, import);
}

struct err ddb_store_find_export(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_export *export, bool *found)
{
    return find(call, &exports_noun, table_name, id, export, found);
}

struct err ddb_store_find_import(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_import *import, bool *found)
{
    return find(call, &imports_noun, table_name, id, import, found);
}

struct err ddb_store_find_export_token(struct call *call, struct slice token,
                                       struct ddb_export *export, bool *found)
{
    return find_token(call, &exports_noun, token, export, found);
}

struct err ddb_store_find_import_token(struct call *call, struct slice token,
                                       struct ddb_import *import, bool *found)
{
    return find_token(call, &imports_noun, token, import, found);
}

struct err ddb_store_list_exports(struct call *call, struct slice after_id, struct slice table_name,
                                  size_t limit, struct ddb_export *exports, size_t *count)
{
    return list(call, &exports_noun, after_id, table_name, limit, exports, count);
}

struct err ddb_store_list_imports(struct call *call, struct slice after_id, struct slice table_name,
                                  size_t limit, struct ddb_import *imports, size_t *count)
{
    return list(call, &imports_noun, after_id, table_name, limit, imports, count);
}

bool ddb_export_same(const struct ddb_export *a, const struct ddb_export *b)
{
    return same(&exports_noun, a, b);
}

bool ddb_import_same(const struct ddb_import *a, const struct ddb_import *b)
{
    return same(&imports_noun, a, b);
}
