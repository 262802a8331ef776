/* DescribeLimits and DescribeEndpoints. */
#include "emulator/services/dynamodb_api.h"

/* An account's first quotas ("Service, account, and table quotas", developer guide). */
enum { account_units_max = 80000, table_units_max = 40000, endpoint_minutes = 1440 };

struct err dynamodb_describe_limits(struct call *call,
                                    const struct dynamodb_describe_limits_input *in,
                                    struct dynamodb_describe_limits_output *out)
{
    (void)call;
    (void)in;
    *out = (struct dynamodb_describe_limits_output){
        .account_max_read_capacity_units = SET_I64(account_units_max),
        .account_max_write_capacity_units = SET_I64(account_units_max),
        .table_max_read_capacity_units = SET_I64(table_units_max),
        .table_max_write_capacity_units = SET_I64(table_units_max),
    };
    return OK;
}

struct err dynamodb_describe_endpoints(struct call *call,
                                       const struct dynamodb_describe_endpoints_request *in,
                                       struct dynamodb_describe_endpoints_response *out)
{
    (void)in;
    struct dynamodb_endpoint *endpoint = ARENA_NEW(call->arena, struct dynamodb_endpoint);
    endpoint->address =
        arena_printf(call->arena, "dynamodb." SLICE_FMT ".amazonaws.com", SLICE_ARG(call->region));
    endpoint->cache_period_in_minutes = SET_I64(endpoint_minutes);
    out->endpoints = (struct dynamodb_endpoints){endpoint, 1, true};
    return OK;
}
