/* UpdateTimeToLive and DescribeTimeToLive; item/expiry.h removes what has expired. */
#include "emulator/services/dynamodb/item/expiry.h"
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/store/expiry_store.h"
#include "emulator/services/dynamodb/table/table_state.h"

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
    TRY(ddb_require_settled_table(call, in->table_name, &table));
    TRY(check_ttl_change(call, &table, wanted));
    table.ttl_attribute = wanted->enabled.value ? wanted->attribute_name : SLICE_NONE;
    out->time_to_live_specification = in->time_to_live_specification;
    TRY(wanted->enabled.value ? ddb_expiry_begin(call, &table)
                              : ddb_store_remove_expiries(call, &table));
    TRY(ddb_replicas_take_settings(call, &table));
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
