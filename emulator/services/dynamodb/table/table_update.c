/* UpdateTable. */
#include "emulator/services/dynamodb/item/write.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_describe.h"
#include "emulator/services/dynamodb/table/table_key.h"
#include "emulator/services/dynamodb/table/table_schema.h"
#include "emulator/services/dynamodb/table/table_state.h"
#include "emulator/services/dynamodb/table/table_throughput.h"

#define WERE_INVALID "One or more parameter values were invalid: "

struct alteration {
    struct call *call;
    const struct dynamodb_update_table_input *in;
    struct ddb_table table;
    struct ddb_schema schema; /* of `table` */
    bool was_on_demand;
    struct ddb_index *created; /* the index that comes; NULL: none */
    struct slice deleted;      /* the one that goes; absent: none */
};

static struct err check_supported(struct call *call, const struct dynamodb_update_table_input *in)
{
    const struct {
        const char *name;
        bool given;
    } parameters[] = {
        {"MultiRegionConsistency STRONG",
         slice_eq(in->multi_region_consistency,  DYNAMODB_MULTI_REGION_CONSISTENCY_STRONG)},
        {"GlobalTableWitnessUpdates",                               in->global_table_witness_updates.is_set         },
        {"GlobalTableSettingsReplicationMode",
         slice_is_set(in->global_table_settings_replication_mode)},
        {"DisassociationProtectionEnabled",                               in->disassociation_protection_enabled.is_set            },
        {"VectorIndexUpdates",                               in->vector_index_updates.is_set    },
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
        in->deletion_protection_enabled.is_set || in->stream_specification ||
        in->on_demand_throughput || in->warm_throughput || in->replica_updates.count > 0)
        return OK;
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
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
    const struct ddb_throughput own = ddb_throughput_of_table(table);
    if (throughput)
        TRY(ddb_throughput_change_units(a->call, &own, throughput));
    return ddb_throughput_take_limits(a->call, &own, a->in->on_demand_throughput,
                                      a->in->warm_throughput);
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
    TRY(ddb_schema_take_global_index(&a->schema, &index));
    a->created = ddb_table_find_global_index(&a->table, given->index_name);
    ddb_index_begin(a->call, a->created, DDB_CREATING);
    return OK;
}

static struct err check_index_settled(const struct alteration *a, const struct ddb_index *index)
{
    if (index->state.status == DDB_ACTIVE)
        return OK;
    return fail(a->call, &DYNAMODB_RESOURCE_IN_USE_EXCEPTION,
                "Attempt to change a resource which is still in use: Index is being %s. "
                "Table: " SLICE_FMT " Index: " SLICE_FMT,
                index->state.status == DDB_CREATING ? "created" : "updated",
                SLICE_ARG(a->table.name), SLICE_ARG(index->name));
}

static struct err update_index(struct alteration *a,
                               const struct dynamodb_update_global_secondary_index_action *given)
{
    struct ddb_index *index = ddb_table_find_global_index(&a->table, given->index_name);
    if (!index)
        return fail(a->call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found");
    TRY(check_index_settled(a, index));
    if (!given->provisioned_throughput && !given->on_demand_throughput && !given->warm_throughput)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProvisionedThroughput must be specified for index: " SLICE_FMT,
                    SLICE_ARG(index->name));
    if (a->table.on_demand && given->provisioned_throughput)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID
                    "ProvisionedThroughput should not be specified for index: " SLICE_FMT
                    " when BillingMode is PAY_PER_REQUEST",
                    SLICE_ARG(index->name));
    const struct ddb_throughput own = ddb_throughput_of_index(a->call, &a->table, index);
    if (given->provisioned_throughput)
        TRY(ddb_throughput_change_units(a->call, &own, given->provisioned_throughput));
    TRY(ddb_throughput_take_limits(a->call, &own, given->on_demand_throughput,
                                   given->warm_throughput));
    ddb_index_begin(a->call, index, DDB_UPDATING);
    return OK;
}

static struct err delete_index(struct alteration *a, struct slice name)
{
    if (!ddb_table_find_global_index(&a->table, name))
        return fail(a->call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found");
    a->deleted = name;
    return OK;
}

static struct err refuse_second_online(struct call *call)
{
    return fail(call, &DYNAMODB_LIMIT_EXCEEDED_EXCEPTION,
                "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                "simultaneously per table");
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
    return online > 1 ? refuse_second_online(call) : OK;
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

/* One index at a time comes or goes; the one that is being filled may go. */
static struct err check_online(const struct alteration *a)
{
    for (size_t i = 0; i < a->table.index_count; i++) {
        const struct ddb_index *index = &a->table.indexes[i];
        if (index->state.status == DDB_CREATING && !slice_eq(index->name, a->deleted))
            return refuse_second_online(a->call);
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
    for (size_t i = 0; i < updates->count; i++)
        if (updates->items[i].delete)
            TRY(delete_index(a, updates->items[i].delete->index_name));
    for (size_t i = 0; i < updates->count; i++) {
        const struct dynamodb_global_secondary_index_update *update = &updates->items[i];
        if (update->create || update->delete)
            TRY(check_online(a));
        if (update->create)
            TRY(create_index(a, update->create));
        else if (update->update)
            TRY(update_index(a, update->update));
    }
    return check_units(a);
}

static struct err take_key(struct alteration *a)
{
    const struct dynamodb_sse_specification *wanted = a->in->sse_specification;
    struct slice old = a->table.kms_key_arn;
    if (!wanted)
        return OK;
    TRY(ddb_key_of_specification(a->call, wanted, &a->table.kms_key_arn));
    bool same = slice_is_set(old) == slice_is_set(a->table.kms_key_arn) &&
                slice_eq(old, a->table.kms_key_arn);
    if (same && slice_is_set(old))
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Table is already encrypted with given KMSMasterKeyId. Use "
                                 "KMSMasterKeyId parameter if you want to change Master Key");
    if (same)
        return fail(a->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Table is already encrypted by default");
    return ddb_key_count_change(a->call, &a->table);
}

static void take_settings(struct alteration *a)
{
    const struct dynamodb_update_table_input *in = a->in;
    if (in->deletion_protection_enabled.is_set)
        a->table.is_protected = in->deletion_protection_enabled.value;
    if (!slice_is_set(in->table_class))
        return;
    a->table.table_class = in->table_class;
    a->table.class_micros = a->call->now_micros;
}

/* With its entries go the definitions that no other key needs; it is still described a while. */
static struct err drop_index(struct alteration *a)
{
    struct ddb_table *table = &a->table;
    struct ddb_index *index = ddb_table_find_global_index(table, a->deleted);
    struct ddb_index *leaving =
        ARENA_ARRAY(a->call->arena, struct ddb_index, table->leaving_count + 1);
    TRY(ddb_store_remove_index(a->call, table, index));
    for (size_t i = 0; i < table->leaving_count; i++)
        leaving[i] = table->leaving[i];
    ddb_index_begin(a->call, index, DDB_DELETING);
    leaving[table->leaving_count++] = *index;
    table->leaving = leaving;
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
    TRY(ddb_require_settled_table(call, in->table_name, &a.table));
    TRY(ddb_replicas_check(call, &a.table, in));
    a.was_on_demand = a.table.on_demand;
    TRY(take_billing(&a));
    TRY(take_attributes(&a));
    TRY(take_indexes(&a));
    TRY(ddb_schema_check_all_used(&a.schema));
    take_settings(&a);
    TRY(ddb_stream_check_specification(call, &a.table, in->stream_specification));
    TRY(take_key(&a));
    ddb_table_begin(call, &a.table, DDB_UPDATING);
    TRY(ddb_stream_take_specification(call, &a.table, in->stream_specification));
    if (a.created)
        TRY(ddb_write_backfill(call, &a.table, a.created));
    if (slice_is_set(a.deleted))
        TRY(drop_index(&a));
    TRY(ddb_replicas_take_settings(call, &a.table));
    TRY(ddb_replicas_update(call, &a.table, &in->replica_updates));
    TRY(ddb_describe(call, &a.table, ddb_table_status(&a.table), &out->table_description));
    ddb_replicas_show(call, &in->replica_updates, out->table_description);
    return ddb_store_update_table(call, &a.table);
}
