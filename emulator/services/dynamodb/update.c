/* UpdateItem. */
#include "emulator/services/dynamodb/write.h"

struct update_request {
    struct ddb_request request;
    struct update update; /* no actions: the request has no UpdateExpression */
    struct node *condition;
};

static struct err parse(struct update_request *u, struct call *call,
                        const struct dynamodb_update_item_input *in)
{
    const struct ddb_expression expressions[] = {
        {"UpdateExpression",    in->update_expression   },
        {"ConditionExpression", in->condition_expression}
    };
    TRY(ddb_request_begin(&u->request, call, &in->expression_attribute_names,
                          &in->expression_attribute_values, expressions, 2, 2));
    if (slice_is_set(in->key.refusal))
        return fail(call, &DDB_VALIDATION_EXCEPTION, SLICE_FMT, SLICE_ARG(in->key.refusal));
    struct ddb_refusal *refusal = &u->request.refusal;
    if (slice_is_set(in->update_expression)) {
        struct expression_input input =
            ddb_request_input(&u->request, "UpdateExpression", in->update_expression);
        TRY_TOLD(call, refusal, update_parse(&input, &u->update));
    }
    if (slice_is_set(in->condition_expression)) {
        struct expression_input input =
            ddb_request_input(&u->request, "ConditionExpression", in->condition_expression);
        TRY_TOLD(call, refusal, condition_parse(&input, &u->condition));
    }
    return ddb_request_parsed(&u->request);
}

static struct err check_paths(struct call *call, const struct update *update,
                              const struct ddb_table *table)
{
    for (size_t i = 0; i < update->count; i++) {
        struct slice name = update->actions[i].path.steps[0].name;
        if (key_schema_find(&table->keys, name))
            return fail(
                call, &DDB_VALIDATION_EXCEPTION,
                "One or more parameter values were invalid: Cannot update attribute " SLICE_FMT
                ". This attribute is part of the key",
                SLICE_ARG(name));
    }
    return OK;
}

static struct err check_result(struct update_request *u, const struct ddb_table *table,
                               const struct attr_map *item)
{
    struct call *call = u->request.call;
    struct ddb_refusal *refusal = &u->request.refusal;
    for (size_t i = 0; i < table->index_count; i++)
        TRY_TOLD(call, refusal,
                 key_check_index(&table->indexes[i].keys, table->indexes[i].name, item, refusal));
    for (size_t i = 0; i < item->count; i++)
        if (attr_depth(&item->members[i].value) > VALUE_DEPTH_MAX)
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        "Nesting Levels have exceeded supported limits");
    if (attr_map_size(item) > ITEM_BYTES_MAX)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Item size to update has exceeded the maximum allowed size");
    return OK;
}

/* The old item, or one of the key alone where there was none. */
static struct attr_map base_of(struct arena *arena, const struct ddb_write *write,
                               const struct attr_map *key)
{
    return slice_is_set(write->old_bytes) ? write->old
                                          : key_of_item(arena, &write->table->keys, key);
}

static struct ddb_item returned(struct call *call, const struct update *update,
                                struct slice return_values, const struct ddb_write *write,
                                const struct attr_map *item)
{
    if (slice_eq(return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        return ddb_write_old(write);
    if (slice_eq(return_values, DYNAMODB_RETURN_VALUE_ALL_NEW))
        return ddb_item_of_map(*item);
    bool old = slice_eq(return_values, DYNAMODB_RETURN_VALUE_UPDATED_OLD);
    if (!old && !slice_eq(return_values, DYNAMODB_RETURN_VALUE_UPDATED_NEW))
        return (struct ddb_item){0};
    struct projection touched = update_touched(call->arena, update);
    struct attr_map view = projection_apply(call->arena, &touched, old ? &write->old : item);
    return view.count > 0 ? ddb_item_of_map(view) : (struct ddb_item){0};
}

struct err dynamodb_update_item(struct call *call, const struct dynamodb_update_item_input *in,
                                struct dynamodb_update_item_output *out)
{
    const struct ddb_legacy legacy[] = {
        {"AttributeUpdates",    in->attribute_updates.is_set          },
        {"Expected",            in->expected.is_set                   },
        {"ConditionalOperator", slice_is_set(in->conditional_operator)}
    };
    struct update_request u = {0};
    struct ddb_table table;
    struct ddb_write write;
    struct attr_map item;
    TRY(ddb_refuse_legacy(call, legacy, ARRAY_LEN(legacy)));
    TRY(parse(&u, call, in));
    struct ddb_refusal *refusal = &u.request.refusal;
    TRY(ddb_require_table(call, in->table_name, &table));
    TRY_TOLD(call, refusal, key_check_key(&table.keys, &in->key.map, refusal));
    TRY(check_paths(call, &u.update, &table));
    TRY(ddb_write_begin(&write, call, &table, &in->key.map));
    TRY(ddb_write_check(&write, u.condition, in->return_values_on_condition_check_failure));
    struct attr_map base = base_of(call->arena, &write, &in->key.map);
    TRY_TOLD(call, refusal, update_apply(call->arena, &u.update, &base, &item, refusal));
    TRY(check_result(&u, &table, &item));
    TRY(ddb_write_apply(&write, &item));
    out->attributes = returned(call, &u.update, in->return_values, &write, &item);
    out->consumed_capacity = ddb_consumed(call, in->return_consumed_capacity, &table, &write.usage);
    out->item_collection_metrics =
        ddb_collection_metrics(&write, in->return_item_collection_metrics, &in->key.map);
    return OK;
}
