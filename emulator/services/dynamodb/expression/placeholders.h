#pragma once
/*
 * ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its
 * expressions used: AWS refuses a request that leaves one unused.
 */
#include "emulator/services/dynamodb/value/value.h"

struct name_placeholder {
    struct slice key;  /* "#n" */
    struct slice name; /* the attribute's name */
    bool used;
};

struct placeholders {
    struct name_placeholder *names; /* sorted by key */
    size_t name_count;
    bool has_names;
    struct attr_map values; /* by ":v" */
    bool *values_used;      /* one for each of `values` */
    bool has_values;
};

/* The maps as they came. `value_refusal` is what reading the values noted, absent when all is well.
 */
struct err placeholders_init(struct placeholders *placeholders, struct arena *arena,
                             const struct attr_map *values, struct slice value_refusal,
                             struct ddb_refusal *refusal);
/* Adds one name. Once all are added, and before any expression is parsed, they are sorted. */
struct err placeholders_add_name(struct placeholders *placeholders, size_t capacity,
                                 struct slice key, struct slice name, struct arena *arena,
                                 struct ddb_refusal *refusal);
void placeholders_sort_names(struct placeholders *placeholders);

/* Marks it used; false when it is not defined. */
bool placeholders_name(struct placeholders *placeholders, struct slice key, struct slice *name);
const struct attr_value *placeholders_value(struct placeholders *placeholders, struct slice key);

/* "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}" */
struct err placeholders_check_used(const struct placeholders *placeholders,
                                   struct ddb_refusal *refusal);
