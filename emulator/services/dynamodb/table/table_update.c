/* UpdateTable. */
#include "emulator/services/dynamodb/item/write.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_describe.h"
#include "emulator/services/dynamodb/table/table_schema.h"

#define WERE_INVALID "One or more parameter values were invalid: "

struct alteration {
    struct call *call;
    const struct dynamodb_update_table_input *in;
    struct ddb_table table;
    struct ddb_schema schema; /* of `table` */
    bool was_on_demand;
    struct slice created; /* the index that comes, and the one that goes */
    struct slice deleted;
};

static struct err check_supported(struct call *call, const struct dynamodb_update_table_input *in)
{
    const struct {
        const char *name;
        bool given;
    } parameters[] = {
        {"ReplicaUpdates",                     in->replica_updates.is_set                  },
        {"MultiRegionConsistency",             slice_is_set(in->multi_region_consistency)  },
        {"GlobalTableWitnessUpdates",          in->global_table_witness_updates.is_set     },
        {"OnDemandThroughput",                 in->on_demand_throughput != NULL            },
        {"WarmThroughput",                     in->warm_throughput != NULL                 },
        {"GlobalTableSettingsReplicationMode",
         slice_is_set(in->global_table_settings_replication_mode)                          },
        {"DisassociationProtectionEnabled",    in->disassociation_protection_enabled.is_set},
        {"VectorIndexUpdates",                 in->vector_index_updates.is_set             },
    };
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
        if (parameters[i].given)
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not implement the parameter %s of UpdateTable yet: leave it "
                        "out",
                        parameters[i].name);
    return OK;
}

static struct err check_given(struct call *call, const struct dynamodb_update_table_input *in)
{
    if (slice_is_set(in->billing_mode) || in->provisioned_throughput || in->sse_specification ||
        in->global_secondary_index_updates.count > 0 || slice_is_set(in->table_class) ||
        in->deletion_protection_enabled.is_set || in->stream_specification)
        return OK;
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
}

/* `what` is "table" or "index NAME". */
static struct err set_units(struct call *call, struct slice what,
                            const struct dynamodb_provisioned_throughput *given,
                            int64_t *read_units, int64_t *write_units)
{
    int64_t wanted_read = given->read_capacity_units.value;
    int64_t wanted_write = given->write_capacity_units.value;
    if (wanted_read == *read_units && wanted_write == *write_units)
        return fail(
            call, &DDB_VALIDATION_EXCEPTION,
            "The provisioned throughput for the " SLICE_FMT
            " will not change. The requested value equals the current value. Current "
            "ReadCapacityUnits provisioned for the " SLICE_FMT
            ": %lld. Requested ReadCapacityUnits: %lld. Current WriteCapacityUnits provisioned for "
            "the " SLICE_FMT ": %lld. Requested WriteCapacityUnits: %lld. Refer to the Amazon "
            "DynamoDB Developer Guide for current limits and how to request higher limits.",
            SLICE_ARG(what), SLICE_ARG(what), (long long)*read_units, (long long)wanted_read,
            SLICE_ARG(what), (long long)*write_units, (long long)wanted_write);
    *read_units = wanted_read;
    *write_units = wanted_write;
    return OK;
}

static struct err take_billing(struct alteration *a)
{
    const struct dynamodb_provisioned_throughput *throughput = a->in->provisioned_throughput;
    struct ddb_table *table = &a->table;
    if (slice_is_set(a->in->billing_mode))
        table->on_demand = slice_eq(a->in->billing_mode, DYNAMODB_BILLING_MODE_PAY_PER_REQUEST);
    if (table->on_demand && throughput)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                                 "specified when BillingMode is PAY_PER_REQUEST");
    if (a->was_on_demand && !table->on_demand && !throughput)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ReadCapacityUnits and WriteCapacityUnits must both be "
                                 "specified when BillingMode is PROVISIONED");
    if (table->on_demand && !a->was_on_demand) {
        table->on_demand_micros = a->call->now_micros;
        table->read_units = table->write_units = 0;
        for (size_t i = 0; i < table->index_count; i++)
            table->indexes[i].read_units = table->indexes[i].write_units = 0;
    }
    return throughput ? set_units(a->call, SLICE("table"), throughput, &table->read_units,
                                  &table->write_units)
                      : OK;
}

/* Definitions for a new index come beside those that the table has. */
static struct err take_attributes(struct alteration *a)
{
    const struct dynamodb_attribute_definitions *given = &a->in->attribute_definitions;
    struct ddb_table old = a->table;
    struct ddb_table *table = &a->table;
    if (!given->is_set)
        return OK;
    TRY(ddb_schema_take_attributes(&a->schema, given));
    struct key_part *all =
        ARENA_ARRAY(a->call->arena, struct key_part, old.attribute_count + given->count);
    size_t count = old.attribute_count;
    for (size_t i = 0; i < old.attribute_count; i++)
        all[i] = old.attributes[i];
    for (size_t i = 0; i < table->attribute_count; i++) {
        const struct key_part *part = &table->attributes[i];
        size_t at = 0;
        while (at < old.attribute_count && !slice_eq(all[at].name, part->name))
            at++;
        if (at == old.attribute_count)
            all[count++] = *part;
        else if (all[at].type != part->type)
            return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID
                        "The type of an attribute that is a key cannot change: " SLICE_FMT,
                        SLICE_ARG(part->name));
    }
    table->attributes = all;
    table->attribute_count = count;
    return OK;
}

static struct ddb_index *find_global(struct ddb_table *table, struct slice name)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].is_global && slice_eq(table->indexes[i].name, name))
            return &table->indexes[i];
    return NULL;
}

static struct err create_index(struct alteration *a,
                               const struct dynamodb_create_global_secondary_index_action *given)
{
    const struct dynamodb_global_secondary_index index = {
        .index_name = given->index_name,
        .key_schema = given->key_schema,
        .projection = given->projection,
        .provisioned_throughput = given->provisioned_throughput,
        .on_demand_throughput = given->on_demand_throughput,
        .warm_throughput = given->warm_throughput,
    };
    size_t globals = 0;
    for (size_t i = 0; i < a->table.index_count; i++)
        globals += a->table.indexes[i].is_global;
    if (ddb_table_find_index(&a->table, given->index_name))
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    "Attempting to create an index which already exists");
    if (globals == TABLE_GLOBAL_INDEXES_MAX)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "GlobalSecondaryIndex count exceeds the per-table limit of 20");
    a->created = given->index_name;
    return ddb_schema_take_global_index(&a->schema, &index);
}

static struct err update_index(struct alteration *a,
                               const struct dynamodb_update_global_secondary_index_action *given)
{
    struct ddb_index *index = find_global(&a->table, given->index_name);
    if (!index)
        return fail(a->call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found");
    if (given->on_demand_throughput || given->warm_throughput)
        return fail(a->call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement OnDemandThroughput and WarmThroughput of indexes "
                    "yet: leave them out");
    if (!given->provisioned_throughput)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProvisionedThroughput must be specified for index: " SLICE_FMT,
                    SLICE_ARG(index->name));
    if (a->table.on_demand)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID
                    "ProvisionedThroughput should not be specified for index: " SLICE_FMT
                    " when BillingMode is PAY_PER_REQUEST",
                    SLICE_ARG(index->name));
    struct slice what =
        arena_printf(a->call->arena, "index " SLICE_FMT, SLICE_ARG(given->index_name));
    return set_units(a->call, what, given->provisioned_throughput, &index->read_units,
                     &index->write_units);
}

static struct err delete_index(struct alteration *a, struct slice name)
{
    if (!find_global(&a->table, name))
        return fail(a->call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found");
    a->deleted = name;
    return OK;
}

static struct slice named_index(const struct dynamodb_global_secondary_index_update *update)
{
    return update->create   ? update->create->index_name
           : update->update ? update->update->index_name
                            : update->delete->index_name;
}

static struct err check_updates(struct call *call,
                                const struct dynamodb_global_secondary_index_update_list *updates)
{
    size_t online = 0;
    for (size_t i = 0; i < updates->count; i++) {
        const struct dynamodb_global_secondary_index_update *update = &updates->items[i];
        if ((update->create != NULL) + (update->update != NULL) + (update->delete != NULL) != 1)
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID "Exactly one of Create, Update and Delete must be specified "
                                     "in each GlobalSecondaryIndexUpdate");
        online += update->update == NULL;
        for (size_t j = 0; j < i; j++)
            if (slice_eq(named_index(&updates->items[j]), named_index(update)))
                return fail(call, &DDB_VALIDATION_EXCEPTION,
                            WERE_INVALID
                            "Only one global secondary index update per index is allowed "
                            "simultaneously. Index: " SLICE_FMT,
                            SLICE_ARG(named_index(update)));
    }
    if (online > 1)
        return fail(call, &DYNAMODB_LIMIT_EXCEEDED_EXCEPTION,
                    "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                    "simultaneously per table");
    return OK;
}

/* A table that becomes provisioned needs units for each of its indexes. */
static struct err check_units(const struct alteration *a)
{
    for (size_t i = 0; i < a->table.index_count && !a->table.on_demand; i++) {
        const struct ddb_index *index = &a->table.indexes[i];
        if (index->is_global && index->read_units == 0 && !slice_eq(index->name, a->deleted))
            return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID
                        "ProvisionedThroughput must be specified for index: " SLICE_FMT,
                        SLICE_ARG(index->name));
    }
    return OK;
}

static struct err take_indexes(struct alteration *a)
{
    const struct dynamodb_global_secondary_index_update_list *updates =
        &a->in->global_secondary_index_updates;
    struct ddb_table *table = &a->table;
    struct ddb_index *indexes =
        ARENA_ARRAY(a->call->arena, struct ddb_index, table->index_count + 1);
    for (size_t i = 0; i < table->index_count; i++)
        indexes[i] = table->indexes[i];
    table->indexes = indexes;
    for (size_t i = 0; i < updates->count; i++) {
        const struct dynamodb_global_secondary_index_update *update = &updates->items[i];
        if (update->create)
            TRY(create_index(a, update->create));
        else if (update->update)
            TRY(update_index(a, update->update));
        else
            TRY(delete_index(a, update->delete->index_name));
    }
    return check_units(a);
}

static void take_settings(struct alteration *a)
{
    const struct dynamodb_update_table_input *in = a->in;
    const struct dynamodb_sse_specification *sse = in->sse_specification;
    if (in->deletion_protection_enabled.is_set)
        a->table.is_protected = in->deletion_protection_enabled.value;
    if (slice_is_set(in->table_class))
        a->table.table_class = in->table_class;
    if (sse)
        a->table.kms_key_arn =
            sse->enabled.value ? ddb_kms_key_arn(a->call, sse->kms_master_key_id) : SLICE_NONE;
}

/* The table as AWS describes it while the change is under way. */
static struct err describe_change(struct alteration *a, struct dynamodb_table_description **out)
{
    TRY(ddb_describe(a->call, &a->table, DYNAMODB_TABLE_STATUS_ACTIVE, out));
    (*out)->table_status = DYNAMODB_TABLE_STATUS_UPDATING;
    for (size_t i = 0; i < (*out)->global_secondary_indexes.count; i++) {
        struct dynamodb_global_secondary_index_description *index =
            &(*out)->global_secondary_indexes.items[i];
        if (slice_eq(index->index_name, a->created)) {
            index->index_status = DYNAMODB_INDEX_STATUS_CREATING;
            index->backfilling = SET_BOOL(false);
        } else if (slice_eq(index->index_name, a->deleted)) {
            index->index_status = DYNAMODB_INDEX_STATUS_DELETING;
        }
    }
    return OK;
}

/* With its entries go the definitions that no other key needs. */
static struct err drop_index(struct alteration *a)
{
    struct ddb_table *table = &a->table;
    struct ddb_index *index = find_global(table, a->deleted);
    TRY(ddb_store_remove_index(a->call, table, index));
    table->index_count--;
    for (; index < table->indexes + table->index_count; index++)
        *index = index[1];
    ddb_schema_drop_unused(table);
    return OK;
}

struct err dynamodb_update_table(struct call *call, const struct dynamodb_update_table_input *in,
                                 struct dynamodb_update_table_output *out)
{
    struct alteration a = {
        .call = call, .in = in, .schema = {call, &a.table}
    };
    TRY(check_supported(call, in));
    TRY(check_given(call, in));
    TRY(check_updates(call, &in->global_secondary_index_updates));
    TRY(ddb_require_idle(call, in->table_name, &a.table));
    a.was_on_demand = a.table.on_demand;
    TRY(take_billing(&a));
    TRY(take_attributes(&a));
    TRY(take_indexes(&a));
    TRY(ddb_schema_check_all_used(&a.schema));
    take_settings(&a);
    TRY(ddb_stream_check_specification(call, &a.table, in->stream_specification));
    TRY(ddb_stream_take_specification(call, &a.table, in->stream_specification));
    TRY(describe_change(&a, &out->table_description));
    if (slice_is_set(a.created))
        TRY(ddb_write_backfill(call, &a.table, find_global(&a.table, a.created)));
    if (slice_is_set(a.deleted))
        TRY(drop_index(&a));
    return ddb_store_update_table(call, &a.table);
}
