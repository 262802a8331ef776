/* Matching messages against filter patterns. */
#include <stdlib.h>
#include <string.h>

#include "emulator/services/logs/filter.h"
#include "lib/enc/json.h"

enum { number_bytes_max = 64 };

/* The fields of a message between blanks. */
struct fields {
    struct slice *items;
    size_t count;
};

/* --- terms ----------------------------------------------------------------------------------- */

/* "?a ?b" is met by either; beside other terms AWS ignores those marked so. */
static bool match_terms(const struct logs_filter *filter, struct slice message)
{
    bool has_any = false;
    bool met_any = false;
    bool has_other = false;
    for (size_t i = 0; i < filter->term_count; i++) {
        const struct logs_term *term = &filter->terms[i];
        bool is_there = slice_contains(message, term->text);
        has_any = has_any || term->kind == LOGS_TERM_ANY;
        met_any = met_any || (term->kind == LOGS_TERM_ANY && is_there);
        has_other = has_other || term->kind != LOGS_TERM_ANY;
        if (term->kind != LOGS_TERM_ANY && is_there != (term->kind == LOGS_TERM_REQUIRED))
            return false;
    }
    return !has_any || met_any || has_other;
}

/* --- comparisons ----------------------------------------------------------------------------- */

static bool compare_numbers(enum logs_operator operation, double left, double right)
{
    switch (operation) {
    case LOGS_EQUAL:
        return left == right;
    case LOGS_NOT_EQUAL:
        return left != right;
    case LOGS_LESS:
        return left < right;
    case LOGS_LESS_OR_EQUAL:
        return left <= right;
    case LOGS_GREATER:
        return left > right;
    case LOGS_GREATER_OR_EQUAL:
        return left >= right;
    case LOGS_IS_NULL:
    case LOGS_IS_TRUE:
    case LOGS_IS_FALSE:
    case LOGS_NOT_EXISTS:
        break;
    }
    return false;
}

static bool has_text(const struct logs_condition *condition, struct slice value)
{
    if (condition->any_before && condition->any_after)
        return slice_contains(value, condition->text);
    if (condition->any_before)
        return slice_ends_with(value, condition->text);
    if (condition->any_after)
        return slice_starts_with(value, condition->text);
    return slice_eq(value, condition->text);
}

static bool to_number(struct slice text, double *number)
{
    char copy[number_bytes_max];
    char *end;
    if (text.len == 0 || text.len >= sizeof copy || !strchr("+-.0123456789", text.ptr[0]))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *number = strtod(copy, &end);
    return end == copy + text.len;
}

/* A number is compared as one where both sides are; anything else is compared as text. */
static bool compare(const struct logs_condition *condition, struct slice value, bool may_be_number)
{
    double number;
    if (may_be_number && condition->is_number && to_number(value, &number))
        return compare_numbers(condition->operation, number, condition->number);
    if (condition->operation == LOGS_EQUAL)
        return has_text(condition, value);
    return condition->operation == LOGS_NOT_EQUAL && !has_text(condition, value);
}

/* --- JSON ------------------------------------------------------------------------------------ */

/* The value that the selector ends at. Objects and arrays meet no comparison. */
static bool meets(const struct logs_condition *condition, struct json_reader *r)
{
    struct slice text;
    bool flag;
    switch (json_peek(r)) {
    case JSON_KIND_STRING:
        return json_string(r, &text) && compare(condition, text, false);
    case JSON_KIND_NUMBER:
        return json_number(r, &text) && compare(condition, text, true);
    case JSON_KIND_BOOL:
        if (!json_bool(r, &flag))
            return false;
        return condition->operation == (flag ? LOGS_IS_TRUE : LOGS_IS_FALSE) ||
               compare(condition, flag ? SLICE("true") : SLICE("false"), false);
    case JSON_KIND_NULL:
        return json_null(r) && condition->operation == LOGS_IS_NULL;
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT:
    case JSON_KIND_INVALID:
        json_skip(r);
        break;
    }
    return false;
}

/* Whether a value that steps `at` and on lead to meets the condition. Reads one value whole. */
static bool walk(const struct logs_condition *condition, size_t at, struct json_reader *r)
{
    const struct logs_step *step = &condition->steps[at];
    bool found = false;
    struct slice key;
    if (at == condition->step_count) {
        if (condition->operation != LOGS_NOT_EXISTS)
            return meets(condition, r);
        json_skip(r);
        return true;
    }
    if (step->kind == LOGS_STEP_NAME && json_peek(r) == JSON_KIND_OBJECT) {
        json_object_begin(r);
        while (json_object_next(r, &key)) {
            if (slice_eq(key, step->name))
                found = walk(condition, at + 1, r) || found;
            else
                json_skip(r);
        }
        return found;
    }
    if (step->kind == LOGS_STEP_NAME || json_peek(r) != JSON_KIND_ARRAY) {
        json_skip(r);
        return false;
    }
    json_array_begin(r);
    for (uint64_t index = 0; json_array_next(r); index++) {
        if (step->kind == LOGS_STEP_EACH || index == step->index)
            found = walk(condition, at + 1, r) || found;
        else
            json_skip(r);
    }
    return found;
}

static bool meets_json(const struct logs_condition *condition, struct slice message,
                       struct arena *scratch)
{
    struct json_reader r;
    json_reader_init(&r, message, scratch);
    bool found = walk(condition, 0, &r);
    return condition->operation == LOGS_NOT_EXISTS ? !found : found;
}

static bool is_json_object(struct slice message, struct arena *scratch)
{
    struct json_reader r;
    json_reader_init(&r, message, scratch);
    return json_peek(&r) == JSON_KIND_OBJECT && json_skip(&r) && json_finish(&r);
}

/* --- fields ---------------------------------------------------------------------------------- */

/* The next field of `rest`: text between blanks, [brackets] or "quotes", without these. */
static struct slice next_field(struct slice *rest)
{
    struct slice field;
    char first = rest->ptr[0];
    char close = first == '[' ? ']' : first == '"' ? '"' : '\0';
    ptrdiff_t end = close ? slice_index(slice_from(*rest, 1), close) : -1;
    if (end >= 0) {
        field = slice_sub(*rest, 1, (size_t)end);
        *rest = slice_from(*rest, (size_t)end + 2);
        return field;
    }
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != ' ' && rest->ptr[len] != '\t')
        len++;
    field = slice_sub(*rest, 0, len);
    *rest = slice_from(*rest, len);
    return field;
}

static size_t split(struct slice message, struct slice *items)
{
    struct slice rest = slice_trim(message);
    size_t count = 0;
    for (; rest.len > 0; rest = slice_trim(rest), count++) {
        struct slice field = next_field(&rest);
        if (items)
            items[count] = field;
    }
    return count;
}

static bool meets_field(const struct logs_condition *condition, const struct fields *fields)
{
    size_t at = condition->from_end ? fields->count - 1 - condition->field : condition->field;
    return compare(condition, fields->items[at], true);
}

/* --- expressions ----------------------------------------------------------------------------- */

struct subject {
    struct slice message;
    struct arena *scratch;
    const struct fields *fields; /* NULL: the message is JSON */
};

static bool evaluate(const struct logs_expression *node, const struct subject *subject)
{
    if (node->kind == LOGS_AND)
        return evaluate(node->left, subject) && evaluate(node->right, subject);
    if (node->kind == LOGS_OR)
        return evaluate(node->left, subject) || evaluate(node->right, subject);
    if (subject->fields)
        return meets_field(&node->condition, subject->fields);
    return meets_json(&node->condition, subject->message, subject->scratch);
}

bool logs_filter_matches(const struct logs_filter *filter, struct slice message,
                         struct arena *scratch)
{
    struct fields fields;
    struct subject subject = {message, scratch, NULL};
    switch (filter->kind) {
    case LOGS_FILTER_TERMS:
        return match_terms(filter, message);
    case LOGS_FILTER_JSON:
        return is_json_object(message, scratch) && evaluate(filter->expression, &subject);
    case LOGS_FILTER_FIELDS:
        fields.count = split(message, NULL);
        if (fields.count < filter->field_count ||
            (fields.count > filter->field_count && !filter->has_ellipsis))
            return false;
        fields.items = ARENA_ARRAY(scratch, struct slice, fields.count);
        split(message, fields.items);
        subject.fields = &fields;
        return !filter->expression || evaluate(filter->expression, &subject);
    }
    return false;
}
