/* Copies of tables, from the first row to the last index. */
#include "emulator/services/dynamodb/backup/copy.h"

#include "emulator/services/dynamodb/item/write.h"
#include "emulator/services/dynamodb/store/history_store.h"

enum { parts_at_once = 8 };

static void enter(struct ddb_copy *copy, enum copy_phase phase)
{
    copy->phase = phase;
    copy->after = SLICE("");
}

static struct err copy_rows(struct call *call, struct ddb_copy *copy, bool *done)
{
    bool copied;
    TRY(ddb_store_copy_rows(call, copy, &copied));
    *done = false;
    if (!copied)
        return OK;
    enter(copy, COPY_UNDO); /* later changes are not in the copy any more */
    TRY(ddb_store_last_change(call, copy->source, &copy->sequence));
    copy->sequence++;
    return OK;
}

static struct err undo_rows(struct call *call, struct ddb_copy *copy, bool *done)
{
    struct ddb_placed_table target;
    bool undone;
    bool is_table;
    TRY(ddb_store_undo_rows(call, copy, &undone));
    *done = false;
    if (!undone)
        return OK;
    enter(copy, COPY_FILL);
    TRY(ddb_store_find_placed(call, copy->target, &target, &is_table));
    *done = !is_table; /* a backup has no indexes */
    return OK;
}

static struct err fill_rows(struct call *call, struct ddb_copy *copy, bool *done)
{
    struct ddb_placed_table target;
    bool found;
    TRY(ddb_store_find_placed(call, copy->target, &target, &found));
    if (!found)
        return ERR(&DDB_DAMAGED);
    TRY(ddb_write_fill(call, &target.table, &copy->after, done));
    if (!*done)
        return OK;
    target.table.state.settles_micros =
        target.table.created_micros + call->platform->transition_micros;
    return ddb_store_update_placed(call, &target);
}

/* The source's history goes, unless another copy or point-in-time recovery needs it. */
static struct err let_go(struct call *call, const struct ddb_copy *copy)
{
    struct ddb_placed_table source;
    bool is_table;
    bool is_copied;
    TRY(ddb_store_remove_copy(call, copy));
    TRY(ddb_store_find_placed(call, copy->source, &source, &is_table));
    TRY(ddb_store_is_copied(call, copy->source, &is_copied));
    if (!is_table || !source.table.is_copied || is_copied)
        return OK;
    source.table.is_copied = false;
    if (!source.table.history_micros)
        TRY(ddb_store_remove_history(call, &source.table));
    return ddb_store_update_placed(call, &source);
}

static struct err step(struct call *call, struct ddb_copy *copy, bool *done)
{
    typedef struct err (*phase)(struct call * call, struct ddb_copy * copy, bool *done);
    static const phase phases[] = {
        [COPY_ROWS] = copy_rows, [COPY_UNDO] = undo_rows, [COPY_FILL] = fill_rows};
    TRY(phases[copy->phase](call, copy, done));
    return *done ? let_go(call, copy) : ddb_store_update_copy(call, copy);
}

static struct err keep_history(struct call *call, const struct ddb_copy *copy)
{
    struct ddb_placed_table source;
    bool is_table;
    TRY(ddb_store_find_placed(call, copy->source, &source, &is_table));
    if (!is_table || source.table.is_copied)
        return OK;
    source.table.is_copied = true;
    return ddb_store_update_placed(call, &source);
}

/* No change can come between the parts that are made at once, so only a copy that goes on needs the
   source's history. */
static struct err begin(struct call *call, struct ddb_copy *copy)
{
    bool done = false;
    enter(copy, COPY_ROWS);
    TRY(ddb_store_add_copy(call, copy));
    for (int i = 0; i < parts_at_once && !done; i++)
        TRY(step(call, copy, &done));
    if (done)
        return OK;
    call_due_at(call, call->now_micros);
    return keep_history(call, copy);
}

struct err ddb_copy_now(struct call *call, struct ddb_copy *copy)
{
    copy->moment_micros = INT64_MIN;
    TRY(ddb_store_last_change(call, copy->source, &copy->floor));
    return begin(call, copy);
}

struct err ddb_copy_moment(struct call *call, struct ddb_copy *copy, int64_t moment_micros)
{
    copy->moment_micros = moment_micros;
    copy->floor = 0;
    return begin(call, copy);
}

struct err ddb_copy_run_due(struct call *call, int64_t *next_micros)
{
    struct ddb_copy copy;
    bool found;
    bool done;
    TRY(ddb_store_next_copy(call, &copy, &found));
    *next_micros = found ? call->now_micros : INT64_MAX;
    return found ? step(call, &copy, &done) : OK;
}
