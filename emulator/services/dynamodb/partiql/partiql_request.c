/* Statements within a call. */
#include "emulator/services/dynamodb/partiql/partiql_request.h"

#include "emulator/services/dynamodb/value/item_bytes.h"

static struct err take_parameters(struct partiql_request *request,
                                  const struct dynamodb_prepared_statement_parameters *given)
{
    struct attr_value *values = ARENA_ARRAY(request->call->arena, struct attr_value, given->count);
    for (size_t i = 0; i < given->count; i++) {
        TRY(ddb_check_noted(request->call, &given->items[i]));
        values[i] = given->items[i].map.members[0].value;
    }
    request->parameters = (struct partiql_parameters){values, given->count};
    return OK;
}

struct err partiql_request_parse(struct partiql_request *request, struct call *call,
                                 struct slice text,
                                 const struct dynamodb_prepared_statement_parameters *parameters)
{
    *request = (struct partiql_request){.call = call, .text = text, .refusal.arena = call->arena};
    TRY(take_parameters(request, parameters));
    return ddb_told(call,
                    partiql_parse(call->arena, text, &request->parameters, &request->statement,
                                  &request->refusal),
                    &request->refusal);
}

bool partiql_request_reads(const struct partiql_request *request)
{
    return request->statement.kind == PARTIQL_SELECT;
}

struct err partiql_begin(struct call *call, bool reads)
{
    if (reads)
        return store_begin_read(call->store);
    TRY(store_begin_write(call->store));
    call->now_micros = clock_now(call->platform->clock); /* a write's instant is that of its turn */
    return OK;
}

struct err partiql_request_refuse_exists(const struct partiql_request *request)
{
    if (request->statement.kind == PARTIQL_EXISTS)
        return fail(request->call, &DDB_VALIDATION_EXCEPTION,
                    "The EXISTS function can only be used in transactions");
    return OK;
}

struct err partiql_change_begin(struct partiql_request *request,
                                struct slice return_values_on_failure, struct ddb_change *change)
{
    static const enum change_kind kinds[] = {[PARTIQL_EXISTS] = CHANGE_CHECK,
                                             [PARTIQL_INSERT] = CHANGE_PUT,
                                             [PARTIQL_UPDATE] = CHANGE_UPDATE,
                                             [PARTIQL_DELETE] = CHANGE_DELETE};
    const struct partiql_statement *statement = &request->statement;
    struct ddb_item *subject = ARENA_NEW(request->call->arena, struct ddb_item);
    *subject = ddb_item_of_map(statement->item); /* or the key, once the table is known */
    *change = (struct ddb_change){
        .kind = kinds[statement->kind],
        .table_name = statement->table,
        .subject = subject,
        .return_values_on_failure = return_values_on_failure,
        .inserts = statement->kind == PARTIQL_INSERT,
        .request = {.call = request->call, .refusal.arena = request->call->arena},
        .update = statement->update,
    };
    return ddb_change_parse(change);
}

/* UPDATE and EXISTS want an item to be there; a DELETE of none has nothing to judge. */
static struct node *condition_of(const struct partiql_request *request,
                                 const struct key_schema *keys, struct node *rest)
{
    struct arena *arena = request->call->arena;
    if (request->statement.kind != PARTIQL_DELETE)
        return partiql_join(arena, NODE_AND, partiql_item_test(arena, keys, true), rest);
    return rest ? partiql_join(arena, NODE_OR, partiql_item_test(arena, keys, false), rest) : NULL;
}

struct err partiql_change_bind(struct partiql_request *request, const struct ddb_table *table,
                               struct ddb_change *change)
{
    struct call *call = request->call;
    struct ddb_item *subject = ARENA_NEW(call->arena, struct ddb_item);
    struct node *rest;
    if (change->kind == CHANGE_PUT)
        return OK;
    if (slice_is_set(request->statement.index))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The EXISTS function needs a table, not an index");
    if (!partiql_key(call->arena, request->statement.where, &table->keys, &subject->map, &rest))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Where clause does not contain a mandatory equality on all key attributes");
    subject->is_set = true;
    change->subject = subject;
    change->condition = condition_of(request, &table->keys, rest);
    return OK;
}

struct ddb_item partiql_change_returned(const struct partiql_request *request,
                                        const struct ddb_change *change)
{
    static const struct slice values[] = {
        [PARTIQL_RETURNING_NONE] = SLICE_INIT("NONE"),
        [PARTIQL_RETURNING_ALL_OLD] = SLICE_INIT("ALL_OLD"),
        [PARTIQL_RETURNING_ALL_NEW] = SLICE_INIT("ALL_NEW"),
        [PARTIQL_RETURNING_MODIFIED_OLD] = SLICE_INIT("UPDATED_OLD"),
        [PARTIQL_RETURNING_MODIFIED_NEW] = SLICE_INIT("UPDATED_NEW"),
    };
    return ddb_change_returned(change, values[request->statement.returning]);
}

struct err partiql_read_bind(struct partiql_read *read, struct partiql_request *request,
                             const struct ddb_table *table, const char *operation)
{
    struct call *call = request->call;
    const struct partiql_statement *statement = &request->statement;
    *read = (struct partiql_read){
        .request = request, .read.request = {.call = call, .refusal.arena = call->arena}
    };
    if (slice_is_set(statement->index) ||
        !partiql_key(call->arena, statement->where, &table->keys, &read->key.map, &read->filter))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Select statements within %s must specify the primary key in the where "
                    "clause.",
                    operation);
    read->key.is_set = true;
    if (!read->filter)
        read->read.projection = partiql_read_columns(call->arena, statement);
    return ddb_read_check_key(&read->read, table, &read->key);
}

struct err partiql_read_find(const struct partiql_read *read, const struct ddb_table *table,
                             struct ddb_item *item, size_t *size)
{
    const struct partiql_statement *statement = &read->request->statement;
    struct arena *arena = read->request->call->arena;
    struct attr_map map;
    TRY(ddb_read_find(&read->read, table, &read->key, item, size));
    if (!item->is_set || (!read->filter && statement->column_count == 0))
        return OK;
    map = item->map;
    if (slice_is_set(item->bytes) && !item_from_bytes(arena, item->bytes, &map))
        return ERR(&DDB_DAMAGED);
    if (read->filter && !condition_holds(read->filter, &map))
        *item = (struct ddb_item){0};
    else if (statement->column_count > 0)
        *item = ddb_item_of_map(partiql_project(arena, statement, &map));
    return OK;
}
