/* Table descriptions. */
#include "emulator/services/dynamodb/table/table_describe.h"

#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_throughput.h"

struct dynamodb_key_schema ddb_describe_keys(struct arena *arena, const struct key_schema *keys)
{
    struct dynamodb_key_schema out = {
        ARENA_ARRAY(arena, struct dynamodb_key_schema_element, keys->count), keys->count, true};
    for (unsigned i = 0; i < keys->count; i++) {
        out.items[i].attribute_name = keys->parts[i].name;
        out.items[i].key_type =
            i < keys->hash_count ? DYNAMODB_KEY_TYPE_HASH : DYNAMODB_KEY_TYPE_RANGE;
    }
    return out;
}

static struct dynamodb_attribute_definitions describe_attributes(struct arena *arena,
                                                                 const struct ddb_table *table)
{
    struct dynamodb_attribute_definitions out = {
        ARENA_ARRAY(arena, struct dynamodb_attribute_definition, table->attribute_count),
        table->attribute_count, true};
    for (size_t i = 0; i < table->attribute_count; i++) {
        out.items[i].attribute_name = table->attributes[i].name;
        out.items[i].attribute_type = attr_type_name(table->attributes[i].type);
    }
    return out;
}

struct dynamodb_projection *ddb_describe_projection(struct arena *arena,
                                                    const struct ddb_index *index)
{
    struct dynamodb_projection *out = ARENA_NEW(arena, struct dynamodb_projection);
    out->projection_type = projection_type_name(index->projection);
    if (index->projection == PROJECT_INCLUDE) {
        out->non_key_attributes.items = index->included;
        out->non_key_attributes.count = index->included_count;
        out->non_key_attributes.is_set = true;
    }
    return out;
}

static struct slice index_arn(struct call *call, const struct ddb_table *table,
                              const struct ddb_index *index)
{
    return arena_printf(call->arena, SLICE_FMT "/index/" SLICE_FMT,
                        SLICE_ARG(ddb_table_arn(call, table->name)), SLICE_ARG(index->name));
}

static struct err describe_local(struct call *call, const struct ddb_table *table,
                                 const struct ddb_index *index,
                                 struct dynamodb_local_secondary_index_description *out)
{
    int64_t items;
    int64_t bytes;
    TRY(ddb_store_find_size(call, table, index, &items, &bytes));
    *out = (struct dynamodb_local_secondary_index_description){
        .index_name = index->name,
        .key_schema = ddb_describe_keys(call->arena, &index->keys),
        .projection = ddb_describe_projection(call->arena, index),
        .index_size_bytes = SET_I64(bytes),
        .item_count = SET_I64(items),
        .index_arn = index_arn(call, table, index),
    };
    return OK;
}

static struct dynamodb_global_secondary_index_warm_throughput_description *describe_index_warm(
    struct call *call, const struct ddb_throughput *throughput, struct slice status)
{
    struct dynamodb_global_secondary_index_warm_throughput_description *out =
        ARENA_NEW(call->arena, struct dynamodb_global_secondary_index_warm_throughput_description);
    out->read_units_per_second = SET_I64(ddb_throughput_warm_reads(throughput));
    out->write_units_per_second = SET_I64(ddb_throughput_warm_writes(throughput));
    out->status = status;
    return out;
}

static struct err describe_global(struct call *call, const struct ddb_table *table,
                                  const struct ddb_index *index, struct slice status,
                                  struct dynamodb_global_secondary_index_description *out)
{
    int64_t items;
    int64_t bytes;
    struct ddb_index copy = *index;
    const struct ddb_throughput throughput = ddb_throughput_of_index(call, table, &copy);
    TRY(ddb_store_find_size(call, table, index, &items, &bytes));
    *out = (struct dynamodb_global_secondary_index_description){
        .index_name = index->name,
        .key_schema = ddb_describe_keys(call->arena, &index->keys),
        .projection = ddb_describe_projection(call->arena, index),
        .index_status = status,
        .provisioned_throughput = ddb_throughput_describe_units(call, &throughput),
        .on_demand_throughput = ddb_throughput_describe_maximum(call, &throughput),
        .warm_throughput = describe_index_warm(call, &throughput, status),
        .index_size_bytes = SET_I64(bytes),
        .item_count = SET_I64(items),
        .index_arn = index_arn(call, table, index),
    };
    if (index->state.status == DDB_CREATING)
        out->backfilling = SET_BOOL(index->fills_micros <= call->now_micros &&
                                    index->state.settles_micros > call->now_micros);
    return OK;
}

/* Indexes come and go with their table; otherwise each stands by itself. */
static struct slice index_status(const struct ddb_index *index, struct slice table_status)
{
    bool with_table = slice_eq(table_status, DYNAMODB_TABLE_STATUS_CREATING) ||
                      slice_eq(table_status, DYNAMODB_TABLE_STATUS_DELETING);
    return with_table ? table_status : ddb_status_name(index->state.status);
}

static struct err add_global(struct call *call, const struct ddb_table *table,
                             const struct ddb_index *index, struct slice table_status,
                             struct dynamodb_table_description *out)
{
    struct dynamodb_global_secondary_index_description_list *list = &out->global_secondary_indexes;
    return describe_global(call, table, index, index_status(index, table_status),
                           &list->items[list->count++]);
}

static struct err describe_indexes(struct call *call, const struct ddb_table *table,
                                   struct slice status, struct dynamodb_table_description *out)
{
    out->local_secondary_indexes.items = ARENA_ARRAY(
        call->arena, struct dynamodb_local_secondary_index_description, table->index_count);
    out->global_secondary_indexes.items =
        ARENA_ARRAY(call->arena, struct dynamodb_global_secondary_index_description,
                    table->index_count + table->leaving_count);
    for (size_t i = 0; i < table->index_count; i++) {
        const struct ddb_index *index = &table->indexes[i];
        if (index->is_global)
            TRY(add_global(call, table, index, status, out));
        else
            TRY(describe_local(
                call, table, index,
                &out->local_secondary_indexes.items[out->local_secondary_indexes.count++]));
    }
    for (size_t i = 0; i < table->leaving_count; i++)
        TRY(add_global(call, table, &table->leaving[i], status, out));
    out->local_secondary_indexes.is_set = out->local_secondary_indexes.count > 0;
    out->global_secondary_indexes.is_set = out->global_secondary_indexes.count > 0;
    return OK;
}

struct dynamodb_sse_description *ddb_describe_encryption(struct arena *arena,
                                                         const struct ddb_table *table)
{
    if (!slice_is_set(table->kms_key_arn))
        return NULL;
    struct dynamodb_sse_description *out = ARENA_NEW(arena, struct dynamodb_sse_description);
    out->status = DYNAMODB_SSE_STATUS_ENABLED;
    out->sse_type = DYNAMODB_SSE_TYPE_KMS;
    out->kms_master_key_arn = table->kms_key_arn;
    return out;
}

static void describe_settings(struct call *call, const struct ddb_table *table,
                              struct dynamodb_table_description *out)
{
    struct arena *arena = call->arena;
    out->deletion_protection_enabled = SET_BOOL(table->is_protected);
    if (table->on_demand || table->on_demand_micros > 0) {
        out->billing_mode_summary = ARENA_NEW(arena, struct dynamodb_billing_mode_summary);
        out->billing_mode_summary->billing_mode = table->on_demand
                                                      ? DYNAMODB_BILLING_MODE_PAY_PER_REQUEST
                                                      : DYNAMODB_BILLING_MODE_PROVISIONED;
        out->billing_mode_summary->last_update_to_pay_per_request_date_time =
            SET_TIME(table->on_demand_micros > 0 ? table->on_demand_micros : table->created_micros);
    }
    if (slice_is_set(table->table_class)) {
        out->table_class_summary = ARENA_NEW(arena, struct dynamodb_table_class_summary);
        out->table_class_summary->table_class = table->table_class;
        if (table->class_micros > 0)
            out->table_class_summary->last_update_date_time = SET_TIME(table->class_micros);
    }
    out->sse_description = ddb_describe_encryption(arena, table);
}

static struct dynamodb_restore_summary *describe_origin(struct arena *arena,
                                                        const struct ddb_origin *origin,
                                                        bool in_progress)
{
    if (!origin->moment_micros)
        return NULL;
    struct dynamodb_restore_summary *out = ARENA_NEW(arena, struct dynamodb_restore_summary);
    *out = (struct dynamodb_restore_summary){
        .source_backup_arn = origin->backup_arn,
        .source_table_arn = origin->table_arn,
        .restore_date_time = SET_TIME(origin->moment_micros),
        .restore_in_progress = SET_BOOL(in_progress),
    };
    return out;
}

static void describe_stream(struct call *call, const struct ddb_table *table,
                            struct dynamodb_table_description *out)
{
    if (table->stream.number == 0)
        return;
    out->stream_specification = ARENA_NEW(call->arena, struct dynamodb_stream_specification);
    out->stream_specification->stream_enabled = SET_BOOL(true);
    out->stream_specification->stream_view_type = table->stream.view;
    out->latest_stream_label = table->stream.label;
    out->latest_stream_arn = ddb_stream_arn(call, table->name, table->stream.label);
}

static void describe_throughput(struct call *call, const struct ddb_table *table,
                                struct slice status, struct dynamodb_table_description *out)
{
    struct ddb_table copy = *table;
    const struct ddb_throughput throughput = ddb_throughput_of_table(&copy);
    out->provisioned_throughput = ddb_throughput_describe_units(call, &throughput);
    out->on_demand_throughput = ddb_throughput_describe_maximum(call, &throughput);
    out->warm_throughput =
        ARENA_NEW(call->arena, struct dynamodb_table_warm_throughput_description);
    out->warm_throughput->read_units_per_second = SET_I64(ddb_throughput_warm_reads(&throughput));
    out->warm_throughput->write_units_per_second = SET_I64(ddb_throughput_warm_writes(&throughput));
    out->warm_throughput->status = status;
}

struct err ddb_describe(struct call *call, const struct ddb_table *table, struct slice status,
                        struct dynamodb_table_description **description)
{
    struct dynamodb_table_description *out =
        ARENA_NEW(call->arena, struct dynamodb_table_description);
    int64_t items;
    int64_t bytes;
    TRY(ddb_store_find_size(call, table, NULL, &items, &bytes));
    *out = (struct dynamodb_table_description){
        .attribute_definitions = describe_attributes(call->arena, table),
        .table_name = table->name,
        .key_schema = ddb_describe_keys(call->arena, &table->keys),
        .table_status = status,
        .creation_date_time = SET_TIME(table->created_micros),
        .table_size_bytes = SET_I64(bytes),
        .item_count = SET_I64(items),
        .table_arn = ddb_table_arn(call, table->name),
        .table_id = table->id,
    };
    TRY(describe_indexes(call, table, status, out));
    describe_throughput(call, table, status, out);
    describe_settings(call, table, out);
    describe_stream(call, table, out);
    TRY(ddb_replicas_describe(call, table, out));
    out->restore_summary = describe_origin(call->arena, &table->origin,
                                           slice_eq(status, DYNAMODB_TABLE_STATUS_CREATING));
    *description = out;
    return OK;
}

struct dynamodb_provisioned_throughput *ddb_describe_units(struct arena *arena, int64_t read_units,
                                                           int64_t write_units)
{
    struct dynamodb_provisioned_throughput *out =
        ARENA_NEW(arena, struct dynamodb_provisioned_throughput);
    out->read_capacity_units = SET_I64(read_units);
    out->write_capacity_units = SET_I64(write_units);
    return out;
}

static struct dynamodb_sse_specification *describe_given_encryption(struct arena *arena,
                                                                    const struct ddb_table *table)
{
    if (!slice_is_set(table->kms_key_arn))
        return NULL;
    struct dynamodb_sse_specification *out = ARENA_NEW(arena, struct dynamodb_sse_specification);
    out->enabled = SET_BOOL(true);
    out->sse_type = DYNAMODB_SSE_TYPE_KMS;
    out->kms_master_key_id = table->kms_key_arn;
    return out;
}

struct dynamodb_table_creation_parameters *ddb_describe_creation(struct arena *arena,
                                                                 const struct ddb_table *table)
{
    struct dynamodb_table_creation_parameters *out =
        ARENA_NEW(arena, struct dynamodb_table_creation_parameters);
    *out = (struct dynamodb_table_creation_parameters){
        .table_name = table->name,
        .attribute_definitions = describe_attributes(arena, table),
        .key_schema = ddb_describe_keys(arena, &table->keys),
        .billing_mode = table->on_demand ? DYNAMODB_BILLING_MODE_PAY_PER_REQUEST
                                         : DYNAMODB_BILLING_MODE_PROVISIONED,
        .provisioned_throughput =
            table->on_demand ? NULL
                             : ddb_describe_units(arena, table->read_units, table->write_units),
        .sse_specification = describe_given_encryption(arena, table),
        .global_secondary_indexes = {ARENA_ARRAY(arena, struct dynamodb_global_secondary_index,
                                     table->index_count),
                                     table->index_count, table->index_count > 0},
    };
    for (size_t i = 0; i < table->index_count; i++) {
        const struct ddb_index *index = &table->indexes[i];
        out->global_secondary_indexes.items[i] = (struct dynamodb_global_secondary_index){
            .index_name = index->name,
            .key_schema = ddb_describe_keys(arena, &index->keys),
            .projection = ddb_describe_projection(arena, index),
            .provisioned_throughput =
                table->on_demand ? NULL
                                 : ddb_describe_units(arena, index->read_units, index->write_units),
        };
    }
    return out;
}
