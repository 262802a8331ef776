/* A backup as DescribeBackup shows it: itself, its table as it was, and that table's features. */
#include "emulator/services/dynamodb/backup/backup.h"
#include "emulator/services/dynamodb/table/table_describe.h"

struct dynamodb_backup_details *ddb_backup_details(struct call *call,
                                                   const struct ddb_backup *backup,
                                                   struct slice status)
{
    struct dynamodb_backup_details *out = ARENA_NEW(call->arena, struct dynamodb_backup_details);
    *out = (struct dynamodb_backup_details){
        .backup_arn = ddb_backup_arn(call, backup),
        .backup_name = backup->name,
        .backup_size_bytes = SET_I64(backup->bytes),
        .backup_status = status,
        .backup_type = backup->type,
        .backup_creation_date_time = SET_TIME(backup->created_micros),
    };
    if (backup->expires_micros)
        out->backup_expiry_date_time = SET_TIME(backup->expires_micros);
    return out;
}

static struct dynamodb_source_table_details *describe_table(struct call *call,
                                                            const struct ddb_backup *backup)
{
    const struct ddb_table *table = &backup->table;
    struct dynamodb_source_table_details *out =
        ARENA_NEW(call->arena, struct dynamodb_source_table_details);
    *out = (struct dynamodb_source_table_details){
        .table_name = table->name,
        .table_id = table->id,
        .table_arn = ddb_table_arn(call, table->name),
        .table_size_bytes = SET_I64(backup->bytes),
        .key_schema = ddb_describe_keys(call->arena, &table->keys),
        .table_creation_date_time = SET_TIME(table->created_micros),
        .provisioned_throughput =
            ddb_describe_units(call->arena, table->read_units, table->write_units),
        .item_count = SET_I64(backup->items),
        .billing_mode = table->on_demand ? DYNAMODB_BILLING_MODE_PAY_PER_REQUEST
                                         : DYNAMODB_BILLING_MODE_PROVISIONED,
    };
    return out;
}

static void describe_indexes(struct arena *arena, const struct ddb_table *table,
                             struct dynamodb_source_table_feature_details *out)
{
    struct dynamodb_local_secondary_indexes *local = &out->local_secondary_indexes;
    struct dynamodb_global_secondary_indexes *global = &out->global_secondary_indexes;
    local->items =
        ARENA_ARRAY(arena, struct dynamodb_local_secondary_index_info, table->index_count);
    global->items =
        ARENA_ARRAY(arena, struct dynamodb_global_secondary_index_info, table->index_count);
    for (size_t i = 0; i < table->index_count; i++) {
        const struct ddb_index *index = &table->indexes[i];
        struct dynamodb_key_schema keys = ddb_describe_keys(arena, &index->keys);
        struct dynamodb_projection *projection = ddb_describe_projection(arena, index);
        if (index->is_global)
            global->items[global->count++] = (struct dynamodb_global_secondary_index_info){
                .index_name = index->name,
                .key_schema = keys,
                .projection = projection,
                .provisioned_throughput =
                    ddb_describe_units(arena, index->read_units, index->write_units)};
        else
            local->items[local->count++] = (struct dynamodb_local_secondary_index_info){
                .index_name = index->name, .key_schema = keys, .projection = projection};
    }
    local->is_set = local->count > 0;
    global->is_set = global->count > 0;
}

static struct dynamodb_source_table_feature_details *describe_features(
    struct arena *arena, const struct ddb_table *table)
{
    struct dynamodb_source_table_feature_details *out =
        ARENA_NEW(arena, struct dynamodb_source_table_feature_details);
    describe_indexes(arena, table, out);
    out->sse_description = ddb_describe_encryption(arena, table);
    if (table->stream.number) {
        out->stream_description = ARENA_NEW(arena, struct dynamodb_stream_specification);
        out->stream_description->stream_enabled = SET_BOOL(true);
        out->stream_description->stream_view_type = table->stream.view;
    }
    if (slice_is_set(table->ttl_attribute)) {
        out->time_to_live_description = ARENA_NEW(arena, struct dynamodb_time_to_live_description);
        out->time_to_live_description->time_to_live_status = DYNAMODB_TIME_TO_LIVE_STATUS_ENABLED;
        out->time_to_live_description->attribute_name = table->ttl_attribute;
    }
    return out;
}

struct dynamodb_backup_description *ddb_backup_describe(struct call *call,
                                                        const struct ddb_backup *backup,
                                                        struct slice status)
{
    struct dynamodb_backup_description *out =
        ARENA_NEW(call->arena, struct dynamodb_backup_description);
    out->backup_details = ddb_backup_details(call, backup, status);
    out->source_table_details = describe_table(call, backup);
    out->source_table_feature_details = describe_features(call->arena, &backup->table);
    return out;
}
