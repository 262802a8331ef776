/* Transitions of tables. */
#include "emulator/services/dynamodb/table/table_state.h"

static int64_t settles_at(const struct call *call)
{
    return call->now_micros + call->platform->transition_micros;
}

void ddb_table_begin(const struct call *call, struct ddb_table *table, enum ddb_status status)
{
    table->state = (struct ddb_state){status, settles_at(call)};
}

/* AWS allocates resources first, with the table UPDATING, and fills the index then. */
void ddb_index_begin(const struct call *call, struct ddb_index *index, enum ddb_status status)
{
    index->state = (struct ddb_state){status, settles_at(call)};
    index->fills_micros =
        status == DDB_CREATING ? call->now_micros + call->platform->transition_micros / 2 : 0;
}

static void settle(struct ddb_state *state, int64_t now_micros)
{
    if (state->status != DDB_ACTIVE && state->settles_micros <= now_micros)
        *state = (struct ddb_state){0};
}

void ddb_table_settle(struct ddb_table *table, int64_t now_micros)
{
    size_t kept = 0;
    if (table->state.status != DDB_DELETING) /* the store finds no table that is gone */
        settle(&table->state, now_micros);
    for (size_t i = 0; i < table->index_count; i++) {
        struct ddb_index *index = &table->indexes[i];
        settle(&index->state, now_micros);
        /* While an index is filled, its table is ACTIVE again. */
        if (index->fills_micros && index->fills_micros <= now_micros &&
            index->state.status == DDB_CREATING && table->state.status == DDB_UPDATING)
            table->state = (struct ddb_state){0};
        if (index->state.status == DDB_ACTIVE)
            index->fills_micros = 0;
    }
    for (size_t i = 0; i < table->leaving_count; i++)
        if (table->leaving[i].state.settles_micros > now_micros)
            table->leaving[kept++] = table->leaving[i];
    table->leaving_count = kept;
}

bool ddb_table_is_settled(const struct ddb_table *table)
{
    bool settled = table->state.status == DDB_ACTIVE && table->leaving_count == 0;
    for (size_t i = 0; i < table->index_count; i++)
        settled = settled && table->indexes[i].state.status == DDB_ACTIVE;
    return settled;
}

struct slice ddb_table_status(const struct ddb_table *table)
{
    return ddb_status_name(table->state.status);
}

bool ddb_index_is_readable(const struct ddb_index *index)
{
    return index->state.status != DDB_CREATING;
}

struct err ddb_check_settled(struct call *call, const struct ddb_table *table)
{
    static const char *const words[DDB_STATUS_COUNT] = {
        [DDB_CREATING] = "created",
        [DDB_UPDATING] = "updated",
        [DDB_DELETING] = "deleted",
    };
    if (table->state.status == DDB_ACTIVE)
        return OK;
    return fail(call, &DYNAMODB_RESOURCE_IN_USE_EXCEPTION,
                "Attempt to change a resource which is still in use: Table is being %s: " SLICE_FMT,
                words[table->state.status], SLICE_ARG(table->name));
}

struct err ddb_check_deletable(struct call *call, const struct ddb_table *table)
{
    TRY(ddb_check_settled(call, table));
    if (table->is_copied)
        return fail(call, &DYNAMODB_RESOURCE_IN_USE_EXCEPTION,
                    "Attempt to change a resource which is still in use: Table is being backed up "
                    "or restored: " SLICE_FMT,
                    SLICE_ARG(table->name));
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].state.status != DDB_ACTIVE)
            return fail(call, &DYNAMODB_RESOURCE_IN_USE_EXCEPTION,
                        "Attempt to change a resource which is still in use: Index is being "
                        "%s. Table: " SLICE_FMT " Index: " SLICE_FMT,
                        table->indexes[i].state.status == DDB_CREATING ? "created" : "updated",
                        SLICE_ARG(table->name), SLICE_ARG(table->indexes[i].name));
    return OK;
}

struct err ddb_require_settled_table(struct call *call, struct slice parameter,
                                     struct ddb_table *table)
{
    TRY(ddb_require_named_table(call, parameter, table));
    return ddb_check_settled(call, table);
}

struct err ddb_table_delete(struct call *call, struct ddb_table *table)
{
    ddb_table_begin(call, table, DDB_DELETING);
    if (table->state.settles_micros <= call->now_micros)
        return ddb_store_remove_table(call, table);
    call_due_at(call, table->state.settles_micros);
    return ddb_store_retire_table(call, table);
}

struct err ddb_table_sweep(struct call *call, int64_t *next_micros)
{
    struct ddb_retired retired;
    TRY(ddb_store_find_retired(call, &retired));
    *next_micros = retired.gone_micros;
    if (retired.gone_micros > call->now_micros)
        return OK;
    call->account = retired.account;
    call->region = retired.region;
    TRY(ddb_store_remove_table(call, &retired.table));
    TRY(ddb_store_find_retired(call, &retired));
    *next_micros = retired.gone_micros;
    return OK;
}
