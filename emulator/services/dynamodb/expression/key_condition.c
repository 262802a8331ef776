/* Key condition expressions. */
#include "emulator/services/dynamodb/expression/key_condition.h"

#include "emulator/services/dynamodb/expression/expression_parse.h"

static struct err refuse(const struct expression_input *input, const char *reason,
                         const char *detail)
{
    return ddb_refuse(input->refusal, "Invalid %s: %s%s", input->parameter, reason, detail);
}

static bool operator_is_allowed(const struct node *node)
{
    if (node->kind == NODE_FUNCTION)
        return node->function == FUNCTION_BEGINS_WITH;
    return node->kind != NODE_NE && node->kind != NODE_IN && node->kind != NODE_NOT &&
           node->kind != NODE_OR;
}

/* `:v > a` reads as `a < :v`. */
static enum node_kind mirrored(enum node_kind kind)
{
    switch ((int)kind) {
    case NODE_LT:
        return NODE_GT;
    case NODE_LE:
        return NODE_GE;
    case NODE_GT:
        return NODE_LT;
    case NODE_GE:
        return NODE_LE;
    default:
        return kind;
    }
}

static struct err check_operands(const struct expression_input *input, const struct node *node)
{
    size_t paths = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct node *operand = node->operands[i];
        if (operand->kind != NODE_PATH && operand->kind != NODE_VALUE)
            return refuse(input, "KeyConditionExpressions cannot contain nested operations", "");
        if (operand->kind == NODE_PATH && operand->path.count > 1)
            return refuse(input,
                          "KeyConditionExpressions cannot have conditions on nested "
                          "attributes",
                          "");
        paths += operand->kind == NODE_PATH;
    }
    if (paths == 0)
        return refuse(input,
                      "Invalid condition in KeyConditionExpression: No key attribute "
                      "specified",
                      "");
    if (paths > 1)
        return refuse(input,
                      "Invalid condition in KeyConditionExpression: Multiple attribute names "
                      "used in one condition",
                      "");
    return OK;
}

struct err key_test_read(const struct expression_input *input, const struct node *node,
                         struct key_test *test)
{
    if (!operator_is_allowed(node))
        return refuse(input,
                      "Invalid operator used in KeyConditionExpression: ", node_operator(node));
    TRY(check_operands(input, node));
    bool swapped = node->operands[0]->kind != NODE_PATH;
    if (swapped && (node->kind == NODE_BETWEEN || node->kind == NODE_FUNCTION))
        return refuse(input,
                      "Invalid condition in KeyConditionExpression: the key attribute must "
                      "be the first operand of ",
                      node_operator(node));
    test->name = node->operands[swapped]->path.steps[0].name;
    test->kind = swapped ? mirrored(node->kind) : node->kind;
    test->values[0] = node->operands[!swapped]->value;
    test->values[1] = node->count > 2 ? node->operands[2]->value : NULL;
    return OK;
}

static struct err add_test(const struct expression_input *input, const struct node *node,
                           struct key_condition *tests)
{
    struct key_test test;
    TRY(key_test_read(input, node, &test));
    for (size_t i = 0; i < tests->count; i++)
        if (slice_eq(tests->tests[i].name, test.name))
            return refuse(input, "KeyConditionExpressions must only contain one condition per key",
                          "");
    if (tests->count == KEY_PARTS_MAX)
        return ddb_refuse(input->refusal, "Query key condition not supported");
    tests->tests[tests->count++] = test;
    return OK;
}

/* The terms of an AND, also of one in parentheses. */
static struct err read_tests(const struct expression_input *input, const struct node *node,
                             struct key_condition *tests)
{
    if (node->kind != NODE_AND)
        return add_test(input, node, tests);
    for (size_t i = 0; i < node->count; i++)
        TRY(read_tests(input, node->operands[i], tests));
    return OK;
}

static const struct key_test *find_test(const struct key_condition *tests, struct slice name)
{
    for (size_t i = 0; i < tests->count; i++)
        if (slice_eq(tests->tests[i].name, name))
            return &tests->tests[i];
    return NULL;
}

static struct err check_values(struct ddb_refusal *refusal, const struct key_part *part,
                               const struct key_test *test)
{
    for (size_t i = 0; i < 2 && test->values[i]; i++) {
        if (test->values[i]->type != part->type)
            return ddb_refuse(refusal, "One or more parameter values were invalid: "
                                       "Condition parameter type does not match schema "
                                       "type");
        if (part->type != ATTR_N && test->values[i]->text.len == 0)
            return ddb_refuse(refusal,
                              "One or more parameter values are not valid. The AttributeValue for "
                              "a key attribute cannot contain an empty %s value. Key: " SLICE_FMT,
                              part->type == ATTR_S ? "string" : "binary", SLICE_ARG(part->name));
    }
    return OK;
}

/* Tests in the schema's order; absent ones may only follow the last. */
static struct err order_tests(struct ddb_refusal *refusal, const struct key_schema *schema,
                              const struct key_condition *tests, const struct key_test **ordered,
                              unsigned *count)
{
    unsigned found = 0;
    for (unsigned i = 0; i < schema->count; i++) {
        const struct key_test *test = find_test(tests, schema->parts[i].name);
        bool missing = !test && (i < schema->hash_count || found < tests->count);
        if (missing)
            return ddb_refuse(refusal, "Query condition missed key schema element: " SLICE_FMT,
                              SLICE_ARG(schema->parts[i].name));
        if (!test)
            break;
        bool last = i + 1 == tests->count && i >= schema->hash_count;
        if (test->kind != NODE_EQ && !last)
            return ddb_refuse(refusal, "Query key condition not supported");
        TRY(check_values(refusal, &schema->parts[i], test));
        ordered[found++] = test;
    }
    if (found < tests->count)
        return ddb_refuse(refusal, "Query key condition not supported");
    *count = found;
    return OK;
}

struct bounds {
    struct buf low;
    struct buf high;
};

/* Both begin as "everything under the values so far"; a test narrows one of them or both. */
static void narrow(struct bounds *bounds, const struct key_test *test)
{
    bool sets_low = test->kind != NODE_LT && test->kind != NODE_LE;
    bool sets_high = test->kind != NODE_GT && test->kind != NODE_GE;
    const struct attr_value *upper = test->values[1] ? test->values[1] : test->values[0];
    if (test->kind == NODE_FUNCTION) {
        key_encode_prefix(&bounds->low, test->values[0]->text);
        key_encode_prefix(&bounds->high, test->values[0]->text);
    } else {
        if (sets_low)
            key_encode_value(&bounds->low, test->values[0]);
        if (sets_high)
            key_encode_value(&bounds->high, upper);
    }
    if (test->kind == NODE_GT)
        key_successor(&bounds->low);
    if (test->kind != NODE_LT)
        key_successor(&bounds->high);
}

static void build_range(struct arena *arena, const struct key_schema *schema,
                        const struct key_test *const *ordered, unsigned count,
                        struct key_range *range)
{
    const struct attr_value *hashes[KEY_PARTS_MAX];
    struct bounds bounds;
    const struct key_test *last = ordered[count - 1];
    unsigned equalities = last->kind == NODE_EQ ? count : count - 1;
    buf_init_arena(&bounds.low, arena, KEY_BYTES_MAX);
    buf_init_arena(&bounds.high, arena, KEY_BYTES_MAX);
    for (unsigned i = 0; i < schema->hash_count; i++)
        hashes[i] = ordered[i]->values[0];
    key_encode_hash(&bounds.low, hashes, schema->hash_count);
    for (unsigned i = schema->hash_count; i < equalities; i++)
        key_encode_value(&bounds.low, ordered[i]->values[0]);
    buf_append(&bounds.high, buf_slice(&bounds.low));
    if (equalities == count)
        key_successor(&bounds.high);
    else
        narrow(&bounds, last);
    *range = (struct key_range){buf_slice(&bounds.low), buf_slice(&bounds.high)};
}

struct err key_condition_parse(const struct expression_input *input,
                               struct key_condition *condition)
{
    struct node *node;
    *condition = (struct key_condition){0};
    TRY(condition_parse(input, &node));
    return read_tests(input, node, condition);
}

struct err key_condition_range(struct arena *arena, const struct key_condition *condition,
                               const struct key_schema *schema, struct key_range *range,
                               struct ddb_refusal *refusal)
{
    const struct key_test *ordered[KEY_PARTS_MAX];
    unsigned count = 0;
    TRY(order_tests(refusal, schema, condition, ordered, &count));
    build_range(arena, schema, ordered, count, range);
    return OK;
}
