/* Tables: DescribeTable, DeleteTable, ListTables, and their time to live. */
#include "emulator/services/dynamodb/backup/recovery.h"
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_describe.h"

enum { list_max = 100 };

struct err dynamodb_describe_table(struct call *call,
                                   const struct dynamodb_describe_table_input *in,
                                   struct dynamodb_describe_table_output *out)
{
    struct ddb_table table;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    struct slice status =
        table.is_restoring ? DYNAMODB_TABLE_STATUS_CREATING : DYNAMODB_TABLE_STATUS_ACTIVE;
    return ddb_describe(call, &table, status, &out->table);
}

struct err dynamodb_delete_table(struct call *call, const struct dynamodb_delete_table_input *in,
                                 struct dynamodb_delete_table_output *out)
{
    struct ddb_table table;
    TRY(ddb_require_idle(call, in->table_name, &table));
    if (table.is_protected)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Resource cannot be deleted as it is currently protected against deletion. "
                    "Disable deletion protection first.");
    TRY(ddb_describe(call, &table, DYNAMODB_TABLE_STATUS_DELETING, &out->table_description));
    TRY(ddb_stream_close(call, &table));
    TRY(ddb_recovery_keep_deleted(call, &table));
    return ddb_store_remove_table(call, &table);
}

struct err dynamodb_list_tables(struct call *call, const struct dynamodb_list_tables_input *in,
                                struct dynamodb_list_tables_output *out)
{
    int64_t limit = in->limit.is_set ? in->limit.value : list_max;
    struct slice after = in->exclusive_start_table_name;
    struct slice *names = ARENA_ARRAY(call->arena, struct slice, (size_t)limit + 1);
    size_t count;
    TRY(ddb_store_list_tables(call, slice_is_set(after) ? after : SLICE(""), limit + 1, names,
                              &count));
    bool more = count > (size_t)limit;
    out->table_names.items = names;
    out->table_names.count = count - more;
    out->table_names.is_set = true;
    if (more)
        out->last_evaluated_table_name = names[limit - 1];
    return OK;
}

static struct err check_ttl_change(struct call *call, const struct ddb_table *table,
                                   const struct dynamodb_time_to_live_specification *wanted)
{
    bool is_on = slice_is_set(table->ttl_attribute);
    bool same = is_on && slice_eq(table->ttl_attribute, wanted->attribute_name);
    if (!is_on && !wanted->enabled.value)
        return fail(call, &DDB_VALIDATION_EXCEPTION, "TimeToLive is already disabled");
    if (is_on && !same)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "TimeToLive is active on a different AttributeName: current AttributeName "
                    "is " SLICE_FMT,
                    SLICE_ARG(table->ttl_attribute));
    if (same && wanted->enabled.value)
        return fail(call, &DDB_VALIDATION_EXCEPTION, "TimeToLive is already enabled");
    return OK;
}

struct err dynamodb_update_time_to_live(struct call *call,
                                        const struct dynamodb_update_time_to_live_input *in,
                                        struct dynamodb_update_time_to_live_output *out)
{
    struct ddb_table table;
    const struct dynamodb_time_to_live_specification *wanted = in->time_to_live_specification;
    TRY(ddb_require_idle(call, in->table_name, &table));
    TRY(check_ttl_change(call, &table, wanted));
    table.ttl_attribute = wanted->enabled.value ? wanted->attribute_name : SLICE_NONE;
    out->time_to_live_specification = in->time_to_live_specification;
    return ddb_store_update_table(call, &table);
}

struct err dynamodb_describe_time_to_live(struct call *call,
                                          const struct dynamodb_describe_time_to_live_input *in,
                                          struct dynamodb_describe_time_to_live_output *out)
{
    struct ddb_table table;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    bool is_on = slice_is_set(table.ttl_attribute);
    out->time_to_live_description =
        ARENA_NEW(call->arena, struct dynamodb_time_to_live_description);
    out->time_to_live_description->time_to_live_status =
        is_on ? DYNAMODB_TIME_TO_LIVE_STATUS_ENABLED : DYNAMODB_TIME_TO_LIVE_STATUS_DISABLED;
    out->time_to_live_description->attribute_name = table.ttl_attribute;
    return OK;
}
