#pragma once
/*
 * Filter patterns of CloudWatch Logs: words and phrases, conditions on JSON, conditions on fields
 * between blanks. Pure; a filter borrows the pattern's bytes and lives in its arena.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

#define LOGS_FILTER_DEPTH_MAX 32 /* of parentheses */

enum logs_term_kind { LOGS_TERM_REQUIRED, LOGS_TERM_ANY, LOGS_TERM_EXCLUDED };

struct logs_term {
    enum logs_term_kind kind;
    struct slice text;
};

/* One step of "$.users[0].name". */
struct logs_step {
    enum { LOGS_STEP_NAME, LOGS_STEP_INDEX, LOGS_STEP_EACH } kind; /* each: [*] */
    struct slice name;
    uint64_t index;
};

enum logs_operator {
    LOGS_EQUAL,
    LOGS_NOT_EQUAL,
    LOGS_LESS,
    LOGS_LESS_OR_EQUAL,
    LOGS_GREATER,
    LOGS_GREATER_OR_EQUAL,
    LOGS_IS_NULL,
    LOGS_IS_TRUE,
    LOGS_IS_FALSE,
    LOGS_NOT_EXISTS
};

struct logs_condition {
    enum logs_operator operation;
    struct logs_step *steps; /* of a JSON pattern */
    size_t step_count;
    size_t field; /* of a field pattern: its number from the start, or from the end */
    bool from_end;
    struct slice text; /* what to compare with, without the asterisks at its ends */
    bool any_before;
    bool any_after;
    bool is_number;
    double number;
};

struct logs_expression {
    enum { LOGS_CONDITION, LOGS_AND, LOGS_OR } kind;
    struct logs_condition condition;
    const struct logs_expression *left;
    const struct logs_expression *right;
};

struct logs_filter {
    enum { LOGS_FILTER_TERMS, LOGS_FILTER_JSON, LOGS_FILTER_FIELDS } kind;
    struct logs_term *terms; /* none: every message matches */
    size_t term_count;
    const struct logs_expression *expression; /* NULL in a field pattern: no condition */
    size_t field_count;                       /* that a field pattern names */
    bool has_ellipsis;                        /* there may be more fields */
};

enum logs_filter_result { LOGS_FILTER_OK, LOGS_FILTER_INVALID, LOGS_FILTER_UNSUPPORTED };

/* An absent pattern is the empty one. On failure `problem` is a sentence for the caller. */
enum logs_filter_result logs_filter_parse(struct arena *arena, struct slice pattern,
                                          struct logs_filter *filter, struct slice *problem);

/* `scratch` takes what the match needs for a moment; the caller may reset it afterwards. */
bool logs_filter_matches(const struct logs_filter *filter, struct slice message,
                         struct arena *scratch);
