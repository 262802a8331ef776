/* Query and Scan. */
#include "emulator/services/dynamodb/item/legacy.h"
#include "emulator/services/dynamodb/item/read_page.h"

/* KeyConditions go with a FilterExpression ("KeyConditions (legacy)", developer guide). */
static struct err check_query_unmixed(struct call *call, const struct dynamodb_query_input *in)
{
    bool by_expression = slice_is_set(in->key_condition_expression);
    const struct ddb_parameter legacy[] = {
        {"AttributesToGet",     in->attributes_to_get.is_set              },
        {"QueryFilter",         in->query_filter.is_set                   },
        {"ConditionalOperator", slice_is_set(in->conditional_operator)    },
        {"KeyConditions",       in->key_conditions.is_set && by_expression},
    };
    const struct ddb_parameter expressions[] = {
        {"ProjectionExpression",   slice_is_set(in->projection_expression)},
        {"FilterExpression",       slice_is_set(in->filter_expression)    },
        {"KeyConditionExpression", by_expression                          },
    };
    return ddb_check_unmixed(call, legacy, ARRAY_LEN(legacy), expressions, ARRAY_LEN(expressions));
}

static struct err parse_keys(struct ddb_request *request, const struct dynamodb_query_input *in,
                             struct key_condition *condition)
{
    if (in->key_conditions.is_set)
        return ddb_legacy_keys(request, &in->key_conditions, condition);
    struct expression_input input =
        ddb_request_input(request, "KeyConditionExpression", in->key_condition_expression);
    return ddb_told(request->call, key_condition_parse(&input, condition), &request->refusal);
}

struct err dynamodb_query(struct call *call, const struct dynamodb_query_input *in,
                          struct dynamodb_query_output *out)
{
    const struct ddb_expression expressions[] = {
        {"FilterExpression",       in->filter_expression       },
        {"KeyConditionExpression", in->key_condition_expression},
        {"ProjectionExpression",   in->projection_expression   }
    };
    struct ddb_page_request page = {
        .table_name = in->table_name,
        .index_name = in->index_name,
        .select = in->select,
        .projection_expression = in->projection_expression,
        .filter_expression = in->filter_expression,
        .attributes_to_get = &in->attributes_to_get,
        .legacy_filter = &in->query_filter,
        .conditional_operator = in->conditional_operator,
        .start_key = &in->exclusive_start_key,
        .limit = in->limit.value,
        .consistent = in->consistent_read.value,
        .backwards = in->scan_index_forward.is_set && !in->scan_index_forward.value,
    };
    struct ddb_refusal *refusal = &page.request.refusal;
    struct key_condition condition;
    struct key_range range;
    struct ddb_page result;
    TRY(check_query_unmixed(call, in));
    TRY(ddb_request_begin(&page.request, call, &in->expression_attribute_names,
                          &in->expression_attribute_values, expressions, 3, 2));
    if (!slice_is_set(in->key_condition_expression) && !in->key_conditions.is_set)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Either the KeyConditions or KeyConditionExpression parameter must be "
                    "specified in the request.");
    TRY(ddb_page_parse(&page));
    TRY(parse_keys(&page.request, in, &condition));
    TRY(ddb_request_parsed(&page.request));
    TRY(ddb_page_resolve(&page));
    TRY_TOLD(call, refusal,
             key_condition_range(call->arena, &condition, ddb_page_keys(&page), &range, refusal));
    TRY(ddb_page_check_filter(&page));
    TRY(ddb_page_start(&page, &range,
                       "The provided starting key is outside query boundaries based on provided "
                       "conditions"));
    TRY(ddb_page_read(&page, &range, &result));
    *out = (struct dynamodb_query_output){
        .items = result.items,
        .count = SET_I64(result.count),
        .scanned_count = SET_I64(result.scanned_count),
        .last_evaluated_key = result.last_key,
        .consumed_capacity =
            ddb_consumed(call, in->return_consumed_capacity, &page.table, &result.usage),
    };
    return OK;
}

static struct err check_scan_unmixed(struct call *call, const struct dynamodb_scan_input *in)
{
    const struct ddb_parameter legacy[] = {
        {"AttributesToGet",     in->attributes_to_get.is_set          },
        {"ScanFilter",          in->scan_filter.is_set                },
        {"ConditionalOperator", slice_is_set(in->conditional_operator)},
    };
    const struct ddb_parameter expressions[] = {
        {"ProjectionExpression", slice_is_set(in->projection_expression)},
        {"FilterExpression",     slice_is_set(in->filter_expression)    },
    };
    return ddb_check_unmixed(call, legacy, ARRAY_LEN(legacy), expressions, ARRAY_LEN(expressions));
}

static struct err check_segments(struct call *call, const struct dynamodb_scan_input *in)
{
    if (in->segment.is_set && !in->total_segments.is_set)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The TotalSegments parameter is required but was not present in the request "
                    "when Segment parameter is present");
    if (in->total_segments.is_set && !in->segment.is_set)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The Segment parameter is required but was not present in the request when "
                    "parameter TotalSegments is present");
    if (in->segment.is_set && in->segment.value >= in->total_segments.value)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The Segment parameter is zero-based and must be less than parameter "
                    "TotalSegments: Segment: %lld is not less than TotalSegments: %lld",
                    (long long)in->segment.value, (long long)in->total_segments.value);
    return OK;
}

static struct key_range segment_range(struct call *call, const struct dynamodb_scan_input *in)
{
    struct buf low;
    struct buf high;
    unsigned total = in->total_segments.is_set ? (unsigned)in->total_segments.value : 1;
    buf_init_arena(&low, call->arena, KEY_BYTES_MAX);
    buf_init_arena(&high, call->arena, KEY_BYTES_MAX);
    key_segment((unsigned)in->segment.value, total, &low, &high);
    return (struct key_range){buf_slice(&low), buf_slice(&high)};
}

static const char *outside_segment(struct call *call, const struct dynamodb_scan_input *in)
{
    struct slice words =
        arena_printf(call->arena,
                     "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                     "ExclusiveStartKey with correct Segment. TotalSegments: %lld Segment: %lld",
                     (long long)in->total_segments.value, (long long)in->segment.value);
    return arena_cstr(call->arena, words);
}

struct err dynamodb_scan(struct call *call, const struct dynamodb_scan_input *in,
                         struct dynamodb_scan_output *out)
{
    const struct ddb_expression expressions[] = {
        {"FilterExpression",     in->filter_expression    },
        {"ProjectionExpression", in->projection_expression}
    };
    struct ddb_page_request page = {
        .table_name = in->table_name,
        .index_name = in->index_name,
        .select = in->select,
        .projection_expression = in->projection_expression,
        .filter_expression = in->filter_expression,
        .attributes_to_get = &in->attributes_to_get,
        .legacy_filter = &in->scan_filter,
        .conditional_operator = in->conditional_operator,
        .start_key = &in->exclusive_start_key,
        .limit = in->limit.value,
        .consistent = in->consistent_read.value,
    };
    struct ddb_page result;
    TRY(check_scan_unmixed(call, in));
    TRY(ddb_request_begin(&page.request, call, &in->expression_attribute_names,
                          &in->expression_attribute_values, expressions, 2, 1));
    TRY(check_segments(call, in));
    TRY(ddb_page_parse(&page));
    TRY(ddb_request_parsed(&page.request));
    TRY(ddb_page_resolve(&page));
    struct key_range range = segment_range(call, in);
    TRY(ddb_page_start(&page, &range, outside_segment(call, in)));
    TRY(ddb_page_read(&page, &range, &result));
    *out = (struct dynamodb_scan_output){
        .items = result.items,
        .count = SET_I64(result.count),
        .scanned_count = SET_I64(result.scanned_count),
        .last_evaluated_key = result.last_key,
        .consumed_capacity =
            ddb_consumed(call, in->return_consumed_capacity, &page.table, &result.usage),
    };
    return OK;
}
