/* Restored tables, and RestoreTableFromBackup. */
#include "emulator/services/dynamodb/backup/restore.h"

#include "emulator/services/dynamodb/backup/backup.h"
#include "emulator/services/dynamodb/backup/copy.h"
#include "emulator/services/dynamodb/table/table_describe.h"
#include "emulator/services/dynamodb/table/table_key.h"
#include "emulator/services/dynamodb/table/table_schema.h"
#include "emulator/services/dynamodb/table/table_state.h"
#include "emulator/services/dynamodb/table/table_throughput.h"

#define WERE_INVALID "One or more parameter values were invalid: "

struct restoration {
    struct call *call;
    const struct ddb_table *source;
    const struct ddb_overrides *overrides;
    struct ddb_table *table;
};

static struct err check_supported(const struct restoration *r)
{
    if (r->overrides->has_vector_indexes)
        return fail(r->call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement the parameter VectorIndexOverride of " SLICE_FMT
                    " yet: leave it out",
                    SLICE_ARG(r->call->operation->name));
    return OK;
}

static struct err check_target(const struct restoration *r)
{
    struct ddb_table existing;
    bool found;
    TRY(ddb_store_find_table(r->call, r->overrides->target_name, &existing, &found));
    if (found)
        return fail(r->call, &DYNAMODB_TABLE_ALREADY_EXISTS_EXCEPTION,
                    "Table already exists: " SLICE_FMT, SLICE_ARG(r->overrides->target_name));
    return OK;
}

static struct err take_billing(struct restoration *r)
{
    const struct dynamodb_provisioned_throughput *given = r->overrides->throughput;
    struct ddb_table *table = r->table;
    if (slice_is_set(r->overrides->billing_mode))
        table->on_demand =
            slice_eq(r->overrides->billing_mode, DYNAMODB_BILLING_MODE_PAY_PER_REQUEST);
    if (table->on_demand && given)
        return fail(r->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                                 "specified when BillingMode is PAY_PER_REQUEST");
    if (!table->on_demand && r->source->on_demand && !given)
        return fail(r->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ReadCapacityUnits and WriteCapacityUnits must both be "
                                 "specified when BillingMode is PROVISIONED");
    if (given) {
        table->read_units = given->read_capacity_units.value;
        table->write_units = given->write_capacity_units.value;
    } else if (table->on_demand) {
        table->read_units = table->write_units = 0;
    }
    const struct ddb_throughput own = ddb_throughput_of_table(table);
    return ddb_throughput_take_limits(r->call, &own, r->overrides->on_demand_throughput, NULL);
}

static bool has_name(const struct dynamodb_non_key_attribute_name_list *names, struct slice name)
{
    for (size_t i = 0; i < names->count; i++)
        if (slice_eq(names->items[i], name))
            return true;
    return false;
}

static bool same_keys(struct arena *arena, const struct ddb_index *index,
                      const struct dynamodb_key_schema *given)
{
    struct dynamodb_key_schema own = ddb_describe_keys(arena, &index->keys);
    bool same = own.count == given->count;
    for (size_t i = 0; same && i < own.count; i++)
        same = slice_eq(own.items[i].attribute_name, given->items[i].attribute_name) &&
               slice_eq(own.items[i].key_type, given->items[i].key_type);
    return same;
}

static bool same_projection(const struct ddb_index *index, const struct dynamodb_projection *given)
{
    bool same = slice_eq(projection_type_name(index->projection), given->projection_type) &&
                index->included_count == given->non_key_attributes.count;
    for (size_t i = 0; same && i < index->included_count; i++)
        same = has_name(&given->non_key_attributes, index->included[i]);
    return same;
}

/* An index may be left out of the restored table, but none comes that the source has not. */
static struct err take_index(struct restoration *r, bool is_global, struct slice name,
                             const struct dynamodb_key_schema *keys,
                             const struct dynamodb_projection *projection, struct ddb_index **taken)
{
    const struct ddb_index *index = ddb_table_find_index(r->source, name);
    if (ddb_table_find_index(r->table, name))
        return fail(r->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Duplicate index name: " SLICE_FMT, SLICE_ARG(name));
    if (!index || index->is_global != is_global || !same_keys(r->call->arena, index, keys) ||
        !same_projection(index, projection))
        return fail(r->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "The %s secondary index " SLICE_FMT
                                 " does not match an index of the table that is restored",
                    is_global ? "global" : "local", SLICE_ARG(name));
    *taken = &r->table->indexes[r->table->index_count++];
    **taken = *index;
    return OK;
}

static struct err take_given_globals(struct restoration *r)
{
    const struct dynamodb_global_secondary_index_list *given = r->overrides->global_indexes;
    for (size_t i = 0; i < given->count; i++) {
        const struct dynamodb_global_secondary_index *each = &given->items[i];
        struct ddb_index *index;
        TRY(take_index(r, true, each->index_name, &each->key_schema, each->projection, &index));
        if (r->table->on_demand && each->provisioned_throughput)
            return fail(r->call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID
                        "ProvisionedThroughput should not be specified for index: " SLICE_FMT
                        " when BillingMode is PAY_PER_REQUEST",
                        SLICE_ARG(index->name));
        if (each->provisioned_throughput) {
            index->read_units = each->provisioned_throughput->read_capacity_units.value;
            index->write_units = each->provisioned_throughput->write_capacity_units.value;
        }
    }
    return OK;
}

static struct err take_given_locals(struct restoration *r)
{
    const struct dynamodb_local_secondary_index_list *given = r->overrides->local_indexes;
    for (size_t i = 0; i < given->count; i++) {
        struct ddb_index *index;
        TRY(take_index(r, false, given->items[i].index_name, &given->items[i].key_schema,
                       given->items[i].projection, &index));
    }
    return OK;
}

/* However an index of the source stands, here it is whole with the table; AWS restores no auto
 * scaling. */
static void settle_indexes(struct ddb_table *table)
{
    for (size_t i = 0; i < table->index_count; i++) {
        table->indexes[i].state = (struct ddb_state){0};
        table->indexes[i].fills_micros = 0;
        table->indexes[i].scalings = (struct ddb_scalings){0};
    }
}

static void keep_indexes(struct restoration *r, bool global)
{
    for (size_t i = 0; i < r->source->index_count; i++)
        if (r->source->indexes[i].is_global == global)
            r->table->indexes[r->table->index_count++] = r->source->indexes[i];
}

static struct err settle_units(struct restoration *r)
{
    for (size_t i = 0; i < r->table->index_count; i++) {
        struct ddb_index *index = &r->table->indexes[i];
        if (r->table->on_demand)
            index->read_units = index->write_units = 0;
        else if (index->is_global && index->read_units == 0)
            return fail(r->call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID
                        "ProvisionedThroughput must be specified for index: " SLICE_FMT,
                        SLICE_ARG(index->name));
    }
    return OK;
}

static struct err take_indexes(struct restoration *r)
{
    const struct ddb_overrides *o = r->overrides;
    r->table->indexes = ARENA_ARRAY(r->call->arena, struct ddb_index, r->source->index_count);
    if (o->global_indexes->is_set)
        TRY(take_given_globals(r));
    else
        keep_indexes(r, true);
    if (o->local_indexes->is_set)
        TRY(take_given_locals(r));
    else
        keep_indexes(r, false);
    settle_indexes(r->table);
    ddb_schema_drop_unused(r->table);
    return settle_units(r);
}

static struct key_part *copy_attributes(struct arena *arena, const struct ddb_table *source)
{
    struct key_part *copy = ARENA_ARRAY(arena, struct key_part, source->attribute_count);
    for (size_t i = 0; i < source->attribute_count; i++)
        copy[i] = source->attributes[i];
    return copy;
}

struct err ddb_restore_begin(struct call *call, const struct ddb_table *source,
                             const struct ddb_overrides *overrides, const struct ddb_origin *origin,
                             struct ddb_table *table,
                             struct dynamodb_table_description **description)
{
    struct restoration r = {call, source, overrides, table};
    const struct dynamodb_sse_specification *encryption = overrides->encryption;
    *table = (struct ddb_table){
        .name = overrides->target_name,
        .id = rand_uuid4(call->platform->rand, call->arena),
        .created_micros = call->now_micros,
        .attributes = copy_attributes(call->arena, source),
        .attribute_count = source->attribute_count,
        .keys = source->keys,
        .on_demand = source->on_demand,
        .read_units = source->read_units,
        .write_units = source->write_units,
        .table_class = source->table_class,
        .kms_key_arn = source->kms_key_arn,
        .origin = *origin,
    };
    TRY(check_supported(&r));
    TRY(take_billing(&r));
    TRY(take_indexes(&r));
    TRY(check_target(&r));
    table->on_demand_micros = table->on_demand ? call->now_micros : 0;
    if (encryption)
        TRY(ddb_key_of_specification(call, encryption, &table->kms_key_arn));
    table->state = (struct ddb_state){DDB_CREATING, INT64_MAX}; /* the copy lets it settle */
    TRY(ddb_store_add_table(call, table));
    return ddb_describe(call, table, ddb_table_status(table), description);
}

struct err dynamodb_restore_table_from_backup(
    struct call *call, const struct dynamodb_restore_table_from_backup_input *in,
    struct dynamodb_restore_table_from_backup_output *out)
{
    const struct ddb_overrides overrides = {
        .target_name = in->target_table_name,
        .billing_mode = in->billing_mode_override,
        .throughput = in->provisioned_throughput_override,
        .global_indexes = &in->global_secondary_index_override,
        .local_indexes = &in->local_secondary_index_override,
        .encryption = in->sse_specification_override,
        .on_demand_throughput = in->on_demand_throughput_override,
        .has_vector_indexes = in->vector_index_override.is_set,
    };
    struct ddb_backup backup;
    struct ddb_table table;
    TRY(ddb_backup_require(call, in->backup_arn, &backup));
    TRY(ddb_backup_check_idle(call, &backup, true));
    const struct ddb_origin origin = {ddb_backup_arn(call, &backup),
                                      ddb_table_arn(call, backup.table.name),
                                      backup.created_micros};
    TRY(ddb_restore_begin(call, &backup.table, &overrides, &origin, &table,
                          &out->table_description));
    struct ddb_copy copy = {.target = table.number, .source = backup.number};
    return ddb_copy_now(call, &copy);
}
