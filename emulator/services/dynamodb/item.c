/* Items: GetItem, PutItem, UpdateItem, DeleteItem. */
#include "emulator/services/dynamodb/item_bytes.h"
#include "emulator/services/dynamodb/write.h"

static struct err refuse_noted(struct call *call, const struct ddb_item *item)
{
    if (slice_is_set(item->refusal))
        return fail(call, &DDB_VALIDATION_EXCEPTION, SLICE_FMT, SLICE_ARG(item->refusal));
    return OK;
}

static struct err check_key(struct ddb_request *request, const struct ddb_table *table,
                            const struct ddb_item *key)
{
    return ddb_told(request->call, key_check_key(&table->keys, &key->map, &request->refusal),
                    &request->refusal);
}

static struct err check_old_or_none(struct call *call, struct slice return_values)
{
    if (!slice_is_set(return_values) || slice_eq(return_values, DYNAMODB_RETURN_VALUE_NONE) ||
        slice_eq(return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        return OK;
    return fail(call, &DDB_VALIDATION_EXCEPTION, "Return values set to invalid value");
}

/* NULL when the request has no condition. */
static struct err parse_condition_of(struct ddb_request *request, struct slice text,
                                     struct node **condition)
{
    *condition = NULL;
    if (!slice_is_set(text))
        return OK;
    struct expression_input input = ddb_request_input(request, "ConditionExpression", text);
    return ddb_told(request->call, condition_parse(&input, condition), &request->refusal);
}

struct err dynamodb_get_item(struct call *call, const struct dynamodb_get_item_input *in,
                             struct dynamodb_get_item_output *out)
{
    const struct ddb_legacy legacy[] = {
        {"AttributesToGet", in->attributes_to_get.is_set}
    };
    const struct ddb_expression expressions[] = {
        {"ProjectionExpression", in->projection_expression}
    };
    struct ddb_request request;
    struct projection projection = {0};
    struct ddb_table table;
    struct ddb_stored stored;
    struct buf key;
    TRY(ddb_refuse_legacy(call, legacy, ARRAY_LEN(legacy)));
    TRY(ddb_request_begin(&request, call, &in->expression_attribute_names, NULL, expressions, 1,
                          0));
    TRY(refuse_noted(call, &in->key));
    if (slice_is_set(in->projection_expression)) {
        struct expression_input input =
            ddb_request_input(&request, "ProjectionExpression", in->projection_expression);
        TRY_TOLD(call, &request.refusal, projection_parse(&input, &projection));
        TRY(ddb_request_parsed(&request));
    }
    TRY(ddb_require_table(call, in->table_name, &table));
    TRY(check_key(&request, &table, &in->key));
    buf_init_arena(&key, call->arena, KEY_BYTES_MAX);
    key_encode(&key, &table.keys, &in->key.map);
    TRY(ddb_store_find_item(call, &table, buf_slice(&key), &stored));
    if (slice_is_set(stored.bytes)) {
        out->item = ddb_item_of_bytes(stored.bytes);
        struct attr_map projected;
        if (projection.count > 0) {
            if (!projection_apply_bytes(call->arena, &projection, stored.bytes, &projected))
                return ERR(&DDB_DAMAGED);
            out->item = ddb_item_of_map(projected);
        }
    }
    struct ddb_usage usage = {.table = ddb_read_units(stored.size, in->consistent_read.value)};
    out->consumed_capacity = ddb_consumed(call, in->return_consumed_capacity, &table, &usage);
    return OK;
}

static struct err check_item_size(struct call *call, const struct attr_map *item, const char *words)
{
    if (attr_map_size(item) > ITEM_BYTES_MAX)
        return fail(call, &DDB_VALIDATION_EXCEPTION, "%s", words);
    return OK;
}

static struct err check_new_item(struct ddb_request *request, const struct ddb_table *table,
                                 const struct attr_map *item)
{
    struct ddb_refusal *refusal = &request->refusal;
    TRY_TOLD(request->call, refusal, key_check_item(&table->keys, item, refusal));
    for (size_t i = 0; i < table->index_count; i++)
        TRY_TOLD(request->call, refusal,
                 key_check_index(&table->indexes[i].keys, table->indexes[i].name, item, refusal));
    return OK;
}

struct err dynamodb_put_item(struct call *call, const struct dynamodb_put_item_input *in,
                             struct dynamodb_put_item_output *out)
{
    const struct ddb_legacy legacy[] = {
        {"Expected",            in->expected.is_set                   },
        {"ConditionalOperator", slice_is_set(in->conditional_operator)}
    };
    const struct ddb_expression expressions[] = {
        {"ConditionExpression", in->condition_expression}
    };
    struct ddb_request request;
    struct node *condition;
    struct ddb_table table;
    struct ddb_write write;
    TRY(ddb_refuse_legacy(call, legacy, ARRAY_LEN(legacy)));
    TRY(ddb_request_begin(&request, call, &in->expression_attribute_names,
                          &in->expression_attribute_values, expressions, 1, 1));
    TRY(refuse_noted(call, &in->item));
    TRY(check_old_or_none(call, in->return_values));
    TRY(check_item_size(call, &in->item.map, "Item size has exceeded the maximum allowed size"));
    TRY(parse_condition_of(&request, in->condition_expression, &condition));
    TRY(ddb_request_parsed(&request));
    TRY(ddb_require_table(call, in->table_name, &table));
    TRY(check_new_item(&request, &table, &in->item.map));
    TRY(ddb_write_begin(&write, call, &table, &in->item.map));
    TRY(ddb_write_check(&write, condition, in->return_values_on_condition_check_failure));
    TRY(ddb_write_apply(&write, &in->item.map));
    if (slice_eq(in->return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        out->attributes = ddb_write_old(&write);
    out->consumed_capacity = ddb_consumed(call, in->return_consumed_capacity, &table, &write.usage);
    out->item_collection_metrics =
        ddb_collection_metrics(&write, in->return_item_collection_metrics, &in->item.map);
    return OK;
}

struct err dynamodb_delete_item(struct call *call, const struct dynamodb_delete_item_input *in,
                                struct dynamodb_delete_item_output *out)
{
    const struct ddb_legacy legacy[] = {
        {"Expected",            in->expected.is_set                   },
        {"ConditionalOperator", slice_is_set(in->conditional_operator)}
    };
    const struct ddb_expression expressions[] = {
        {"ConditionExpression", in->condition_expression}
    };
    struct ddb_request request;
    struct node *condition;
    struct ddb_table table;
    struct ddb_write write;
    TRY(ddb_refuse_legacy(call, legacy, ARRAY_LEN(legacy)));
    TRY(ddb_request_begin(&request, call, &in->expression_attribute_names,
                          &in->expression_attribute_values, expressions, 1, 1));
    TRY(refuse_noted(call, &in->key));
    TRY(check_old_or_none(call, in->return_values));
    TRY(parse_condition_of(&request, in->condition_expression, &condition));
    TRY(ddb_request_parsed(&request));
    TRY(ddb_require_table(call, in->table_name, &table));
    TRY(check_key(&request, &table, &in->key));
    TRY(ddb_write_begin(&write, call, &table, &in->key.map));
    TRY(ddb_write_check(&write, condition, in->return_values_on_condition_check_failure));
    TRY(ddb_write_apply(&write, NULL));
    if (slice_eq(in->return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        out->attributes = ddb_write_old(&write);
    out->consumed_capacity = ddb_consumed(call, in->return_consumed_capacity, &table, &write.usage);
    out->item_collection_metrics =
        ddb_collection_metrics(&write, in->return_item_collection_metrics, &in->key.map);
    return OK;
}
