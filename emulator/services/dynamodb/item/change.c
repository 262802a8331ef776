/* Changes of one item. */
#include "emulator/services/dynamodb/item/change.h"

#include "emulator/services/dynamodb/item/legacy.h"
#include "emulator/services/dynamodb/item/throttle.h"

static struct err check_unmixed(const struct ddb_change *change, struct call *call)
{
    const struct ddb_parameter legacy[] = {
        {"AttributeUpdates",    change->attribute_updates && change->attribute_updates->is_set},
        {"Expected",            change->expected && change->expected->is_set                  },
        {"ConditionalOperator", slice_is_set(change->conditional_operator)                    },
    };
    const struct ddb_parameter expressions[] = {
        {"UpdateExpression",    slice_is_set(change->update_expression)   },
        {"ConditionExpression", slice_is_set(change->condition_expression)},
    };
    return ddb_check_unmixed(call, legacy, ARRAY_LEN(legacy), expressions, ARRAY_LEN(expressions));
}

struct err ddb_change_begin(struct ddb_change *change, struct call *call)
{
    static const struct dynamodb_expression_attribute_name_map no_names = {0};
    bool updates = change->kind == CHANGE_UPDATE;
    const struct ddb_expression expressions[] = {
        {"UpdateExpression",    change->update_expression   },
        {"ConditionExpression", change->condition_expression}
    };
    size_t count = updates ? 2 : 1;
    TRY(check_unmixed(change, call));
    TRY(ddb_request_begin(&change->request, call, change->names ? change->names : &no_names,
                          change->values, updates ? expressions : expressions + 1, count, count));
    return ddb_check_noted(call, change->subject);
}

static struct err parse_update(struct ddb_change *change)
{
    struct ddb_refusal *refusal = &change->request.refusal;
    if (change->attribute_updates && change->attribute_updates->is_set)
        return ddb_legacy_updates(&change->request, change->attribute_updates, &change->update);
    if (!slice_is_set(change->update_expression))
        return OK;
    struct expression_input input =
        ddb_request_input(&change->request, "UpdateExpression", change->update_expression);
    return ddb_told(change->request.call, update_parse(&input, &change->update), refusal);
}

static struct err parse_condition(struct ddb_change *change)
{
    struct ddb_refusal *refusal = &change->request.refusal;
    if (change->expected && !slice_is_set(change->condition_expression))
        return ddb_legacy_expected(&change->request, change->expected, change->conditional_operator,
                                   &change->condition);
    if (!slice_is_set(change->condition_expression))
        return OK;
    struct expression_input input =
        ddb_request_input(&change->request, "ConditionExpression", change->condition_expression);
    return ddb_told(change->request.call, condition_parse(&input, &change->condition), refusal);
}

struct err ddb_change_parse(struct ddb_change *change)
{
    if (change->kind == CHANGE_PUT && !attr_map_fits(&change->subject->map, ITEM_BYTES_MAX))
        return fail(change->request.call, &DDB_VALIDATION_EXCEPTION,
                    "Item size has exceeded the maximum allowed size");
    TRY(parse_update(change));
    TRY(parse_condition(change));
    return ddb_request_parsed(&change->request);
}

static struct err check_index_keys(struct ddb_change *change, const struct attr_map *item)
{
    struct ddb_refusal *refusal = &change->request.refusal;
    for (size_t i = 0; i < change->table->index_count; i++) {
        const struct ddb_index *index = &change->table->indexes[i];
        TRY_TOLD(change->request.call, refusal,
                 key_check_index(&index->keys, index->name, item, refusal));
    }
    return OK;
}

static struct err check_paths(const struct ddb_change *change)
{
    for (size_t i = 0; i < change->update.count; i++) {
        struct slice name = change->update.actions[i].path.steps[0].name;
        if (key_schema_find(&change->table->keys, name))
            return fail(
                change->request.call, &DDB_VALIDATION_EXCEPTION,
                "One or more parameter values were invalid: Cannot update attribute " SLICE_FMT
                ". This attribute is part of the key",
                SLICE_ARG(name));
    }
    return OK;
}

struct err ddb_change_match(struct ddb_change *change, const struct ddb_table *table)
{
    struct call *call = change->request.call;
    struct ddb_refusal *refusal = &change->request.refusal;
    const struct attr_map *subject = &change->subject->map;
    change->table = table;
    if (change->kind == CHANGE_PUT) {
        TRY_TOLD(call, refusal, key_check_item(&table->keys, subject, refusal));
        return check_index_keys(change, subject);
    }
    TRY_TOLD(call, refusal, key_check_key(&table->keys, subject, refusal));
    return check_paths(change);
}

static struct err check_updated(struct ddb_change *change)
{
    struct call *call = change->request.call;
    const struct attr_map *item = &change->item;
    /* First the size: an update may have put one large value into many places. */
    if (!attr_map_fits(item, ITEM_BYTES_MAX))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Item size to update has exceeded the maximum allowed size");
    TRY(check_index_keys(change, item));
    for (size_t i = 0; i < item->count; i++)
        if (attr_depth(&item->members[i].value) > VALUE_DEPTH_MAX)
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        "Nesting Levels have exceeded supported limits");
    return OK;
}

/* Where there was no item, one of the key alone is updated. */
static struct err make_updated(struct ddb_change *change)
{
    struct call *call = change->request.call;
    struct ddb_refusal *refusal = &change->request.refusal;
    struct attr_map base = change->write.old;
    bool existed = slice_is_set(change->write.old_bytes);
    change->makes_none =
        !existed && change->update.is_legacy && update_only_removes(&change->update);
    if (change->makes_none) {
        change->item = (struct attr_map){0};
        return OK;
    }
    if (!existed)
        base = key_of_item(call->arena, &change->table->keys, &change->subject->map);
    TRY_TOLD(call, refusal,
             update_apply(call->arena, &change->update, &base, &change->item, refusal));
    return check_updated(change);
}

/* NULL: there will be none. */
static const struct attr_map *item_to_be(const struct ddb_change *change)
{
    return change->kind == CHANGE_DELETE || change->makes_none ? NULL : &change->item;
}

static struct err admit(const struct ddb_change *change)
{
    struct call *call = change->request.call;
    double times = change->times > 0 ? change->times : 1;
    if (!call->platform->buckets)
        return OK;
    struct ddb_usage cost = {.table = ddb_write_units(change->write.old_size)};
    if (change->kind != CHANGE_CHECK)
        cost = ddb_write_cost(&change->write, item_to_be(change));
    return ddb_throttle(call, change->table, &cost, times, CAPACITY_OF_WRITES);
}

struct err ddb_change_prepare(struct ddb_change *change)
{
    TRY(ddb_write_begin(&change->write, change->request.call, change->table,
                        &change->subject->map));
    if (change->inserts && slice_is_set(change->write.old_bytes))
        return fail(change->request.call, &DYNAMODB_DUPLICATE_ITEM_EXCEPTION,
                    "Duplicate primary key exists in table");
    TRY(ddb_write_check(&change->write, change->condition, change->return_values_on_failure));
    change->item = change->subject->map;
    if (change->kind == CHANGE_UPDATE)
        TRY(make_updated(change));
    return admit(change);
}

struct err ddb_change_apply(struct ddb_change *change)
{
    if (change->kind == CHANGE_CHECK) {
        change->write.usage.table = ddb_write_units(change->write.old_size);
        return OK;
    }
    return ddb_write_apply(&change->write, item_to_be(change));
}

struct ddb_item ddb_change_returned(const struct ddb_change *change, struct slice return_values)
{
    struct arena *arena = change->request.call->arena;
    if (slice_eq(return_values, DYNAMODB_RETURN_VALUE_ALL_OLD))
        return ddb_write_old(&change->write);
    if (change->makes_none)
        return (struct ddb_item){0};
    if (slice_eq(return_values, DYNAMODB_RETURN_VALUE_ALL_NEW))
        return ddb_item_of_map(change->item);
    bool old = slice_eq(return_values, DYNAMODB_RETURN_VALUE_UPDATED_OLD);
    if (!old && !slice_eq(return_values, DYNAMODB_RETURN_VALUE_UPDATED_NEW))
        return (struct ddb_item){0};
    struct projection touched = update_touched(arena, &change->update);
    struct attr_map view =
        projection_apply(arena, &touched, old ? &change->write.old : &change->item);
    return view.count > 0 ? ddb_item_of_map(view) : (struct ddb_item){0};
}
