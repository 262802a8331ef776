#pragma once
/*
 * Key condition expressions: which items of a table or an index a Query reads, as one range of key
 * bytes (key.h).
 */
#include "emulator/services/dynamodb/expression.h"
#include "emulator/services/dynamodb/key.h"

/* Keys k with low <= k < high, bytewise; an empty `high` is no bound. */
struct key_range {
    struct slice low;
    struct slice high;
};

/*
 * Parses the expression and turns it into the range for this schema: one equality for each hash
 * attribute, then equalities for range attributes from the left, of which the last may be any
 * comparison, BETWEEN or begins_with.
 */
struct err key_condition_parse(const struct expression_input *input,
                               const struct key_schema *schema, struct key_range *range);
