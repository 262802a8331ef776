#pragma once
/*
 * Key condition expressions: which items of a table or an index a Query reads, as one range of key
 * bytes (key.h).
 */
#include "emulator/services/dynamodb/expression/expression.h"
#include "emulator/services/dynamodb/value/key.h"

/* Keys k with low <= k < high, bytewise; an empty `high` is no bound. */
struct key_range {
    struct slice low;
    struct slice high;
};

/* One condition: an attribute, how it is compared, and with which values. */
struct key_test {
    struct slice name;
    enum node_kind kind; /* NODE_EQ ... NODE_GE, NODE_BETWEEN; NODE_FUNCTION is begins_with */
    const struct attr_value *values[2];
};

struct key_condition {
    struct key_test tests[KEY_PARTS_MAX];
    size_t count;
};

/* The test that a condition makes on one attribute, where a key condition may hold such a one. */
struct err key_test_read(const struct expression_input *input, const struct node *node,
                         struct key_test *test);

/* What can be checked without a schema. */
struct err key_condition_parse(const struct expression_input *input,
                               struct key_condition *condition);

/*
 * The range for this schema: one equality for each hash attribute, then equalities for range
 * attributes from the left, of which the last may be any comparison, BETWEEN or begins_with.
 */
struct err key_condition_range(struct arena *arena, const struct key_condition *condition,
                               const struct key_schema *schema, struct key_range *range,
                               struct ddb_refusal *refusal);
