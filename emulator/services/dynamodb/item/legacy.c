/* Legacy parameters of requests. */
#include "emulator/services/dynamodb/item/legacy.h"

/* How the service begins its complaints about the form of Expected. */
#define EXPECTED_INVALID "1 validation error detected: One or more parameter values were invalid: "

static size_t list_given(struct buf *out, const struct ddb_parameter *parameters, size_t count)
{
    size_t given = 0;
    for (size_t i = 0; i < count; i++)
        if (parameters[i].given)
            buf_printf(out, "%s%s", given++ > 0 ? ", " : "", parameters[i].name);
    return given;
}

struct err ddb_check_unmixed(struct call *call, const struct ddb_parameter *legacy,
                             size_t legacy_count, const struct ddb_parameter *expressions,
                             size_t expression_count)
{
    enum { names_bytes_max = 512 };
    struct buf old;
    struct buf new;
    buf_init_arena(&old, call->arena, names_bytes_max);
    buf_init_arena(&new, call->arena, names_bytes_max);
    if (list_given(&old, legacy, legacy_count) == 0 ||
        list_given(&new, expressions, expression_count) == 0)
        return OK;
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                "Can not use both expression and non-expression parameters in the same request: "
                "Non-expression parameters: {" SLICE_FMT "} Expression parameters: {" SLICE_FMT "}",
                SLICE_ARG(buf_slice(&old)), SLICE_ARG(buf_slice(&new)));
}

static struct err told(struct ddb_request *request, struct err e)
{
    return ddb_told(request->call, e, &request->refusal);
}

/* A value's own breach, which reading it has noted. */
static struct err take_value(struct ddb_request *request, const struct ddb_item *given,
                             struct attr_value *value)
{
    TRY(ddb_check_noted(request->call, given));
    *value = given->map.members[0].value;
    return OK;
}

static struct err take_values(struct ddb_request *request, struct legacy_test *test,
                              const struct ddb_item *given, size_t count)
{
    struct attr_value *values = ARENA_ARRAY(request->call->arena, struct attr_value, count);
    for (size_t i = 0; i < count; i++)
        TRY(take_value(request, &given[i], &values[i]));
    test->values = values;
    test->count = count;
    return OK;
}

static struct err take_condition(struct ddb_request *request, struct slice name,
                                 const struct dynamodb_condition *given, struct legacy_test *test)
{
    *test = (struct legacy_test){.name = name, .comparison = given->comparison_operator};
    return take_values(request, test, given->attribute_value_list.items,
                       given->attribute_value_list.count);
}

static struct err refuse_expected(struct ddb_request *request, struct slice name, const char *words)
{
    return fail(request->call, &DDB_VALIDATION_EXCEPTION,
                EXPECTED_INVALID "%s for Attribute: " SLICE_FMT, words, SLICE_ARG(name));
}

/* {Value} and {Exists: true, Value} mean equality, {Exists: false} that there is no attribute. */
static struct err take_plain(struct ddb_request *request, struct slice name,
                             const struct dynamodb_expected_attribute_value *given,
                             struct legacy_test *test)
{
    bool absent = given->exists.is_set && !given->exists.value;
    if (absent && given->value.is_set)
        return refuse_expected(request, name, "Value cannot be used when Exists is false");
    if (!absent && !given->value.is_set)
        return refuse_expected(request, name,
                               given->exists.is_set ? "Value must be provided when Exists is true"
                                                    : "Value must be provided when Exists is null");
    *test = (struct legacy_test){.name = name, .comparison = absent ? SLICE("NULL") : SLICE("EQ")};
    return take_values(request, test, &given->value, !absent);
}

/* The service takes a Value in place of a list, whatever its reference says. */
static struct err take_compared(struct ddb_request *request, struct slice name,
                                const struct dynamodb_expected_attribute_value *given,
                                struct legacy_test *test)
{
    const struct dynamodb_attribute_value_list *list = &given->attribute_value_list;
    bool needs_none = slice_eq(given->comparison_operator, DYNAMODB_COMPARISON_OPERATOR_NULL) ||
                      slice_eq(given->comparison_operator, DYNAMODB_COMPARISON_OPERATOR_NOT_NULL);
    if (given->exists.is_set)
        return refuse_expected(request, name,
                               "Exists and ComparisonOperator cannot be used together");
    if (given->value.is_set && list->is_set)
        return refuse_expected(request, name,
                               "Value and AttributeValueList cannot be used together");
    if (!given->value.is_set && !list->is_set && !needs_none)
        return fail(request->call, &DDB_VALIDATION_EXCEPTION,
                    EXPECTED_INVALID
                    "Value or AttributeValueList must be used with ComparisonOperator: " SLICE_FMT
                    " for Attribute: " SLICE_FMT,
                    SLICE_ARG(given->comparison_operator), SLICE_ARG(name));
    *test = (struct legacy_test){.name = name, .comparison = given->comparison_operator};
    return given->value.is_set ? take_values(request, test, &given->value, 1)
                               : take_values(request, test, list->items, list->count);
}

static struct err take_expected(struct ddb_request *request, struct slice name,
                                const struct dynamodb_expected_attribute_value *given,
                                struct legacy_test *test)
{
    if (slice_is_set(given->comparison_operator))
        return take_compared(request, name, given, test);
    if (given->attribute_value_list.is_set)
        return refuse_expected(request, name,
                               "AttributeValueList can only be used with a ComparisonOperator");
    return take_plain(request, name, given, test);
}

static struct err make_condition(struct ddb_request *request, const struct legacy_test *tests,
                                 size_t count, struct slice conditional_operator,
                                 struct node **condition)
{
    bool any = slice_eq(conditional_operator, DYNAMODB_CONDITIONAL_OPERATOR_OR);
    if (slice_is_set(conditional_operator) && count < 2)
        return fail(request->call, &DDB_VALIDATION_EXCEPTION,
                    "ConditionalOperator can only be used when Filter or Expected has two or more "
                    "elements");
    return told(request, legacy_condition(request->call->arena, tests, count,
                                          any ? NODE_OR : NODE_AND, condition, &request->refusal));
}

static struct err check_operator_alone(struct ddb_request *request,
                                       struct slice conditional_operator)
{
    if (slice_is_set(conditional_operator))
        return fail(request->call, &DDB_VALIDATION_EXCEPTION,
                    "ConditionalOperator cannot be used without Filter or Expected");
    return OK;
}

struct err ddb_legacy_expected(struct ddb_request *request,
                               const struct dynamodb_expected_attribute_map *expected,
                               struct slice conditional_operator, struct node **condition)
{
    struct legacy_test *tests =
        ARENA_ARRAY(request->call->arena, struct legacy_test, expected->count);
    if (!expected->is_set)
        return check_operator_alone(request, conditional_operator);
    for (size_t i = 0; i < expected->count; i++)
        TRY(take_expected(request, expected->items[i].key, &expected->items[i].value, &tests[i]));
    return make_condition(request, tests, expected->count, conditional_operator, condition);
}

struct err ddb_legacy_filter(struct ddb_request *request,
                             const struct dynamodb_filter_condition_map *filter,
                             struct slice conditional_operator, struct node **condition)
{
    struct legacy_test *tests =
        ARENA_ARRAY(request->call->arena, struct legacy_test, filter->count);
    if (!filter->is_set)
        return check_operator_alone(request, conditional_operator);
    for (size_t i = 0; i < filter->count; i++)
        TRY(take_condition(request, filter->items[i].key, &filter->items[i].value, &tests[i]));
    return make_condition(request, tests, filter->count, conditional_operator, condition);
}

struct err ddb_legacy_keys(struct ddb_request *request,
                           const struct dynamodb_key_conditions *conditions,
                           struct key_condition *condition)
{
    struct legacy_test *tests =
        ARENA_ARRAY(request->call->arena, struct legacy_test, conditions->count);
    for (size_t i = 0; i < conditions->count; i++)
        TRY(take_condition(request, conditions->items[i].key, &conditions->items[i].value,
                           &tests[i]));
    return told(request,
                legacy_key_condition(tests, conditions->count, condition, &request->refusal));
}

struct err ddb_legacy_updates(struct ddb_request *request,
                              const struct dynamodb_attribute_updates *updates,
                              struct update *update)
{
    struct arena *arena = request->call->arena;
    struct legacy_change *changes = ARENA_ARRAY(arena, struct legacy_change, updates->count);
    struct attr_value *values = ARENA_ARRAY(arena, struct attr_value, updates->count);
    if (!updates->is_set)
        return OK;
    for (size_t i = 0; i < updates->count; i++) {
        const struct dynamodb_attribute_value_update *given = &updates->items[i].value;
        changes[i] = (struct legacy_change){.name = updates->items[i].key, .action = given->action};
        if (!given->value.is_set)
            continue;
        TRY(take_value(request, &given->value, &values[i]));
        changes[i].value = &values[i];
    }
    return told(request, legacy_update(arena, changes, updates->count, update, &request->refusal));
}

struct err ddb_legacy_attributes(struct ddb_request *request,
                                 const struct dynamodb_attribute_name_list *attributes,
                                 struct projection *projection)
{
    if (!attributes->is_set)
        return OK;
    return told(request, legacy_projection(request->call->arena, attributes->items,
                                           attributes->count, projection, &request->refusal));
}
