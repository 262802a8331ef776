/* Replicas: who they are, and what is done to all. */
#include "emulator/services/dynamodb/replica/replica.h"

#include "emulator/services/dynamodb/item/expiry.h"
#include "emulator/services/dynamodb/item/write.h"
#include "emulator/services/dynamodb/store/expiry_store.h"

const struct slice DDB_GLOBAL_2017 = SLICE_INIT("2017.11.29");
const struct slice DDB_GLOBAL_2019 = SLICE_INIT("2019.11.21");

struct err ddb_replica_find(struct call *call, struct slice name, struct slice region,
                            struct ddb_replica *replica, bool *found)
{
    replica->call = *call;
    replica->call.region = region;
    return ddb_store_find_table(&replica->call, name, &replica->table, found);
}

struct err ddb_replica_open(struct call *call, const struct ddb_table *table, size_t at,
                            struct ddb_replica *replica)
{
    bool found;
    TRY(ddb_replica_find(call, table->name, table->replicas[at], replica, &found));
    return found ? OK : ERR(&DDB_DAMAGED);
}

void ddb_replica_done(struct call *call, const struct ddb_replica *replica)
{
    call->due_micros = replica->call.due_micros;
    call->fault = replica->call.fault;
    call->fault_members = replica->call.fault_members;
    call->fault_message = replica->call.fault_message;
}

static struct err replicate(struct call *call, const struct ddb_stored_change *change,
                            struct slice region)
{
    struct ddb_replica replica = {.call = *call};
    struct ddb_write write;
    bool found;
    replica.call.region = region;
    TRY(ddb_store_use_table(&replica.call, change->table->name, &replica.table, &found));
    if (!found)
        return ERR(&DDB_DAMAGED);
    TRY(ddb_write_begin_at(&write, &replica.call, &replica.table, change->key));
    write.by = CHANGED_BY_REPLICATION;
    TRY(ddb_write_apply(&write, change->item));
    ddb_replica_done(call, &replica);
    return OK;
}

struct err ddb_replicas_follow(struct call *call, const struct ddb_stored_change *change)
{
    if (change->by == CHANGED_BY_REPLICATION)
        return OK;
    for (size_t i = 0; i < change->table->replica_count; i++)
        TRY(replicate(call, change, change->table->replicas[i]));
    return OK;
}

bool ddb_has_replica(const struct ddb_table *table, struct slice region)
{
    for (size_t i = 0; i < table->replica_count; i++)
        if (slice_eq(table->replicas[i], region))
            return true;
    return false;
}

static void add_region(struct arena *arena, struct ddb_table *table, struct slice region,
                       struct slice version)
{
    struct slice *regions = ARENA_ARRAY(arena, struct slice, table->replica_count + 1);
    size_t at = 0;
    for (; at < table->replica_count; at++)
        regions[at] = table->replicas[at];
    regions[at] = region;
    table->replicas = regions;
    table->replica_count++;
    table->global_version = version;
}

void ddb_replica_forget(struct arena *arena, struct ddb_table *table, struct slice region)
{
    struct slice *regions = ARENA_ARRAY(arena, struct slice, table->replica_count);
    size_t kept = 0;
    for (size_t i = 0; i < table->replica_count; i++)
        if (!slice_eq(table->replicas[i], region))
            regions[kept++] = table->replicas[i];
    table->replicas = regions;
    table->replica_count = kept;
    if (kept == 0 && slice_eq(table->global_version, DDB_GLOBAL_2019))
        table->global_version = SLICE_NONE;
}

/* The new one learns of the table and its replicas, and all of them of the new one. */
struct err ddb_replica_join(struct call *call, struct ddb_table *table, struct slice region,
                            struct slice version)
{
    struct ddb_replica joining;
    struct ddb_replica other;
    bool found;
    TRY(ddb_replica_find(call, table->name, region, &joining, &found));
    if (!found)
        return ERR(&DDB_DAMAGED);
    add_region(call->arena, &joining.table, call->region, version);
    for (size_t i = 0; i < table->replica_count; i++) {
        TRY(ddb_replica_open(call, table, i, &other));
        add_region(call->arena, &joining.table, table->replicas[i], version);
        add_region(call->arena, &other.table, region, version);
        TRY(ddb_store_update_table(&other.call, &other.table));
    }
    add_region(call->arena, table, region, version);
    return ddb_store_update_table(&joining.call, &joining.table);
}

struct err ddb_replica_leave(struct call *call, struct ddb_table *table)
{
    for (size_t i = 0; i < table->replica_count; i++) {
        struct ddb_replica other;
        TRY(ddb_replica_open(call, table, i, &other));
        ddb_replica_forget(call->arena, &other.table, call->region);
        TRY(ddb_store_update_table(&other.call, &other.table));
    }
    table->replica_count = 0;
    table->global_version = SLICE_NONE;
    return OK;
}

/* The indexes of the table, each with the scaling of reads that the replica's own has. */
static struct ddb_index *copy_indexes(struct arena *arena, const struct ddb_table *table,
                                      const struct ddb_table *replica)
{
    struct ddb_index *copy = ARENA_ARRAY(arena, struct ddb_index, table->index_count);
    for (size_t i = 0; i < table->index_count; i++) {
        const struct ddb_index *own = ddb_table_find_index(replica, table->indexes[i].name);
        copy[i] = table->indexes[i];
        copy[i].scalings.reads = own ? own->scalings.reads : NULL;
    }
    return copy;
}

/* Index entries of a replica come and go with its definition. */
static struct err follow_indexes(struct ddb_replica *replica, const struct ddb_table *table)
{
    const struct ddb_table old = replica->table;
    replica->table.indexes = copy_indexes(replica->call.arena, table, &old);
    replica->table.index_count = table->index_count;
    replica->table.attributes = table->attributes;
    replica->table.attribute_count = table->attribute_count;
    for (size_t i = 0; i < old.index_count; i++)
        if (!ddb_table_find_index(table, old.indexes[i].name))
            TRY(ddb_store_remove_index(&replica->call, &old, &old.indexes[i]));
    for (size_t i = 0; i < table->index_count; i++)
        if (!ddb_table_find_index(&old, table->indexes[i].name))
            TRY(ddb_write_backfill(&replica->call, &replica->table, &table->indexes[i]));
    return OK;
}

static struct err follow_expiry(struct ddb_replica *replica, const struct ddb_table *table)
{
    if (slice_eq(replica->table.ttl_attribute, table->ttl_attribute))
        return OK;
    replica->table.ttl_attribute = table->ttl_attribute;
    TRY(ddb_store_remove_expiries(&replica->call, &replica->table));
    return slice_is_set(table->ttl_attribute) ? ddb_expiry_begin(&replica->call, &replica->table)
                                              : OK;
}

struct err ddb_replicas_take_settings(struct call *call, const struct ddb_table *table)
{
    if (!slice_eq(table->global_version, DDB_GLOBAL_2019))
        return OK;
    for (size_t i = 0; i < table->replica_count; i++) {
        struct ddb_replica replica;
        TRY(ddb_replica_open(call, table, i, &replica));
        TRY(follow_indexes(&replica, table));
        TRY(follow_expiry(&replica, table));
        replica.table.on_demand = table->on_demand;
        replica.table.on_demand_micros = table->on_demand_micros;
        replica.table.limits = table->limits;
        replica.table.write_units = table->write_units;
        replica.table.read_units =
            replica.table.read_override ? replica.table.read_override : table->read_units;
        TRY(ddb_store_update_table(&replica.call, &replica.table));
        ddb_replica_done(call, &replica);
    }
    return OK;
}

static struct dynamodb_replica_description describe(struct arena *arena,
                                                    const struct ddb_replica *replica)
{
    const struct ddb_table *table = &replica->table;
    struct dynamodb_replica_description out = {
        .region_name = replica->call.region,
        .replica_status = ddb_status_name(table->state.status),
        .kms_master_key_id = table->kms_key_arn,
    };
    if (slice_is_set(table->table_class)) {
        out.replica_table_class_summary = ARENA_NEW(arena, struct dynamodb_table_class_summary);
        out.replica_table_class_summary->table_class = table->table_class;
    }
    if (table->read_override) {
        out.provisioned_throughput_override =
            ARENA_NEW(arena, struct dynamodb_provisioned_throughput_override);
        out.provisioned_throughput_override->read_capacity_units = SET_I64(table->read_override);
    }
    return out;
}

struct err ddb_replicas_describe(struct call *call, const struct ddb_table *table,
                                 struct dynamodb_table_description *out)
{
    if (!slice_is_set(table->global_version))
        return OK;
    out->global_table_version = table->global_version;
    out->replicas = (struct dynamodb_replica_description_list){
        ARENA_ARRAY(call->arena, struct dynamodb_replica_description, table->replica_count),
        table->replica_count, true};
    for (size_t i = 0; i < table->replica_count; i++) {
        struct ddb_replica replica;
        TRY(ddb_replica_open(call, table, i, &replica));
        out->replicas.items[i] = describe(call->arena, &replica);
    }
    return OK;
}
