/* DescribeGlobalTableSettings and UpdateGlobalTableSettings. */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/replica/global_table.h"
#include "emulator/services/dynamodb/replica/scaling_settings.h"

#define WERE_INVALID "One or more parameter values were invalid: "

struct settings {
    struct call *call;
    const struct dynamodb_update_global_table_settings_input *in;
    struct ddb_global global;
    struct ddb_replica *replicas; /* one for each region of `global` */
};

static struct err open_all(struct settings *s, struct call *call, struct slice name)
{
    s->call = call;
    TRY(ddb_require_global(call, name, &s->global));
    s->replicas = ARENA_ARRAY(call->arena, struct ddb_replica, s->global.count);
    for (size_t i = 0; i < s->global.count; i++) {
        bool found;
        TRY(ddb_replica_find(call, name, s->global.regions[i], &s->replicas[i], &found));
        if (!found)
            return ERR(&DDB_DAMAGED);
    }
    return OK;
}

static struct opt_i64 positive(int64_t units)
{
    return (struct opt_i64){.value = units, .is_set = units > 0};
}

static struct dynamodb_replica_global_secondary_index_settings_description_list describe_indexes(
    struct arena *arena, const struct ddb_table *table)
{
    struct dynamodb_replica_global_secondary_index_settings_description_list out = {
        .items =
            ARENA_ARRAY(arena, struct dynamodb_replica_global_secondary_index_settings_description,
                        table->index_count)};
    for (size_t i = 0; i < table->index_count; i++) {
        const struct ddb_index *index = &table->indexes[i];
        if (!index->is_global)
            continue;
        out.items[out.count++] =
            (struct dynamodb_replica_global_secondary_index_settings_description){
                .index_name = index->name,
                .index_status = ddb_status_name(index->state.status),
                .provisioned_read_capacity_units = positive(index->read_units),
                .provisioned_read_capacity_auto_scaling_settings =
                    ddb_scaling_describe(arena, index->scalings.reads),
                .provisioned_write_capacity_units = positive(index->write_units),
                .provisioned_write_capacity_auto_scaling_settings =
                    ddb_scaling_describe(arena, index->scalings.writes),
            };
        out.is_set = true;
    }
    return out;
}

static struct dynamodb_replica_settings_description describe_replica(
    struct arena *arena, const struct ddb_replica *replica)
{
    const struct ddb_table *table = &replica->table;
    struct dynamodb_replica_settings_description out = {
        .region_name = replica->call.region,
        .replica_status = DYNAMODB_REPLICA_STATUS_ACTIVE,
        .replica_provisioned_read_capacity_units = SET_I64(table->read_units),
        .replica_provisioned_read_capacity_auto_scaling_settings =
            ddb_scaling_describe(arena, table->scalings.reads),
        .replica_provisioned_write_capacity_units = SET_I64(table->write_units),
        .replica_provisioned_write_capacity_auto_scaling_settings =
            ddb_scaling_describe(arena, table->scalings.writes),
        .replica_global_secondary_index_settings = describe_indexes(arena, table),
    };
    out.replica_billing_mode_summary = ARENA_NEW(arena, struct dynamodb_billing_mode_summary);
    out.replica_billing_mode_summary->billing_mode = table->on_demand
                                                         ? DYNAMODB_BILLING_MODE_PAY_PER_REQUEST
                                                         : DYNAMODB_BILLING_MODE_PROVISIONED;
    if (slice_is_set(table->table_class)) {
        out.replica_table_class_summary = ARENA_NEW(arena, struct dynamodb_table_class_summary);
        out.replica_table_class_summary->table_class = table->table_class;
    }
    return out;
}

static struct dynamodb_replica_settings_description_list describe(const struct settings *s)
{
    struct dynamodb_replica_settings_description_list out = {
        ARENA_ARRAY(s->call->arena, struct dynamodb_replica_settings_description, s->global.count),
        s->global.count, true};
    for (size_t i = 0; i < s->global.count; i++)
        out.items[i] = describe_replica(s->call->arena, &s->replicas[i]);
    return out;
}

struct err dynamodb_describe_global_table_settings(
    struct call *call, const struct dynamodb_describe_global_table_settings_input *in,
    struct dynamodb_describe_global_table_settings_output *out)
{
    struct settings s;
    TRY(open_all(&s, call, in->global_table_name));
    out->global_table_name = in->global_table_name;
    out->replica_settings = describe(&s);
    return OK;
}

static struct err require_index(const struct settings *s, struct ddb_table *table,
                                struct slice name, struct ddb_index **index)
{
    *index = ddb_table_find_global_index(table, name);
    if (*index)
        return OK;
    return fail(s->call, &DYNAMODB_INDEX_NOT_FOUND_EXCEPTION,
                "The global table '" SLICE_FMT "' has no global secondary index '" SLICE_FMT "'.",
                SLICE_ARG(s->global.name), SLICE_ARG(name));
}

/* Writes go to all replicas, so their units are the same in all. */
static struct err take_for_all(struct settings *s, struct ddb_table *table)
{
    const struct dynamodb_update_global_table_settings_input *in = s->in;
    const struct dynamodb_global_table_global_secondary_index_settings_update_list *indexes =
        &in->global_table_global_secondary_index_settings_update;
    bool was_on_demand = table->on_demand;
    if (slice_is_set(in->global_table_billing_mode))
        table->on_demand =
            slice_eq(in->global_table_billing_mode, DYNAMODB_BILLING_MODE_PAY_PER_REQUEST);
    if (table->on_demand && !was_on_demand)
        table->on_demand_micros = s->call->now_micros;
    if (in->global_table_provisioned_write_capacity_units.is_set)
        table->write_units = in->global_table_provisioned_write_capacity_units.value;
    TRY(ddb_scaling_take_writes(
        s->call, table, NULL,
        in->global_table_provisioned_write_capacity_auto_scaling_settings_update));
    for (size_t i = 0; i < indexes->count; i++) {
        struct ddb_index *index = NULL;
        TRY(require_index(s, table, indexes->items[i].index_name, &index));
        if (indexes->items[i].provisioned_write_capacity_units.is_set)
            index->write_units = indexes->items[i].provisioned_write_capacity_units.value;
        TRY(ddb_scaling_take_writes(
            s->call, table, index,
            indexes->items[i].provisioned_write_capacity_auto_scaling_settings_update));
    }
    return OK;
}

static struct err take_for_replica(struct settings *s,
                                   const struct dynamodb_replica_settings_update *given)
{
    const struct dynamodb_replica_global_secondary_index_settings_update_list *indexes =
        &given->replica_global_secondary_index_settings_update;
    struct ddb_table *table = NULL;
    for (size_t i = 0; i < s->global.count; i++)
        if (slice_eq(s->global.regions[i], given->region_name))
            table = &s->replicas[i].table;
    if (!table)
        return fail(s->call, &DYNAMODB_REPLICA_NOT_FOUND_EXCEPTION,
                    "The global table '" SLICE_FMT "' has no replica in region '" SLICE_FMT "'.",
                    SLICE_ARG(s->global.name), SLICE_ARG(given->region_name));
    if (given->replica_provisioned_read_capacity_units.is_set)
        table->read_units = given->replica_provisioned_read_capacity_units.value;
    if (slice_is_set(given->replica_table_class))
        table->table_class = given->replica_table_class;
    TRY(ddb_scaling_take_reads(
        s->call, table, NULL,
        given->replica_provisioned_read_capacity_auto_scaling_settings_update));
    for (size_t i = 0; i < indexes->count; i++) {
        struct ddb_index *index = NULL;
        TRY(require_index(s, table, indexes->items[i].index_name, &index));
        if (indexes->items[i].provisioned_read_capacity_units.is_set)
            index->read_units = indexes->items[i].provisioned_read_capacity_units.value;
        TRY(ddb_scaling_take_reads(
            s->call, table, index,
            indexes->items[i].provisioned_read_capacity_auto_scaling_settings_update));
    }
    return OK;
}

/* On-demand tables have no units; provisioned ones, and their indexes, have all of them. */
static struct err settle_units(const struct settings *s, struct ddb_table *table)
{
    bool complete = table->read_units > 0 && table->write_units > 0;
    for (size_t i = 0; i < table->index_count; i++) {
        struct ddb_index *index = &table->indexes[i];
        if (table->on_demand)
            index->read_units = index->write_units = 0;
        else if (index->is_global)
            complete = complete && index->read_units > 0 && index->write_units > 0;
    }
    if (table->on_demand)
        table->read_units = table->write_units = 0;
    if (!table->on_demand && !complete)
        return fail(s->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ReadCapacityUnits and WriteCapacityUnits must be specified for "
                                 "each replica and index when BillingMode is PROVISIONED");
    return OK;
}

struct err dynamodb_update_global_table_settings(
    struct call *call, const struct dynamodb_update_global_table_settings_input *in,
    struct dynamodb_update_global_table_settings_output *out)
{
    struct settings s = {.in = in};
    TRY(open_all(&s, call, in->global_table_name));
    for (size_t i = 0; i < s.global.count; i++)
        TRY(take_for_all(&s, &s.replicas[i].table));
    for (size_t i = 0; i < in->replica_settings_update.count; i++)
        TRY(take_for_replica(&s, &in->replica_settings_update.items[i]));
    for (size_t i = 0; i < s.global.count; i++) {
        TRY(settle_units(&s, &s.replicas[i].table));
        TRY(ddb_store_update_table(&s.replicas[i].call, &s.replicas[i].table));
    }
    out->global_table_name = in->global_table_name;
    out->replica_settings = describe(&s);
    return OK;
}
