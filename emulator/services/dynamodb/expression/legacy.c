/* Legacy parameters as trees. */
#include "emulator/services/dynamodb/expression/legacy.h"

#include "emulator/services/dynamodb/expression/expression_parse.h"

#define WERE_INVALID "One or more parameter values were invalid: "

enum { key_tests_max = 2, any_number = SIZE_MAX };

/* What a ComparisonOperator becomes, and what it accepts. */
struct comparison {
    struct slice name;
    enum node_kind kind;
    enum function function; /* of NODE_FUNCTION */
    size_t least;           /* values */
    size_t most;
    unsigned types;
    bool indexable; /* of KeyConditions, too */
    bool negated;   /* holds where the attribute is there and the function does not hold */
};

static const struct comparison comparisons[] = {
    {SLICE_INIT("EQ"),           NODE_EQ,       0,                             1, 1,          types_any,     true,  false},
    {SLICE_INIT("NE"),           NODE_NE,       0,                             1, 1,          types_any,     false, false},
    {SLICE_INIT("LT"),           NODE_LT,       0,                             1, 1,          types_ordered, true,  false},
    {SLICE_INIT("LE"),           NODE_LE,       0,                             1, 1,          types_ordered, true,  false},
    {SLICE_INIT("GT"),           NODE_GT,       0,                             1, 1,          types_ordered, true,  false},
    {SLICE_INIT("GE"),           NODE_GE,       0,                             1, 1,          types_ordered, true,  false},
    {SLICE_INIT("BETWEEN"),      NODE_BETWEEN,  0,                             2, 2,          types_ordered, true,  false},
    {SLICE_INIT("IN"),           NODE_IN,       0,                             1, any_number, types_ordered, false, false},
    {SLICE_INIT("NULL"),         NODE_FUNCTION, FUNCTION_ATTRIBUTE_NOT_EXISTS, 0, 0,          types_any,     false,
     false                                                                                                               },
    {SLICE_INIT("NOT_NULL"),     NODE_FUNCTION, FUNCTION_ATTRIBUTE_EXISTS,     0, 0,          types_any,     false,
     false                                                                                                               },
    {SLICE_INIT("CONTAINS"),     NODE_FUNCTION, FUNCTION_CONTAINS,             1, 1,          types_simple,  false, false},
    {SLICE_INIT("NOT_CONTAINS"), NODE_FUNCTION, FUNCTION_CONTAINS,             1, 1,          types_simple,  false, true },
    {SLICE_INIT("BEGINS_WITH"),  NODE_FUNCTION, FUNCTION_BEGINS_WITH,          1, 1,          types_text,    true,  false},
};

static const struct comparison *find_comparison(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
        if (slice_eq(comparisons[i].name, name))
            return &comparisons[i];
    return NULL; /* the model's enum has no other */
}

static struct err check_between(const struct legacy_test *test, struct ddb_refusal *refusal)
{
    if (attr_compare(&test->values[0], &test->values[1]) > 0)
        return ddb_refuse(refusal, "The BETWEEN condition was provided a range where the lower "
                                   "bound is greater than the upper bound");
    return OK;
}

static struct err check_test(const struct legacy_test *test, const struct comparison *comparison,
                             struct ddb_refusal *refusal)
{
    if (test->count < comparison->least || test->count > comparison->most)
        return ddb_refuse(refusal,
                          WERE_INVALID "Invalid number of argument(s) for the " SLICE_FMT
                                       " ComparisonOperator",
                          SLICE_ARG(test->comparison));
    for (size_t i = 0; i < test->count; i++)
        if (!(comparison->types & TYPE_BIT(test->values[i].type)))
            return ddb_refuse(refusal,
                              WERE_INVALID "ComparisonOperator " SLICE_FMT
                                           " is not valid for " SLICE_FMT " AttributeValue type",
                              SLICE_ARG(test->comparison),
                              SLICE_ARG(attr_type_name(test->values[i].type)));
    for (size_t i = 1; i < test->count; i++)
        if (test->values[i].type != test->values[0].type)
            return ddb_refuse(refusal, WERE_INVALID "AttributeValues inside AttributeValueList "
                                                    "must be of same type");
    return comparison->kind == NODE_BETWEEN ? check_between(test, refusal) : OK;
}

static struct node *make_node(struct arena *arena, enum node_kind kind, size_t operands)
{
    struct node *node = ARENA_NEW(arena, struct node);
    node->kind = kind;
    node->operands = ARENA_ARRAY(arena, struct node *, operands);
    node->count = operands;
    return node;
}

static struct path make_path(struct arena *arena, struct slice name)
{
    struct path path = {ARENA_NEW(arena, struct path_step), 1};
    path.steps[0].name = name;
    return path;
}

static struct node *path_node(struct arena *arena, struct slice name)
{
    struct node *node = make_node(arena, NODE_PATH, 0);
    node->path = make_path(arena, name);
    return node;
}

static struct node *value_node(struct arena *arena, const struct attr_value *value)
{
    struct node *node = make_node(arena, NODE_VALUE, 0);
    node->value = value;
    return node;
}

static struct node *pair(struct arena *arena, enum node_kind kind, struct node *first,
                         struct node *second)
{
    struct node *node = make_node(arena, kind, second ? 2 : 1);
    node->operands[0] = first;
    if (second)
        node->operands[1] = second;
    return node;
}

static struct node *function_node(struct arena *arena, enum function function, struct node *first,
                                  struct node *second)
{
    struct node *node = pair(arena, NODE_FUNCTION, first, second);
    node->function = function;
    return node;
}

static struct node *test_node(struct arena *arena, const struct legacy_test *test,
                              const struct comparison *comparison)
{
    struct node *node = make_node(arena, comparison->kind, 1 + test->count);
    node->function = comparison->function;
    node->operands[0] = path_node(arena, test->name);
    for (size_t i = 0; i < test->count; i++)
        node->operands[1 + i] = value_node(arena, &test->values[i]);
    if (!comparison->negated)
        return node;
    struct node *exists = function_node(arena, FUNCTION_ATTRIBUTE_EXISTS, node->operands[0], NULL);
    return pair(arena, NODE_AND, exists, pair(arena, NODE_NOT, node, NULL));
}

struct err legacy_condition(struct arena *arena, const struct legacy_test *tests, size_t count,
                            enum node_kind joint, struct node **condition,
                            struct ddb_refusal *refusal)
{
    struct node *all = make_node(arena, joint, count);
    for (size_t i = 0; i < count; i++) {
        const struct comparison *comparison = find_comparison(tests[i].comparison);
        TRY(check_test(&tests[i], comparison, refusal));
        all->operands[i] = test_node(arena, &tests[i], comparison);
    }
    *condition = count > 0 ? all : NULL;
    return OK;
}

struct err legacy_key_condition(const struct legacy_test *tests, size_t count,
                                struct key_condition *condition, struct ddb_refusal *refusal)
{
    *condition = (struct key_condition){0};
    for (size_t i = 0; i < count; i++)
        TRY(check_test(&tests[i], find_comparison(tests[i].comparison), refusal));
    if (count == 0 || count > key_tests_max)
        return ddb_refuse(refusal, "Conditions can be of length 1 or 2 only");
    for (size_t i = 0; i < count; i++) {
        const struct comparison *comparison = find_comparison(tests[i].comparison);
        if (!comparison->indexable)
            return ddb_refuse(refusal,
                              "Attempted conditional constraint is not an indexable operation");
        condition->tests[condition->count++] = (struct key_test){
            tests[i].name,
            comparison->kind,
            {&tests[i].values[0], tests[i].count > 1 ? &tests[i].values[1] : NULL}
        };
    }
    return OK;
}

enum { types_added = types_set | TYPE_BIT(ATTR_N) | TYPE_BIT(ATTR_L) };

/* ADD appends to a list, which ADD of an expression does not. */
static struct node *append_node(struct arena *arena, struct slice name,
                                const struct attr_value *value)
{
    struct attr_value *empty = ARENA_NEW(arena, struct attr_value);
    empty->type = ATTR_L;
    struct node *old = function_node(arena, FUNCTION_IF_NOT_EXISTS, path_node(arena, name),
                                     value_node(arena, empty));
    return function_node(arena, FUNCTION_LIST_APPEND, old, value_node(arena, value));
}

static struct err check_value(const struct legacy_change *change, struct ddb_refusal *refusal)
{
    bool adds = slice_eq(change->action, SLICE("ADD"));
    bool deletes = slice_eq(change->action, SLICE("DELETE"));
    if (!change->value)
        return deletes ? OK
                       : ddb_refuse(refusal, WERE_INVALID "Only DELETE action is allowed when no "
                                                          "attribute value is specified");
    unsigned type = TYPE_BIT(change->value->type);
    if (adds && !(types_added & type))
        return ddb_refuse(refusal,
                          WERE_INVALID "ADD action is not supported for the type " SLICE_FMT,
                          SLICE_ARG(attr_type_long_name(change->value->type)));
    if (deletes && !(types_set & type))
        return ddb_refuse(refusal,
                          WERE_INVALID
                          "DELETE action with value is not supported for the type " SLICE_FMT,
                          SLICE_ARG(attr_type_long_name(change->value->type)));
    return OK;
}

static struct update_action make_action(struct arena *arena, const struct legacy_change *change)
{
    struct update_action action = {.kind = UPDATE_SET, .path = make_path(arena, change->name)};
    bool adds = slice_eq(change->action, SLICE("ADD"));
    if (slice_eq(change->action, SLICE("DELETE")))
        action.kind = change->value ? UPDATE_DELETE : UPDATE_REMOVE;
    else if (adds && change->value->type != ATTR_L)
        action.kind = UPDATE_ADD;
    if (adds && change->value->type == ATTR_L)
        action.value = append_node(arena, change->name, change->value);
    else if (change->value)
        action.value = value_node(arena, change->value);
    return action;
}

struct err legacy_update(struct arena *arena, const struct legacy_change *changes, size_t count,
                         struct update *update, struct ddb_refusal *refusal)
{
    *update = (struct update){
        .actions = ARENA_ARRAY(arena, struct update_action, count),
        .is_legacy = true,
    };
    for (size_t i = 0; i < count; i++) {
        TRY(check_value(&changes[i], refusal));
        update->actions[update->count++] = make_action(arena, &changes[i]);
    }
    return OK;
}

struct err legacy_projection(struct arena *arena, const struct slice *names, size_t count,
                             struct projection *projection, struct ddb_refusal *refusal)
{
    *projection = (struct projection){ARENA_ARRAY(arena, struct path, count), count};
    for (size_t i = 0; i < count; i++)
        projection->paths[i] = make_path(arena, names[i]);
    paths_sort(projection->paths, count);
    for (size_t i = 1; i < count; i++)
        if (path_equal(&projection->paths[i - 1], &projection->paths[i]))
            return ddb_refuse(refusal, WERE_INVALID "Duplicate value in attribute name: " SLICE_FMT,
                              SLICE_ARG(projection->paths[i].steps[0].name));
    return OK;
}
