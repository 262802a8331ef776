/* CreateGlobalTable, UpdateGlobalTable, DescribeGlobalTable, ListGlobalTables. */
#include "emulator/services/dynamodb/replica/global_table.h"

#include "emulator/services/dynamodb/item/request.h"

#define WERE_INVALID "One or more parameter values were invalid: "

enum { list_max = 100 };

struct err ddb_require_global(struct call *call, struct slice name, struct ddb_global *global)
{
    TRY(ddb_store_find_global(call, name, global));
    if (global->count == 0)
        return fail(call, &DYNAMODB_GLOBAL_TABLE_NOT_FOUND_EXCEPTION,
                    "Global table with name: '" SLICE_FMT "' does not exist.", SLICE_ARG(name));
    return OK;
}

static struct err require_table(struct call *call, struct slice name, struct slice region,
                                struct ddb_replica *replica)
{
    bool found;
    TRY(ddb_replica_find(call, name, region, replica, &found));
    if (!found)
        return fail(call, &DYNAMODB_TABLE_NOT_FOUND_EXCEPTION,
                    "Table with name: '" SLICE_FMT "' does not exist in region: '" SLICE_FMT "'.",
                    SLICE_ARG(name), SLICE_ARG(region));
    return OK;
}

static bool has_key(const struct key_schema *keys, const struct key_schema *others)
{
    bool same = keys->count == others->count && keys->hash_count == others->hash_count;
    for (unsigned i = 0; same && i < keys->count; i++)
        same = keys->parts[i].type == others->parts[i].type &&
               slice_eq(keys->parts[i].name, others->parts[i].name);
    return same;
}

static bool has_indexes(const struct ddb_table *table, const struct ddb_table *others)
{
    bool same = table->index_count == others->index_count;
    for (size_t i = 0; same && i < table->index_count; i++) {
        const struct ddb_index *index = &table->indexes[i];
        const struct ddb_index *other = ddb_table_find_index(others, index->name);
        same = other && other->is_global == index->is_global && has_key(&index->keys, &other->keys);
    }
    return same;
}

static struct err refuse(struct call *call, const struct ddb_replica *replica, const char *words)
{
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                WERE_INVALID "The table '" SLICE_FMT "' in region '" SLICE_FMT
                             "' cannot be a replica: %s",
                SLICE_ARG(replica->table.name), SLICE_ARG(replica->call.region), words);
}

/* What AWS asks of a table that becomes a replica; `first` is one that is. */
static struct err check_joining(struct call *call, struct ddb_replica *joining,
                                const struct ddb_table *first)
{
    int64_t items;
    int64_t bytes;
    if (slice_is_set(joining->table.global_version))
        return refuse(call, joining, "it belongs to a global table already");
    if (!slice_eq(joining->table.stream.view, DYNAMODB_STREAM_VIEW_TYPE_NEW_AND_OLD_IMAGES))
        return refuse(call, joining, "it has no stream of the view type NEW_AND_OLD_IMAGES");
    if (!has_key(&joining->table.keys, &first->keys))
        return refuse(call, joining, "its key schema is another");
    if (!has_indexes(&joining->table, first))
        return refuse(call, joining, "its secondary indexes are others");
    TRY(ddb_store_find_size(&joining->call, &joining->table, NULL, &items, &bytes));
    return items > 0 ? refuse(call, joining, "it is not empty") : OK;
}

static struct err describe(struct call *call, struct slice name, struct slice status,
                           struct slice replica_status,
                           struct dynamodb_global_table_description **description)
{
    struct ddb_global global;
    struct ddb_replica first;
    TRY(ddb_require_global(call, name, &global));
    TRY(require_table(call, name, global.regions[0], &first));
    struct dynamodb_replica_description *replicas =
        ARENA_ARRAY(call->arena, struct dynamodb_replica_description, global.count);
    for (size_t i = 0; i < global.count; i++) {
        replicas[i].region_name = global.regions[i];
        replicas[i].replica_status = replica_status;
    }
    *description = ARENA_NEW(call->arena, struct dynamodb_global_table_description);
    **description = (struct dynamodb_global_table_description){
        .replication_group = {replicas, global.count, true},
        .global_table_arn =
            arena_printf(call->arena, "arn:aws:dynamodb::" SLICE_FMT ":global-table/" SLICE_FMT,
                         SLICE_ARG(call->account), SLICE_ARG(name)),
        .creation_date_time = SET_TIME(first.table.global_since_micros),
        .global_table_status = status,
        .global_table_name = name,
    };
    return OK;
}

/* The table of that region becomes a replica beside those that `first` knows, and is stored. */
static struct err join(struct call *call, struct ddb_replica *first, struct slice region)
{
    struct ddb_replica joining;
    TRY(require_table(call, first->table.name, region, &joining));
    TRY(check_joining(call, &joining, &first->table));
    joining.table.global_since_micros = first->table.global_since_micros;
    TRY(ddb_store_update_table(&joining.call, &joining.table));
    return ddb_replica_join(&first->call, &first->table, region, DDB_GLOBAL_2017);
}

static struct err check_new(struct call *call, const struct dynamodb_create_global_table_input *in)
{
    const struct dynamodb_replica_list *group = &in->replication_group;
    struct ddb_global existing;
    TRY(ddb_store_find_global(call, in->global_table_name, &existing));
    if (existing.count > 0)
        return fail(call, &DYNAMODB_GLOBAL_TABLE_ALREADY_EXISTS_EXCEPTION,
                    "Global table with name: '" SLICE_FMT "' already exists.",
                    SLICE_ARG(in->global_table_name));
    if (group->count == 0 || group->count > DDB_REGIONS_MAX)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ReplicationGroup must have 1 to %d replicas", DDB_REGIONS_MAX);
    for (size_t i = 0; i < group->count; i++) {
        if (!slice_is_set(group->items[i].region_name))
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID "RegionName must be specified for each replica");
        for (size_t j = 0; j < i; j++)
            if (slice_eq(group->items[i].region_name, group->items[j].region_name))
                return fail(call, &DDB_VALIDATION_EXCEPTION,
                            WERE_INVALID "Duplicate region in ReplicationGroup: " SLICE_FMT,
                            SLICE_ARG(group->items[i].region_name));
    }
    return OK;
}

struct err dynamodb_create_global_table(struct call *call,
                                        const struct dynamodb_create_global_table_input *in,
                                        struct dynamodb_create_global_table_output *out)
{
    const struct dynamodb_replica_list *group = &in->replication_group;
    struct ddb_replica first;
    TRY(check_new(call, in));
    TRY(require_table(call, in->global_table_name, group->items[0].region_name, &first));
    TRY(check_joining(call, &first, &first.table));
    first.table.global_version = DDB_GLOBAL_2017;
    first.table.global_since_micros = call->now_micros;
    for (size_t i = 1; i < group->count; i++)
        TRY(join(call, &first, group->items[i].region_name));
    TRY(ddb_store_update_table(&first.call, &first.table));
    return describe(call, in->global_table_name, DYNAMODB_GLOBAL_TABLE_STATUS_CREATING,
                    DYNAMODB_REPLICA_STATUS_CREATING, &out->global_table_description);
}

static bool has_region(const struct ddb_global *global, struct slice region)
{
    for (size_t i = 0; i < global->count; i++)
        if (slice_eq(global->regions[i], region))
            return true;
    return false;
}

static struct err create_replica(struct call *call, const struct ddb_global *global,
                                 struct slice region)
{
    struct ddb_replica first;
    if (has_region(global, region))
        return fail(call, &DYNAMODB_REPLICA_ALREADY_EXISTS_EXCEPTION,
                    "The global table '" SLICE_FMT "' has a replica in region '" SLICE_FMT
                    "' already.",
                    SLICE_ARG(global->name), SLICE_ARG(region));
    TRY(require_table(call, global->name, global->regions[0], &first));
    TRY(join(call, &first, region));
    return ddb_store_update_table(&first.call, &first.table);
}

static struct err delete_replica(struct call *call, const struct ddb_global *global,
                                 struct slice region)
{
    struct ddb_replica leaving;
    if (!has_region(global, region))
        return fail(call, &DYNAMODB_REPLICA_NOT_FOUND_EXCEPTION,
                    "The global table '" SLICE_FMT "' has no replica in region '" SLICE_FMT "'.",
                    SLICE_ARG(global->name), SLICE_ARG(region));
    if (global->count == 1)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "The last replica of a global table cannot be removed from it: "
                                 "delete its table");
    TRY(require_table(call, global->name, region, &leaving));
    TRY(ddb_replica_leave(&leaving.call, &leaving.table));
    return ddb_store_update_table(&leaving.call, &leaving.table);
}

static struct err update_replica(struct call *call, struct slice name,
                                 const struct dynamodb_replica_update *given)
{
    struct ddb_global global;
    if ((given->create != NULL) + (given->delete != NULL) != 1)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Exactly one of Create and Delete must be specified in each "
                                 "ReplicaUpdate");
    TRY(ddb_require_global(call, name, &global));
    return given->create ? create_replica(call, &global, given->create->region_name)
                         : delete_replica(call, &global, given->delete->region_name);
}

struct err dynamodb_update_global_table(struct call *call,
                                        const struct dynamodb_update_global_table_input *in,
                                        struct dynamodb_update_global_table_output *out)
{
    struct ddb_global global;
    TRY(ddb_require_global(call, in->global_table_name, &global));
    for (size_t i = 0; i < in->replica_updates.count; i++)
        TRY(update_replica(call, in->global_table_name, &in->replica_updates.items[i]));
    return describe(call, in->global_table_name, DYNAMODB_GLOBAL_TABLE_STATUS_UPDATING,
                    DYNAMODB_REPLICA_STATUS_ACTIVE, &out->global_table_description);
}

struct err dynamodb_describe_global_table(struct call *call,
                                          const struct dynamodb_describe_global_table_input *in,
                                          struct dynamodb_describe_global_table_output *out)
{
    return describe(call, in->global_table_name, DYNAMODB_GLOBAL_TABLE_STATUS_ACTIVE,
                    DYNAMODB_REPLICA_STATUS_ACTIVE, &out->global_table_description);
}

static struct dynamodb_global_table show(struct arena *arena, const struct ddb_global *global)
{
    struct dynamodb_replica *replicas = ARENA_ARRAY(arena, struct dynamodb_replica, global->count);
    for (size_t i = 0; i < global->count; i++)
        replicas[i].region_name = global->regions[i];
    return (struct dynamodb_global_table){
        .global_table_name = global->name,
        .replication_group = {replicas, global->count, true},
    };
}

struct err dynamodb_list_global_tables(struct call *call,
                                       const struct dynamodb_list_global_tables_input *in,
                                       struct dynamodb_list_global_tables_output *out)
{
    int64_t limit = in->limit.is_set && in->limit.value < list_max ? in->limit.value : list_max;
    struct slice after = in->exclusive_start_global_table_name;
    struct ddb_global *globals = ARENA_ARRAY(call->arena, struct ddb_global, (size_t)limit + 1);
    size_t count;
    TRY(ddb_store_list_globals(call, slice_is_set(after) ? after : SLICE(""), in->region_name,
                               limit + 1, globals, &count));
    bool more = count > (size_t)limit;
    out->global_tables = (struct dynamodb_global_table_list){
        ARENA_ARRAY(call->arena, struct dynamodb_global_table, count), count - more, true};
    for (size_t i = 0; i < out->global_tables.count; i++)
        out->global_tables.items[i] = show(call->arena, &globals[i]);
    if (more)
        out->last_evaluated_global_table_name = globals[limit - 1].name;
    return OK;
}
