#pragma once
/*
 * The parameters that came before expressions (developer guide, "Legacy DynamoDB conditional
 * parameters"), turned into the trees that expressions become, so that conditions are judged,
 * items updated and keys compared in one place. The trees borrow names and values.
 */
#include "emulator/services/dynamodb/expression/key_condition.h"

/* One test of Expected, QueryFilter, ScanFilter or KeyConditions. */
struct legacy_test {
    struct slice name;
    struct slice comparison; /* one of the model's ComparisonOperators */
    const struct attr_value *values;
    size_t count;
};

/* `joint` is NODE_AND or NODE_OR. Without tests the condition is NULL: it always holds. */
struct err legacy_condition(struct arena *arena, const struct legacy_test *tests, size_t count,
                            enum node_kind joint, struct node **condition,
                            struct ddb_refusal *refusal);

/* What can be checked without a schema; key_condition_range does the rest. */
struct err legacy_key_condition(const struct legacy_test *tests, size_t count,
                                struct key_condition *condition, struct ddb_refusal *refusal);

/* One of AttributeUpdates. */
struct legacy_change {
    struct slice name;
    struct slice action;            /* "PUT", "ADD" or "DELETE"; absent: PUT */
    const struct attr_value *value; /* NULL: there is none */
};

struct err legacy_update(struct arena *arena, const struct legacy_change *changes, size_t count,
                         struct update *update, struct ddb_refusal *refusal);

/* AttributesToGet: names of whole attributes, none of them twice. */
struct err legacy_projection(struct arena *arena, const struct slice *names, size_t count,
                             struct projection *projection, struct ddb_refusal *refusal);
