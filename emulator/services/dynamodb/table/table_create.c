/* CreateTable: from the request to a table, with AWS's checks in their order. */
#include "emulator/services/dynamodb/table/table_create.h"

#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/resource_policy.h"
#include "emulator/services/dynamodb/table/table_describe.h"
#include "emulator/services/dynamodb/table/table_key.h"
#include "emulator/services/dynamodb/table/table_schema.h"
#include "emulator/services/dynamodb/table/table_state.h"
#include "emulator/services/dynamodb/table/table_throughput.h"
#include "emulator/services/dynamodb/table/tags.h"

#define WERE_INVALID "One or more parameter values were invalid: "

enum { tables_max = 2500 }; /* in a region, of a new account */

struct creation {
    struct call *call;
    const struct dynamodb_create_table_input *in;
    struct ddb_table table;
    struct ddb_schema schema; /* of `table` */
};

static struct err refuse(struct creation *c, const char *words)
{
    return fail(c->call, &DDB_VALIDATION_EXCEPTION, "%s", words);
}

/* What this emulator cannot do is refused by its name, never silently dropped. */
static struct err check_supported(struct call *call, const struct dynamodb_create_table_input *in)
{
    const struct {
        const char *name;
        bool given;
    } parameters[] = {
        {"GlobalTableSourceArn", slice_is_set(in->global_table_source_arn)},
        {"VectorIndexes",        in->vector_indexes.is_set                },
    };
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
        if (parameters[i].given)
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not implement the parameter %s of CreateTable yet: leave it "
                        "out",
                        parameters[i].name);
    return OK;
}

static struct err take_table_keys(struct creation *c)
{
    if (!c->in->key_schema.is_set)
        return refuse(c, "1 validation error detected: Value null at 'keySchema' failed to satisfy "
                         "constraint: Member must not be null");
    return ddb_schema_take_keys(&c->schema, &c->in->key_schema, 1, 1, &c->table.keys);
}

static struct err take_local_index(struct creation *c,
                                   const struct dynamodb_local_secondary_index *given)
{
    struct ddb_index *index = NULL;
    TRY(ddb_schema_add_index(&c->schema, given->index_name, &index));
    TRY(ddb_schema_take_keys(&c->schema, &given->key_schema, 1, 1, &index->keys));
    if (c->table.keys.count < 2)
        return refuse(c, WERE_INVALID "Table KeySchema does not have a range key, which is "
                                      "required when specifying a LocalSecondaryIndex");
    if (index->keys.count < 2)
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Index KeySchema does not have a range key for index: " SLICE_FMT,
                    SLICE_ARG(index->name));
    if (!slice_eq(index->keys.parts[0].name, c->table.keys.parts[0].name))
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Index KeySchema does not have the same leading hash key as table "
                                 "KeySchema for index: " SLICE_FMT ". index hash key: " SLICE_FMT
                                 ", table hash key: " SLICE_FMT,
                    SLICE_ARG(index->name), SLICE_ARG(index->keys.parts[0].name),
                    SLICE_ARG(c->table.keys.parts[0].name));
    return ddb_schema_take_projection(&c->schema, given->projection, index);
}

static struct err take_indexes(struct creation *c)
{
    const struct dynamodb_local_secondary_index_list *local = &c->in->local_secondary_indexes;
    const struct dynamodb_global_secondary_index_list *global = &c->in->global_secondary_indexes;
    if (local->is_set && local->count == 0)
        return refuse(c, WERE_INVALID "List of LocalSecondaryIndexes is empty");
    if (global->is_set && global->count == 0)
        return refuse(c, WERE_INVALID "List of GlobalSecondaryIndexes is empty");
    if (local->count > TABLE_LOCAL_INDEXES_MAX)
        return refuse(c, WERE_INVALID "Number of LocalSecondaryIndexes exceeds per-table limit of "
                                      "5");
    if (global->count > TABLE_GLOBAL_INDEXES_MAX)
        return refuse(c, WERE_INVALID "GlobalSecondaryIndex count exceeds the per-table limit of "
                                      "20");
    c->table.indexes = ARENA_ARRAY(c->call->arena, struct ddb_index, local->count + global->count);
    for (size_t i = 0; i < local->count; i++)
        TRY(take_local_index(c, &local->items[i]));
    for (size_t i = 0; i < global->count; i++)
        TRY(ddb_schema_take_global_index(&c->schema, &global->items[i]));
    return OK;
}

static struct err take_billing(struct creation *c)
{
    const struct dynamodb_provisioned_throughput *throughput = c->in->provisioned_throughput;
    c->table.on_demand = slice_eq(c->in->billing_mode, DYNAMODB_BILLING_MODE_PAY_PER_REQUEST);
    if (c->table.on_demand && throughput)
        return refuse(c, WERE_INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                                      "specified when BillingMode is PAY_PER_REQUEST");
    if (!c->table.on_demand && !throughput)
        return refuse(c, WERE_INVALID "ReadCapacityUnits and WriteCapacityUnits must both be "
                                      "specified when BillingMode is PROVISIONED");
    const struct ddb_throughput own = ddb_throughput_of_table(&c->table);
    TRY(ddb_throughput_take_units(c->call, &own, throughput));
    return ddb_throughput_take_limits(c->call, &own, c->in->on_demand_throughput,
                                      c->in->warm_throughput);
}

static struct err take_settings(struct creation *c)
{
    const struct dynamodb_create_table_input *in = c->in;
    struct ddb_table *table = &c->table;
    table->is_protected = in->deletion_protection_enabled.value;
    table->table_class = in->table_class;
    TRY(ddb_tags_add(c->call, table, &in->tags));
    return ddb_key_of_specification(c->call, in->sse_specification, &table->kms_key_arn);
}

static struct err check_count(struct call *call)
{
    int64_t count;
    TRY(ddb_store_count_tables(call, &count));
    if (count >= tables_max)
        return fail(call, &DYNAMODB_LIMIT_EXCEEDED_EXCEPTION,
                    "Subscriber limit exceeded: There is a limit of %d tables per subscriber",
                    tables_max);
    return OK;
}

struct err ddb_table_take(struct call *call, const struct dynamodb_create_table_input *in,
                          struct ddb_table *table)
{
    struct creation c = {
        .call = call, .in = in, .schema = {call, &c.table}
    };
    bool found;
    struct ddb_table existing;
    TRY(check_supported(call, in));
    TRY(ddb_table_name(call, in->table_name, &c.table.name));
    TRY(ddb_schema_take_attributes(&c.schema, &in->attribute_definitions));
    TRY(take_billing(&c));
    TRY(take_table_keys(&c));
    TRY(take_indexes(&c));
    TRY(ddb_schema_check_all_used(&c.schema));
    TRY(ddb_stream_check_specification(call, &c.table, in->stream_specification));
    TRY(take_settings(&c));
    TRY(ddb_store_find_table(call, c.table.name, &existing, &found));
    if (found)
        return fail(call, &DYNAMODB_RESOURCE_IN_USE_EXCEPTION, "Table already exists: " SLICE_FMT,
                    SLICE_ARG(c.table.name));
    TRY(check_count(call));
    if (slice_is_set(in->resource_policy))
        TRY(ddb_policy_check(call, in->resource_policy));
    *table = c.table;
    return OK;
}

struct err dynamodb_create_table(struct call *call, const struct dynamodb_create_table_input *in,
                                 struct dynamodb_create_table_output *out)
{
    struct ddb_table table;
    TRY(ddb_table_take(call, in, &table));
    table.id = rand_uuid4(call->platform->rand, call->arena);
    table.created_micros = call->now_micros;
    table.on_demand_micros = table.on_demand ? call->now_micros : 0;
    ddb_table_begin(call, &table, DDB_CREATING);
    TRY(ddb_stream_take_specification(call, &table, in->stream_specification));
    TRY(ddb_store_add_table(call, &table));
    TRY(ddb_policy_attach(call, &table, in->resource_policy));
    return ddb_describe(call, &table, ddb_table_status(&table), &out->table_description);
}
