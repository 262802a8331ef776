/* Copies, a part at a time. */
#include "emulator/services/dynamodb/store/copy_store.h"

#include "emulator/services/dynamodb/store/sql.h"

/* What is done at once, so that nobody waits long for the writer's turn. */
enum { part_rows = 500, part_bytes = 1024 * 1024 };

static struct store_statement of_number(struct call *call, enum ddb_sql id, int64_t number)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_i64(&s, 1, number);
    return s;
}

struct err ddb_store_add_copy(struct call *call, const struct ddb_copy *copy)
{
    struct store_statement s = of_number(call, ADD_COPY, copy->target);
    store_bind_i64(&s, 2, copy->source);
    store_bind_i64(&s, 3, copy->phase);
    store_bind_blob(&s, 4, copy->after);
    store_bind_i64(&s, 5, copy->sequence);
    store_bind_i64(&s, 6, copy->floor);
    store_bind_i64(&s, 7, copy->moment_micros);
    return store_run(&s);
}

struct err ddb_store_update_copy(struct call *call, const struct ddb_copy *copy)
{
    struct store_statement s = of_number(call, UPDATE_COPY, copy->target);
    store_bind_i64(&s, 2, copy->phase);
    store_bind_blob(&s, 3, copy->after);
    store_bind_i64(&s, 4, copy->sequence);
    return store_run(&s);
}

struct err ddb_store_remove_copy(struct call *call, const struct ddb_copy *copy)
{
    struct store_statement s = of_number(call, REMOVE_COPY, copy->target);
    return store_run(&s);
}

struct err ddb_store_next_copy(struct call *call, struct ddb_copy *copy, bool *found)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, NEXT_COPY);
    *found = store_step(&s);
    if (*found)
        *copy = (struct ddb_copy){
            .target = store_i64(&s, 0),
            .source = store_i64(&s, 1),
            .phase = (enum copy_phase)store_i64(&s, 2),
            .after = store_blob(&s, 3, call->arena),
            .sequence = store_i64(&s, 4),
            .floor = store_i64(&s, 5),
            .moment_micros = store_i64(&s, 6),
        };
    return store_done(&s);
}

static struct err find_number(struct call *call, enum ddb_sql id, int64_t number, int64_t *found)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = of_number(call, id, number);
    *found = store_step(&s) ? store_i64(&s, 0) : 0;
    return store_done(&s);
}

struct err ddb_store_is_copied(struct call *call, int64_t source, bool *is_copied)
{
    int64_t found;
    TRY(find_number(call, IS_COPIED, source, &found));
    *is_copied = found != 0;
    return OK;
}

struct err ddb_store_last_change(struct call *call, int64_t number, int64_t *sequence)
{
    return find_number(call, LAST_CHANGE, number, sequence);
}

/* Row by row: SQLite would hold what it copies within one table in memory first. */
struct err ddb_store_copy_rows(struct call *call, struct ddb_copy *copy, bool *done)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = of_number(call, WALK_ROWS, copy->source);
    const struct ddb_table target = {.number = copy->target};
    size_t rows = 0;
    size_t bytes = 0;
    store_bind_blob(&s, 2, copy->after);
    *done = false;
    while (rows < part_rows && bytes < part_bytes && !*done) {
        *done = !store_step(&s);
        if (*done)
            break;
        struct slice item = store_borrow(&s, 1);
        TRY(ddb_store_put_item(call, &target, store_borrow(&s, 0), item));
        bytes += item.len;
        if (++rows == part_rows || bytes >= part_bytes)
            copy->after = store_blob(&s, 0, call->arena);
    }
    return store_done(&s);
}

struct err ddb_store_undo_rows(struct call *call, struct ddb_copy *copy, bool *done)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = of_number(call, WALK_HISTORY_BACK, copy->source);
    const struct ddb_table target = {.number = copy->target};
    size_t rows = 0;
    size_t bytes = 0;
    store_bind_i64(&s, 2, copy->sequence);
    store_bind_i64(&s, 3, copy->floor);
    store_bind_i64(&s, 4, copy->moment_micros);
    *done = false;
    while (rows < part_rows && bytes < part_bytes && !*done) {
        *done = !store_step(&s);
        if (*done)
            break;
        struct slice key = store_borrow(&s, 1);
        struct slice old = store_borrow(&s, 2);
        TRY(slice_is_set(old) ? ddb_store_put_item(call, &target, key, old)
                              : ddb_store_remove_item(call, &target, key));
        copy->sequence = store_i64(&s, 0);
        bytes += old.len;
        rows++;
    }
    return store_done(&s);
}

struct err ddb_store_find_placed(struct call *call, int64_t number, struct ddb_placed_table *placed,
                                 bool *found)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = of_number(call, FIND_TABLE_BY_NUMBER, number);
    *found = store_step(&s);
    if (!*found)
        return store_done(&s);
    *placed = (struct ddb_placed_table){
        .account = store_text(&s, 0, call->arena),
        .region = store_text(&s, 1, call->arena),
        .table = {.name = store_text(&s, 2, call->arena), .number = number},
    };
    struct slice definition = store_text(&s, 3, call->arena);
    TRY(store_done(&s));
    return ddb_table_from_json(call->arena, definition, &placed->table) ? OK : ERR(&DDB_DAMAGED);
}

struct err ddb_store_update_placed(struct call *call, const struct ddb_placed_table *placed)
{
    struct slice account = call->account;
    struct slice region = call->region;
    call->account = placed->account;
    call->region = placed->region;
    struct err e = ddb_store_update_table(call, &placed->table);
    call->account = account;
    call->region = region;
    return e;
}
