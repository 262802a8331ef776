/*
 * Whether an item satisfies a condition. An operand that the item lacks, or of a type that the
 * operator does not know, makes a comparison false ("<>" true); it is never an error.
 */
#include <stdio.h>

#include "emulator/services/dynamodb/expression/expression.h"

/* An operand's value: of the item, of the request, or the number that size() made. */
struct operand {
    const struct attr_value *value; /* NULL: there is none */
    struct attr_value made;
    char digits[24];
};

static bool size_of(const struct attr_value *value, size_t *size)
{
    switch (value->type) {
    case ATTR_S:
        *size = slice_utf8_length(value->text);
        return true;
    case ATTR_B:
        *size = value->text.len;
        return true;
    case ATTR_SS:
    case ATTR_NS:
    case ATTR_BS:
        *size = value->set.count;
        return true;
    case ATTR_M:
        *size = value->map.count;
        return true;
    case ATTR_L:
        *size = value->list.count;
        return true;
    case ATTR_N:
    case ATTR_BOOL:
    case ATTR_NULL:
    case ATTR_TYPE_COUNT:
        break;
    }
    return false;
}

static void find_operand(const struct node *node, const struct attr_map *item,
                         struct operand *operand)
{
    operand->value = NULL;
    if (node->kind == NODE_PATH)
        operand->value = path_find(&node->path, item);
    else if (node->kind == NODE_VALUE)
        operand->value = node->value;
    else if (node->kind == NODE_FUNCTION && node->function == FUNCTION_SIZE) {
        struct operand inner;
        size_t size;
        find_operand(node->operands[0], item, &inner);
        if (!inner.value || !size_of(inner.value, &size))
            return;
        int len = snprintf(operand->digits, sizeof operand->digits, "%zu", size);
        operand->made = attr_number((struct slice){operand->digits, (size_t)len});
        operand->value = &operand->made;
    }
}

static bool compare(enum node_kind kind, const struct attr_value *a, const struct attr_value *b)
{
    if (kind == NODE_EQ || kind == NODE_NE)
        return (a && b && attr_equal(a, b)) == (kind == NODE_EQ);
    if (!a || !b || a->type != b->type || !attr_type_is_ordered(a->type))
        return false;
    int order = attr_compare(a, b);
    return kind == NODE_LT   ? order < 0
           : kind == NODE_LE ? order <= 0
           : kind == NODE_GT ? order > 0
                             : order >= 0;
}

static bool is_between(const struct operand *values)
{
    return compare(NODE_GE, values[0].value, values[1].value) &&
           compare(NODE_LE, values[0].value, values[2].value);
}

static bool set_holds(const struct attr_value *set, const struct attr_value *member)
{
    static const enum attr_type member_types[ATTR_TYPE_COUNT] = {
        [ATTR_SS] = ATTR_S, [ATTR_NS] = ATTR_N, [ATTR_BS] = ATTR_B};
    return member->type == member_types[set->type] && attr_set_has(&set->set, member->text);
}

static bool list_holds(const struct attr_list *list, const struct attr_value *member)
{
    for (size_t i = 0; i < list->count; i++)
        if (attr_equal(&list->values[i], member))
            return true;
    return false;
}

static bool contains(const struct attr_value *whole, const struct attr_value *part)
{
    if (attr_type_is_set(whole->type))
        return set_holds(whole, part);
    if (whole->type == ATTR_L)
        return list_holds(&whole->list, part);
    bool text = whole->type == ATTR_S || whole->type == ATTR_B;
    return text && whole->type == part->type && slice_contains(whole->text, part->text);
}

static bool begins_with(const struct attr_value *whole, const struct attr_value *part)
{
    bool text = whole->type == ATTR_S || whole->type == ATTR_B;
    return text && whole->type == part->type && slice_starts_with(whole->text, part->text);
}

static bool has_type(const struct attr_value *value, const struct attr_value *name)
{
    return slice_eq(attr_type_name(value->type), name->text);
}

static bool function_holds(enum function function, const struct operand *values)
{
    const struct attr_value *first = values[0].value;
    const struct attr_value *second = values[1].value;
    if (function == FUNCTION_ATTRIBUTE_EXISTS)
        return first != NULL;
    if (function == FUNCTION_ATTRIBUTE_NOT_EXISTS)
        return first == NULL;
    if (!first || !second)
        return false;
    return function == FUNCTION_BEGINS_WITH ? begins_with(first, second)
           : function == FUNCTION_CONTAINS  ? contains(first, second)
                                            : has_type(first, second);
}

static bool is_in(const struct node *node, const struct attr_map *item)
{
    struct operand wanted;
    struct operand choice;
    find_operand(node->operands[0], item, &wanted);
    for (size_t i = 1; i < node->count; i++) {
        find_operand(node->operands[i], item, &choice);
        if (compare(NODE_EQ, wanted.value, choice.value))
            return true;
    }
    return false;
}

/* True when every operand of an AND holds, or any one of an OR. */
static bool chain_holds(const struct node *node, const struct attr_map *item)
{
    bool stop_at = node->kind == NODE_OR;
    for (size_t i = 0; i < node->count; i++)
        if (condition_holds(node->operands[i], item) == stop_at)
            return stop_at;
    return !stop_at;
}

bool condition_holds(const struct node *condition, const struct attr_map *item)
{
    struct operand values[3] = {0};
    if (condition->kind == NODE_AND || condition->kind == NODE_OR)
        return chain_holds(condition, item);
    if (condition->kind == NODE_NOT)
        return !condition_holds(condition->operands[0], item);
    if (condition->kind == NODE_IN)
        return is_in(condition, item);
    for (size_t i = 0; i < condition->count && i < 3; i++)
        find_operand(condition->operands[i], item, &values[i]);
    if (condition->kind == NODE_BETWEEN)
        return is_between(values);
    if (condition->kind == NODE_FUNCTION)
        return function_holds(condition->function, values);
    return compare(condition->kind, values[0].value, values[1].value);
}

struct slice condition_find_attribute(const struct node *condition,
                                      bool (*test)(const void *context, struct slice name),
                                      const void *context)
{
    if (condition->kind == NODE_PATH)
        return test(context, condition->path.steps[0].name) ? condition->path.steps[0].name
                                                            : SLICE_NONE;
    for (size_t i = 0; i < condition->count; i++) {
        struct slice name = condition_find_attribute(condition->operands[i], test, context);
        if (slice_is_set(name))
            return name;
    }
    return SLICE_NONE;
}
