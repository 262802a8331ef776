/* Single items: GetItem, PutItem, UpdateItem, DeleteItem. */
#include "emulator/services/dynamodb/item/change.h"
#include "emulator/services/dynamodb/item/legacy.h"
#include "emulator/services/dynamodb/item/read_item.h"
#include "emulator/services/dynamodb/item/throttle.h"

struct err dynamodb_get_item(struct call *call, const struct dynamodb_get_item_input *in,
                             struct dynamodb_get_item_output *out)
{
    const struct ddb_parameter legacy = {"AttributesToGet", in->attributes_to_get.is_set};
    const struct ddb_parameter expression = {"ProjectionExpression",
                                             slice_is_set(in->projection_expression)};
    struct ddb_read read;
    struct ddb_table table;
    size_t size;
    TRY(ddb_check_unmixed(call, &legacy, 1, &expression, 1));
    TRY(ddb_read_begin(&read, call, &in->expression_attribute_names, in->projection_expression));
    TRY(ddb_check_noted(call, &in->key));
    TRY(ddb_read_parse(&read, in->projection_expression, &in->attributes_to_get));
    TRY(ddb_require_table(call, in->table_name, &table));
    TRY(ddb_read_check_key(&read, &table, &in->key));
    TRY(ddb_read_find(&read, &table, &in->key, &out->item, &size));
    struct ddb_usage usage = {.table = ddb_read_units(size, in->consistent_read.value)};
    TRY(ddb_throttle(call, &table, &usage, 1, CAPACITY_OF_READS));
    out->consumed_capacity = ddb_consumed(call, in->return_consumed_capacity, &table, &usage);
    return OK;
}

static struct err check_old_or_none(struct call *call, struct slice return_values)
{
    if (!slice_is_set(return_values) || slice_eq(return_values, DYNAMODB_RETURN_VALUE_NONE) ||
        slice_eq(return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        return OK;
    return fail(call, &DDB_VALIDATION_EXCEPTION, "Return values set to invalid value");
}

/* All steps of a change by itself, once it has begun. */
static struct err make(struct ddb_change *change, struct ddb_table *table)
{
    TRY(ddb_change_parse(change));
    TRY(ddb_require_table(change->request.call, change->table_name, table));
    TRY(ddb_change_match(change, table));
    TRY(ddb_change_prepare(change));
    return ddb_change_apply(change);
}

struct err dynamodb_put_item(struct call *call, const struct dynamodb_put_item_input *in,
                             struct dynamodb_put_item_output *out)
{
    struct ddb_change change = {
        .kind = CHANGE_PUT,
        .table_name = in->table_name,
        .subject = &in->item,
        .names = &in->expression_attribute_names,
        .values = &in->expression_attribute_values,
        .condition_expression = in->condition_expression,
        .return_values_on_failure = in->return_values_on_condition_check_failure,
        .expected = &in->expected,
        .conditional_operator = in->conditional_operator,
    };
    struct ddb_table table;
    TRY(ddb_change_begin(&change, call));
    TRY(check_old_or_none(call, in->return_values));
    TRY(make(&change, &table));
    if (slice_eq(in->return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        out->attributes = ddb_write_old(&change.write);
    out->consumed_capacity =
        ddb_consumed(call, in->return_consumed_capacity, &table, &change.write.usage);
    out->item_collection_metrics =
        ddb_collection_metrics(&change.write, in->return_item_collection_metrics, &in->item.map);
    return OK;
}

struct err dynamodb_delete_item(struct call *call, const struct dynamodb_delete_item_input *in,
                                struct dynamodb_delete_item_output *out)
{
    struct ddb_change change = {
        .kind = CHANGE_DELETE,
        .table_name = in->table_name,
        .subject = &in->key,
        .names = &in->expression_attribute_names,
        .values = &in->expression_attribute_values,
        .condition_expression = in->condition_expression,
        .return_values_on_failure = in->return_values_on_condition_check_failure,
        .expected = &in->expected,
        .conditional_operator = in->conditional_operator,
    };
    struct ddb_table table;
    TRY(ddb_change_begin(&change, call));
    TRY(check_old_or_none(call, in->return_values));
    TRY(make(&change, &table));
    if (slice_eq(in->return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        out->attributes = ddb_write_old(&change.write);
    out->consumed_capacity =
        ddb_consumed(call, in->return_consumed_capacity, &table, &change.write.usage);
    out->item_collection_metrics =
        ddb_collection_metrics(&change.write, in->return_item_collection_metrics, &in->key.map);
    return OK;
}

struct err dynamodb_update_item(struct call *call, const struct dynamodb_update_item_input *in,
                                struct dynamodb_update_item_output *out)
{
    struct ddb_change change = {
        .kind = CHANGE_UPDATE,
        .table_name = in->table_name,
        .subject = &in->key,
        .names = &in->expression_attribute_names,
        .values = &in->expression_attribute_values,
        .update_expression = in->update_expression,
        .condition_expression = in->condition_expression,
        .return_values_on_failure = in->return_values_on_condition_check_failure,
        .attribute_updates = &in->attribute_updates,
        .expected = &in->expected,
        .conditional_operator = in->conditional_operator,
    };
    struct ddb_table table;
    TRY(ddb_change_begin(&change, call));
    TRY(make(&change, &table));
    out->attributes = ddb_change_returned(&change, in->return_values);
    out->consumed_capacity =
        ddb_consumed(call, in->return_consumed_capacity, &table, &change.write.usage);
    out->item_collection_metrics =
        ddb_collection_metrics(&change.write, in->return_item_collection_metrics, &in->key.map);
    return OK;
}
