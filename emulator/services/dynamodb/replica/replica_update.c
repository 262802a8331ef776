/* ReplicaUpdates of UpdateTable: global tables of version 2019.11.21. */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/replica/scaling_settings.h"
#include "emulator/services/dynamodb/store/replica_store.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_end.h"
#include "emulator/services/dynamodb/table/table_key.h"
#include "emulator/services/dynamodb/table/table_state.h"

#define WERE_INVALID "One or more parameter values were invalid: "

static struct slice region_of(const struct dynamodb_replication_group_update *update)
{
    return update->create   ? update->create->region_name
           : update->update ? update->update->region_name
                            : update->delete->region_name;
}

static bool is_region(struct slice name)
{
    bool valid = name.len > 0 && name.len <= 32;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        valid = valid && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }
    return valid && slice_contains(name, SLICE("-"));
}

static struct err refuse_parameter(struct call *call, const char *name)
{
    return fail(call, &FAULT_NOT_IMPLEMENTED,
                "Florin does not implement %s of ReplicaUpdates yet: leave it out", name);
}

static struct err check_form(struct call *call,
                             const struct dynamodb_replication_group_update *update)
{
    if (update->disassociate)
        return refuse_parameter(call, "Disassociate");
    if ((update->create != NULL) + (update->update != NULL) + (update->delete != NULL) != 1)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Exactly one of Create, Update and Delete must be specified in "
                                 "each ReplicationGroupUpdate");
    if (slice_eq(region_of(update), call->region))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Cannot add, delete, or update the local region through ReplicaUpdates. Use "
                    "CreateTable, DeleteTable, or UpdateTable as required.");
    if (!is_region(region_of(update)))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "RegionName is not the name of a region: " SLICE_FMT,
                    SLICE_ARG(region_of(update)));
    return OK;
}

static struct err check_read_override(struct call *call, const struct ddb_table *table,
                                      const struct dynamodb_provisioned_throughput_override *given)
{
    if (given && table->on_demand)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProvisionedThroughputOverride should not be specified when "
                                 "BillingMode is PAY_PER_REQUEST");
    return OK;
}

static struct err check_create(struct call *call, const struct ddb_table *table,
                               const struct dynamodb_create_replication_group_member_action *given)
{
    struct ddb_replica replica;
    bool found;
    if (given->on_demand_throughput_override)
        return refuse_parameter(call, "OnDemandThroughputOverride");
    if (given->global_secondary_indexes.is_set)
        return refuse_parameter(call, "GlobalSecondaryIndexes");
    if (!table->on_demand)
        TRY(ddb_scaling_check_writes(call, table));
    TRY(check_read_override(call, table, given->provisioned_throughput_override));
    TRY(ddb_replica_find(call, table->name, given->region_name, &replica, &found));
    if (found) /* AWS's words */
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Failed to create a the new replica of table with name: '" SLICE_FMT
                    "' because one or more replicas already existed as tables.",
                    SLICE_ARG(table->name));
    if (table->stream.number != 0 &&
        !slice_eq(table->stream.view, DYNAMODB_STREAM_VIEW_TYPE_NEW_AND_OLD_IMAGES))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "The stream of a Global Table replica must have the view type "
                                 "NEW_AND_OLD_IMAGES");
    return OK;
}

static struct err check_member(struct call *call, const struct ddb_table *table,
                               const struct dynamodb_replication_group_update *update)
{
    if (!ddb_has_replica(table, region_of(update)))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Update global table operation failed because one or more replicas were not "
                    "part of the global table.");
    if (!update->update)
        return OK;
    if (update->update->on_demand_throughput_override)
        return refuse_parameter(call, "OnDemandThroughputOverride");
    if (update->update->global_secondary_indexes.is_set)
        return refuse_parameter(call, "GlobalSecondaryIndexes");
    return check_read_override(call, table, update->update->provisioned_throughput_override);
}

static struct err check_unique(struct call *call,
                               const struct dynamodb_replication_group_update_list *updates,
                               size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (slice_eq(region_of(&updates->items[i]), region_of(&updates->items[at])))
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID "Only one replica update per region is allowed: " SLICE_FMT,
                        SLICE_ARG(region_of(&updates->items[at])));
    return OK;
}

/* What holds as long as a table has replicas. */
static struct err check_kept(struct call *call, const struct ddb_table *table,
                             const struct dynamodb_update_table_input *in)
{
    if (table->replica_count == 0)
        return OK;
    if (in->stream_specification && !in->stream_specification->stream_enabled.value)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Disabling Stream is not allowed for a Global Table replica.");
    if (slice_eq(in->billing_mode, DYNAMODB_BILLING_MODE_PROVISIONED) && table->on_demand &&
        slice_eq(table->global_version, DDB_GLOBAL_2019))
        return ddb_scaling_check_writes(call, table);
    return OK;
}

struct err ddb_replicas_check(struct call *call, const struct ddb_table *table,
                              const struct dynamodb_update_table_input *in)
{
    const struct dynamodb_replication_group_update_list *updates = &in->replica_updates;
    TRY(check_kept(call, table, in));
    if (updates->count > 0 && table->replica_count > 0 &&
        !slice_eq(table->global_version, DDB_GLOBAL_2019))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ReplicaUpdates are for global tables of version 2019.11.21; this "
                                 "one has version " SLICE_FMT ": use UpdateGlobalTable",
                    SLICE_ARG(table->global_version));
    for (size_t i = 0; i < updates->count; i++) {
        const struct dynamodb_replication_group_update *update = &updates->items[i];
        TRY(check_form(call, update));
        TRY(check_unique(call, updates, i));
        TRY(update->create ? check_create(call, table, update->create)
                           : check_member(call, table, update));
    }
    return OK;
}

/* The key in the replica's region; without an id, the one that AWS keeps there for DynamoDB. */
static struct err take_key(struct call *call, struct ddb_replica *replica, struct slice id)
{
    const struct dynamodb_sse_specification encryption = {
        .enabled = SET_BOOL(true), .sse_type = DYNAMODB_SSE_TYPE_KMS, .kms_master_key_id = id};
    struct err e =
        ddb_key_of_specification(&replica->call, &encryption, &replica->table.kms_key_arn);
    ddb_replica_done(call, replica);
    return e;
}

static void take_read_override(struct ddb_table *table,
                               const struct dynamodb_provisioned_throughput_override *given)
{
    if (given->read_capacity_units.is_set)
        table->read_units = table->read_override = given->read_capacity_units.value;
}

/* The same keys, indexes and settings in a table of its own, which has no replicas yet. */
static void copy_form(struct ddb_replica *replica, const struct ddb_table *table,
                      const struct dynamodb_create_replication_group_member_action *given)
{
    struct ddb_table *copy = &replica->table;
    *copy = *table;
    copy->id = rand_uuid4(replica->call.platform->rand, replica->call.arena);
    copy->created_micros = replica->call.now_micros;
    copy->table_class = given->table_class_override;
    copy->is_protected = false;
    copy->read_override = 0;
    if (given->provisioned_throughput_override)
        take_read_override(copy, given->provisioned_throughput_override);
    copy->kms_key_arn = SLICE_NONE;
    copy->stream = (struct ddb_table_stream){0};
    copy->origin = (struct ddb_origin){0};
    copy->destination_count = copy->tag_count = copy->replica_count = copy->leaving_count = 0;
    copy->history_micros = copy->recovery_days = copy->class_micros = 0;
    ddb_table_begin(&replica->call, copy, DDB_CREATING);
}

static struct err create(struct call *call, struct ddb_table *table,
                         const struct dynamodb_create_replication_group_member_action *given)
{
    struct ddb_replica replica = {.call = *call};
    replica.call.region = given->region_name;
    copy_form(&replica, table, given);
    if (slice_is_set(table->kms_key_arn) || slice_is_set(given->kms_master_key_id))
        TRY(take_key(call, &replica, given->kms_master_key_id));
    if (table->stream.number == 0)
        TRY(ddb_stream_open(call, table, DYNAMODB_STREAM_VIEW_TYPE_NEW_AND_OLD_IMAGES));
    TRY(ddb_stream_open(&replica.call, &replica.table,
                        DYNAMODB_STREAM_VIEW_TYPE_NEW_AND_OLD_IMAGES));
    TRY(ddb_store_add_table(&replica.call, &replica.table));
    TRY(ddb_store_copy_table(&replica.call, table, &replica.table));
    return ddb_replica_join(call, table, given->region_name, DDB_GLOBAL_2019);
}

static struct err update(struct call *call, const struct ddb_table *table,
                         const struct dynamodb_update_replication_group_member_action *given)
{
    struct ddb_replica replica;
    bool found;
    TRY(ddb_replica_find(call, table->name, given->region_name, &replica, &found));
    if (!found)
        return ERR(&DDB_DAMAGED);
    if (slice_is_set(given->kms_master_key_id))
        TRY(take_key(call, &replica, given->kms_master_key_id));
    if (slice_is_set(given->table_class_override))
        replica.table.table_class = given->table_class_override;
    if (given->provisioned_throughput_override)
        take_read_override(&replica.table, given->provisioned_throughput_override);
    return ddb_store_update_table(&replica.call, &replica.table);
}

static struct err remove_replica(struct call *call, struct ddb_table *table, struct slice region)
{
    struct ddb_replica replica;
    bool found;
    TRY(ddb_replica_find(call, table->name, region, &replica, &found));
    if (!found)
        return ERR(&DDB_DAMAGED);
    struct err e = ddb_table_end(&replica.call, &replica.table);
    ddb_replica_done(call, &replica);
    TRY(e);
    ddb_replica_forget(call->arena, table, region);
    return OK;
}

static struct err make(struct call *call, struct ddb_table *table,
                       const struct dynamodb_replication_group_update *given)
{
    if (given->create)
        return create(call, table, given->create);
    return given->update ? update(call, table, given->update)
                         : remove_replica(call, table, given->delete->region_name);
}

static struct slice status_of(const struct dynamodb_replication_group_update *update)
{
    return update->create   ? DYNAMODB_REPLICA_STATUS_CREATING
           : update->update ? DYNAMODB_REPLICA_STATUS_UPDATING
                            : DYNAMODB_REPLICA_STATUS_DELETING;
}

struct err ddb_replicas_update(struct call *call, struct ddb_table *table,
                               const struct dynamodb_replication_group_update_list *updates)
{
    for (size_t i = 0; i < updates->count; i++)
        TRY(make(call, table, &updates->items[i]));
    return OK;
}

static struct dynamodb_replica_description *find(struct dynamodb_replica_description_list *replicas,
                                                 struct slice region)
{
    for (size_t i = 0; i < replicas->count; i++)
        if (slice_eq(replicas->items[i].region_name, region))
            return &replicas->items[i];
    replicas->items[replicas->count].region_name = region;
    replicas->is_set = true;
    return &replicas->items[replicas->count++];
}

void ddb_replicas_show(struct call *call,
                       const struct dynamodb_replication_group_update_list *updates,
                       struct dynamodb_table_description *description)
{
    struct dynamodb_replica_description_list all = description->replicas;
    all.items =
        ARENA_ARRAY(call->arena, struct dynamodb_replica_description, all.count + updates->count);
    for (size_t i = 0; i < all.count; i++)
        all.items[i] = description->replicas.items[i];
    for (size_t i = 0; i < updates->count; i++)
        find(&all, region_of(&updates->items[i]))->replica_status = status_of(&updates->items[i]);
    description->replicas = all;
}
