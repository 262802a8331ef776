/* DescribeTableReplicaAutoScaling and UpdateTableReplicaAutoScaling. */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/replica/scaling_settings.h"
#include "emulator/services/dynamodb/table/table_state.h"

#define WERE_INVALID "One or more parameter values were invalid: "

/* A table and its replicas; of a table without any, the table alone. */
struct members {
    struct call *call;
    struct slice name;
    struct slice version;      /* GlobalTableVersion */
    struct slice status;       /* of the table in the call's region */
    struct ddb_replica *items; /* in the order of their regions */
    size_t count;
};

static void insert(struct members *m, const struct ddb_replica *replica)
{
    size_t at = m->count++;
    for (; at > 0; at--) {
        if (slice_compare(m->items[at - 1].call.region, replica->call.region) < 0)
            break;
        m->items[at] = m->items[at - 1];
    }
    m->items[at] = *replica;
}

static struct err open_all(struct members *m, struct call *call, struct slice parameter)
{
    struct ddb_replica own = {.call = *call};
    struct ddb_replica other;
    TRY(ddb_require_named_table(call, parameter, &own.table));
    *m = (struct members){
        .call = call,
        .name = own.table.name,
        .version = own.table.global_version,
        .status = ddb_table_status(&own.table),
        .items = ARENA_ARRAY(call->arena, struct ddb_replica, own.table.replica_count + 1),
    };
    insert(m, &own);
    for (size_t i = 0; i < own.table.replica_count; i++) {
        TRY(ddb_replica_open(call, &own.table, i, &other));
        insert(m, &other);
    }
    return OK;
}

static struct dynamodb_replica_global_secondary_index_auto_scaling_description_list
describe_indexes(struct arena *arena, const struct ddb_table *table)
{
    struct dynamodb_replica_global_secondary_index_auto_scaling_description_list out = {
        .items = ARENA_ARRAY(
            arena, struct dynamodb_replica_global_secondary_index_auto_scaling_description,
            table->index_count),
        .is_set = true};
    for (size_t i = 0; i < table->index_count; i++) {
        const struct ddb_index *index = &table->indexes[i];
        if (!index->is_global)
            continue;
        out.items[out.count++] =
            (struct dynamodb_replica_global_secondary_index_auto_scaling_description){
                .index_name = index->name,
                .index_status = ddb_status_name(index->state.status),
                .provisioned_read_capacity_auto_scaling_settings =
                    ddb_scaling_describe(arena, index->scalings.reads),
                .provisioned_write_capacity_auto_scaling_settings =
                    ddb_scaling_describe(arena, index->scalings.writes),
            };
    }
    return out;
}

static struct dynamodb_replica_auto_scaling_description describe_replica(
    struct arena *arena, const struct ddb_replica *replica)
{
    const struct ddb_table *table = &replica->table;
    return (struct dynamodb_replica_auto_scaling_description){
        .region_name = replica->call.region,
        .replica_status = ddb_table_status(table),
        .global_secondary_indexes = describe_indexes(arena, table),
        .replica_provisioned_read_capacity_auto_scaling_settings =
            ddb_scaling_describe(arena, table->scalings.reads),
        .replica_provisioned_write_capacity_auto_scaling_settings =
            ddb_scaling_describe(arena, table->scalings.writes),
    };
}

static struct dynamodb_table_auto_scaling_description *describe(const struct members *m)
{
    struct arena *arena = m->call->arena;
    struct dynamodb_table_auto_scaling_description *out =
        ARENA_NEW(arena, struct dynamodb_table_auto_scaling_description);
    out->table_name = m->name;
    out->table_status = m->status;
    out->replicas = (struct dynamodb_replica_auto_scaling_description_list){
        ARENA_ARRAY(arena, struct dynamodb_replica_auto_scaling_description, m->count), m->count,
        true};
    for (size_t i = 0; i < m->count; i++)
        out->replicas.items[i] = describe_replica(arena, &m->items[i]);
    return out;
}

struct err dynamodb_describe_table_replica_auto_scaling(
    struct call *call, const struct dynamodb_describe_table_replica_auto_scaling_input *in,
    struct dynamodb_describe_table_replica_auto_scaling_output *out)
{
    struct members m;
    TRY(open_all(&m, call, in->table_name));
    out->table_auto_scaling_description = describe(&m);
    return OK;
}

static struct err check_changeable(const struct members *m)
{
    if (slice_eq(m->version, DDB_GLOBAL_2017))
        return fail(m->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "UpdateTableReplicaAutoScaling is for global tables of version "
                                 "2019.11.21; this one has version " SLICE_FMT
                                 ": use UpdateGlobalTableSettings",
                    SLICE_ARG(m->version));
    for (size_t i = 0; i < m->count; i++)
        TRY(ddb_check_settled(m->call, &m->items[i].table));
    return OK;
}

static struct err find_index(struct call *call, struct ddb_table *table, struct slice name,
                             struct ddb_index **index)
{
    if (!slice_is_set(name))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "IndexName must be specified for each index that is updated");
    *index = ddb_table_find_global_index(table, name);
    if (!*index)
        return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found: Table: " SLICE_FMT " Index: " SLICE_FMT
                    " not found",
                    SLICE_ARG(table->name), SLICE_ARG(name));
    return OK;
}

/* Each replica takes the writes of all, so their settings are the same in all. */
static struct err take_writes(struct members *m,
                              const struct dynamodb_update_table_replica_auto_scaling_input *in,
                              struct ddb_table *table)
{
    const struct dynamodb_global_secondary_index_auto_scaling_update_list *indexes =
        &in->global_secondary_index_updates;
    TRY(ddb_scaling_take_writes(m->call, table, NULL,
                                in->provisioned_write_capacity_auto_scaling_update));
    for (size_t i = 0; i < indexes->count; i++) {
        struct ddb_index *index;
        TRY(find_index(m->call, table, indexes->items[i].index_name, &index));
        TRY(ddb_scaling_take_writes(
            m->call, table, index,
            indexes->items[i].provisioned_write_capacity_auto_scaling_update));
    }
    return OK;
}

/* NULL: there is no replica in that region. */
static struct ddb_table *find_member(struct members *m, struct slice region)
{
    for (size_t i = 0; i < m->count; i++)
        if (slice_eq(m->items[i].call.region, region))
            return &m->items[i].table;
    return NULL;
}

static struct err take_reads(struct members *m,
                             const struct dynamodb_replica_auto_scaling_update *given)
{
    const struct dynamodb_replica_global_secondary_index_auto_scaling_update_list *indexes =
        &given->replica_global_secondary_index_updates;
    struct ddb_table *table = find_member(m, given->region_name);
    if (!table)
        return fail(m->call, &DDB_VALIDATION_EXCEPTION,
                    "Update global table operation failed because one or more replicas were not "
                    "part of the global table.");
    TRY(ddb_scaling_take_reads(m->call, table, NULL,
                               given->replica_provisioned_read_capacity_auto_scaling_update));
    for (size_t i = 0; i < indexes->count; i++) {
        struct ddb_index *index;
        TRY(find_index(m->call, table, indexes->items[i].index_name, &index));
        TRY(ddb_scaling_take_reads(
            m->call, table, index,
            indexes->items[i].provisioned_read_capacity_auto_scaling_update));
    }
    return OK;
}

struct err dynamodb_update_table_replica_auto_scaling(
    struct call *call, const struct dynamodb_update_table_replica_auto_scaling_input *in,
    struct dynamodb_update_table_replica_auto_scaling_output *out)
{
    struct members m;
    if (!in->provisioned_write_capacity_auto_scaling_update &&
        in->global_secondary_index_updates.count == 0 && in->replica_updates.count == 0)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "At least one of ProvisionedWriteCapacityAutoScalingUpdate, "
                                 "GlobalSecondaryIndexUpdates or ReplicaUpdates is required");
    TRY(open_all(&m, call, in->table_name));
    TRY(check_changeable(&m));
    for (size_t i = 0; i < m.count; i++)
        TRY(take_writes(&m, in, &m.items[i].table));
    for (size_t i = 0; i < in->replica_updates.count; i++)
        TRY(take_reads(&m, &in->replica_updates.items[i]));
    for (size_t i = 0; i < m.count; i++)
        TRY(ddb_store_update_table(&m.items[i].call, &m.items[i].table));
    out->table_auto_scaling_description = describe(&m);
    return OK;
}
