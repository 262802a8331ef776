#pragma once
/*
 * DynamoDB's expression language: condition, filter, update, projection and key condition
 * expressions (developer guide, "Using expressions in DynamoDB").
 *
 * Parsing resolves every placeholder and checks all that can be known without an item, in AWS's
 * words; syntax comes before everything else. What is parsed lives in the arena, borrows the
 * expression's text and the placeholders, and may be evaluated any number of times.
 */
#include "emulator/services/dynamodb/expression/placeholders.h"
#include "emulator/services/dynamodb/value/value.h"

enum {
    EXPRESSION_BYTES_MAX = 4096,
    EXPRESSION_OPERATORS_MAX = 300,
    EXPRESSION_IN_MAX = 100,
    EXPRESSION_DEPTH_MAX = 320, /* of parentheses: more than 300 operators allow to make sense */
    PATH_STEPS_MAX = 33
};

/* a.b[2]: steps "a", "b", 2. */
struct path_step {
    struct slice name; /* absent: a list index */
    uint32_t index;
};

struct path {
    struct path_step *steps;
    size_t count;
};

enum function {
    FUNCTION_ATTRIBUTE_EXISTS,
    FUNCTION_ATTRIBUTE_NOT_EXISTS,
    FUNCTION_ATTRIBUTE_TYPE,
    FUNCTION_BEGINS_WITH,
    FUNCTION_CONTAINS,
    FUNCTION_SIZE,
    FUNCTION_IF_NOT_EXISTS,
    FUNCTION_LIST_APPEND,
    FUNCTION_COUNT
};

enum node_kind {
    /* operands */
    NODE_PATH,
    NODE_VALUE,
    NODE_FUNCTION, /* a condition too, for those that answer yes or no */
    NODE_PLUS,
    NODE_MINUS,
    /* conditions */
    NODE_EQ,
    NODE_NE,
    NODE_LT,
    NODE_LE,
    NODE_GT,
    NODE_GE,
    NODE_BETWEEN,
    NODE_IN,
    NODE_NOT,
    NODE_AND,
    NODE_OR
};

struct node {
    enum node_kind kind;
    enum function function; /* of NODE_FUNCTION */
    bool in_parentheses;
    struct path path;               /* of NODE_PATH */
    const struct attr_value *value; /* of NODE_VALUE */
    struct node **operands;
    size_t count;
    size_t capacity; /* of `operands`, while parsing */
};

/* What an expression is parsed with. */
struct expression_input {
    struct arena *arena;
    const char *parameter; /* "ConditionExpression": begins every message; NULL: a statement */
    struct slice text;
    struct placeholders *placeholders;
    struct ddb_refusal *refusal;
};

/* A condition or a filter. */
struct err condition_parse(const struct expression_input *input, struct node **condition);
/* Whether the item (empty for none) satisfies it. */
bool condition_holds(const struct node *condition, const struct attr_map *item);
/* The first top-level attribute that the condition names and the test accepts; absent: none. */
struct slice condition_find_attribute(const struct node *condition,
                                      bool (*test)(const void *context, struct slice name),
                                      const void *context);

struct projection {
    struct path *paths; /* sorted; none is a beginning of another */
    size_t count;
};

struct err projection_parse(const struct expression_input *input, struct projection *projection);
/* The item's parts that the paths name. */
struct attr_map projection_apply(struct arena *arena, const struct projection *projection,
                                 const struct attr_map *item);
/* The same from stored bytes, building no more than it needs. False when they are damaged. */
bool projection_apply_bytes(struct arena *arena, const struct projection *projection,
                            struct slice bytes, struct attr_map *item);

enum update_kind { UPDATE_SET, UPDATE_REMOVE, UPDATE_ADD, UPDATE_DELETE };

struct update_action {
    enum update_kind kind;
    struct path path;
    struct node *value; /* NULL for REMOVE */
};

struct update {
    struct update_action *actions;
    size_t count;
    bool is_legacy; /* made of AttributeUpdates: a wrong type is told in other words */
};

/* Whether it only takes away: then AttributeUpdates makes no item where there is none. */
bool update_only_removes(const struct update *update);

struct err update_parse(const struct expression_input *input, struct update *update);
/* The new item; `item` is untouched and shares its parts with the result. */
struct err update_apply(struct arena *arena, const struct update *update,
                        const struct attr_map *item, struct attr_map *result,
                        struct ddb_refusal *refusal);
/* What ReturnValues' UPDATED_OLD and UPDATED_NEW show: the update's paths, as a projection. */
struct projection update_touched(struct arena *arena, const struct update *update);

/* Paths. */
const struct attr_value *path_find(const struct path *path, const struct attr_map *item);
struct slice path_print(struct arena *arena, const struct path *path); /* "[a, b, [2]]" */
int path_compare(const struct path *a, const struct path *b);
bool path_equal(const struct path *a, const struct path *b);
void paths_sort(struct path *paths, size_t count);
/* Refuses two paths of which one begins the other, or which treat one place as map and as list. */
struct err paths_check(const struct expression_input *input, const struct path *paths,
                       size_t count);
