/* Assertions, by a table of operators. */
#include "scenarios/runner/check.h"

#include <assert.h>
#include <regex.h>
#include <stdlib.h>

#include "lib/base/attributes.h"

enum { shown_bytes_max = 300, operators_max = 24 };

typedef bool compare(const struct value *actual, const struct value *expected, struct arena *arena);

struct check_operator {
    const char *name;
    const char *says; /* "expected <path> <says> <value>" */
    compare *holds;   /* `actual` is NULL when there is nothing at the path */
    bool takes_value;
    bool allows_nothing; /* it is asked even when there is nothing at the path */
};

static bool equals(const struct value *actual, const struct value *expected, struct arena *arena)
{
    (void)arena;
    return value_equal(actual, expected);
}

static bool differs(const struct value *actual, const struct value *expected, struct arena *arena)
{
    (void)arena;
    return !value_equal(actual, expected);
}

static bool exists(const struct value *actual, const struct value *expected, struct arena *arena)
{
    (void)expected, (void)arena;
    return actual != NULL;
}

static bool is_absent(const struct value *actual, const struct value *expected, struct arena *arena)
{
    (void)expected, (void)arena;
    return actual == NULL;
}

/* Whole numbers exactly, others as doubles; false when one is no number. */
static bool order(const struct value *a, const struct value *b, struct arena *arena, int *sign)
{
    int64_t left;
    int64_t right;
    char *end;
    if (slice_to_i64(a->text, &left) && slice_to_i64(b->text, &right)) {
        *sign = (left > right) - (left < right);
        return true;
    }
    double x = strtod(arena_cstr(arena, a->text), &end);
    bool numbers = a->text.len > 0 && *end == '\0';
    double y = strtod(arena_cstr(arena, b->text), &end);
    *sign = (x > y) - (x < y);
    return numbers && b->text.len > 0 && *end == '\0';
}

static bool is_less(const struct value *a, const struct value *b, struct arena *arena)
{
    int sign;
    return order(a, b, arena, &sign) && sign < 0;
}

static bool is_greater(const struct value *a, const struct value *b, struct arena *arena)
{
    int sign;
    return order(a, b, arena, &sign) && sign > 0;
}

static bool is_at_least(const struct value *a, const struct value *b, struct arena *arena)
{
    int sign;
    return order(a, b, arena, &sign) && sign >= 0;
}

static bool is_at_most(const struct value *a, const struct value *b, struct arena *arena)
{
    int sign;
    return order(a, b, arena, &sign) && sign <= 0;
}

/* An item of a list, a member's name of an object, a part of a text. */
static bool contains(const struct value *actual, const struct value *expected, struct arena *arena)
{
    if (actual->kind == VALUE_STRING)
        return slice_contains(actual->text, value_to_text(expected, arena));
    if (actual->kind == VALUE_OBJECT)
        return value_get(actual, value_to_text(expected, arena)) != NULL;
    for (size_t i = 0; i < actual->count; i++)
        if (value_equal(actual->items[i], expected))
            return true;
    return false;
}

static bool lacks(const struct value *actual, const struct value *expected, struct arena *arena)
{
    return !contains(actual, expected, arena);
}

static bool starts_with(const struct value *actual, const struct value *expected,
                        struct arena *arena)
{
    return actual->kind == VALUE_STRING &&
           slice_starts_with(actual->text, value_to_text(expected, arena));
}

static bool matches(const struct value *actual, const struct value *expected, struct arena *arena)
{
    regex_t pattern;
    if (actual->kind != VALUE_STRING && actual->kind != VALUE_NUMBER)
        return false;
    if (regcomp(&pattern, arena_cstr(arena, expected->text), REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool hit = regexec(&pattern, arena_cstr(arena, actual->text), 0, NULL, 0) == 0;
    regfree(&pattern);
    return hit;
}

static bool is_one_of(const struct value *actual, const struct value *expected, struct arena *arena)
{
    (void)arena;
    for (size_t i = 0; i < expected->count; i++)
        if (value_equal(actual, expected->items[i]))
            return true;
    return false;
}

static bool is_of_type(const struct value *actual, const struct value *expected,
                       struct arena *arena)
{
    (void)arena;
    return slice_eq_cstr(expected->text, value_kind_name(actual->kind));
}

static bool has_length(const struct value *actual, const struct value *expected,
                       struct arena *arena)
{
    size_t length = actual->kind == VALUE_STRING ? slice_utf8_length(actual->text) : actual->count;
    return value_equal(value_number(arena, (int64_t)length), expected);
}

static const struct check_operator operators[] = {
    {"equals",      "to equal",        equals,      true,  false},
    {"not_equals",  "not to equal",    differs,     true,  false},
    {"exists",      "to exist",        exists,      false, true },
    {"absent",      "to be absent",    is_absent,   false, true },
    {"less",        "to be less than", is_less,     true,  false},
    {"greater",     "to be more than", is_greater,  true,  false},
    {"at_least",    "to be at least",  is_at_least, true,  false},
    {"at_most",     "to be at most",   is_at_most,  true,  false},
    {"contains",    "to contain",      contains,    true,  false},
    {"lacks",       "not to contain",  lacks,       true,  false},
    {"starts_with", "to start with",   starts_with, true,  false},
    {"matches",     "to match",        matches,     true,  false},
    {"one_of",      "to be one of",    is_one_of,   true,  false},
    {"type",        "to be of type",   is_of_type,  true,  false},
    {"length",      "to have length",  has_length,  true,  false},
};
static_assert(ARRAY_LEN(operators) <= operators_max, "parse_operator's list has room");

static const struct check_operator *find_operator(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (slice_eq_cstr(name, operators[i].name))
            return &operators[i];
    return NULL;
}

static bool parse_operator(const struct node *op, struct complaints *complaints,
                           struct check *check)
{
    const char *names[operators_max];
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        names[i] = operators[i].name;
    check->op = find_operator(op ? op->text : SLICE("equals"));
    if (check->op)
        return true;
    const char *nearest = nearest_word(op->text, names, ARRAY_LEN(operators));
    complain(complaints, op, "unknown op \"" SLICE_FMT "\"%s%s%s", SLICE_ARG(op->text),
             nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    return false;
}

static bool is_text(const struct node *node)
{
    return node->kind == NODE_SCALAR;
}

/* status: 201, status: [200, 201], error: Code */
static bool parse_short(const struct node *item, struct check *check)
{
    const struct node *status = node_get(item, "status");
    const struct node *error = node_get(item, "error");
    if (!status && !error)
        return false;
    check->subject = status ? CHECK_STATUS : CHECK_ERROR;
    check->expected = status ? status : error;
    check->op =
        find_operator(check->expected->kind == NODE_LIST ? SLICE("one_of") : SLICE("equals"));
    return true;
}

static bool parse_subject(const struct node *item, struct arena *arena,
                          struct complaints *complaints, struct check *check)
{
    const struct node *path = node_get(item, "path");
    const struct node *header = node_get(item, "header");
    if (path && header) {
        complain(complaints, header,
                 "an assertion is about one thing: path, header, status or "
                 "error");
        return false;
    }
    if (header && is_text(header)) {
        check->subject = CHECK_HEADER;
        check->header = header->text;
        return true;
    }
    if (!path || !is_text(path)) {
        complain(complaints, item, "an assertion needs a path, header, status or error");
        return false;
    }
    const char *problem = jsonpath_parse(path->text, arena, &check->path);
    if (problem)
        complain(complaints, path, "\"" SLICE_FMT "\" is no path: %s", SLICE_ARG(path->text),
                 problem);
    return !problem;
}

static bool parse_check(const struct node *item, struct arena *arena, struct complaints *complaints,
                        struct check *check)
{
    static const char *const keys[] = {"path", "op", "value", "status", "error", "header"};
    check->where = item;
    if (!node_check_keys(item, keys, ARRAY_LEN(keys), complaints))
        return false;
    if (parse_short(item, check)) {
        if (item->count > 1)
            complain(complaints, item, "status and error stand alone in an assertion");
        return item->count == 1;
    }
    if (!parse_subject(item, arena, complaints, check) ||
        !parse_operator(node_get(item, "op"), complaints, check))
        return false;
    check->expected = node_get(item, "value");
    if (check->op->takes_value != (check->expected != NULL)) {
        complain(complaints, item, "op %s takes %s", check->op->name,
                 check->op->takes_value ? "a value" : "no value");
        return false;
    }
    return true;
}

bool check_list_parse(const struct node *list, struct arena *arena, struct complaints *complaints,
                      struct check_list *checks)
{
    bool fine = true;
    if (list->kind != NODE_LIST) {
        complain(complaints, list, "assertions are a list: each begins with \"- \"");
        return false;
    }
    checks->items = ARENA_ARRAY(arena, struct check, list->count);
    checks->count = list->count;
    for (size_t i = 0; i < list->count; i++)
        fine = parse_check(list->items[i], arena, complaints, &checks->items[i]) && fine;
    return fine;
}

bool check_list_judges_success(const struct check_list *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        if (checks->items[i].subject == CHECK_STATUS || checks->items[i].subject == CHECK_ERROR)
            return true;
    return false;
}

static const struct value *text_or_nothing(struct slice text, struct arena *arena)
{
    return text.len > 0 ? value_string(arena, text) : NULL;
}

static const struct value *find_subject(const struct check *check, const struct outcome *outcome,
                                        struct arena *arena, struct slice *name)
{
    switch (check->subject) {
    case CHECK_STATUS:
        *name = SLICE("status");
        return value_number(arena, outcome->status);
    case CHECK_ERROR:
        *name = SLICE("error");
        return text_or_nothing(outcome->error_code, arena);
    case CHECK_HEADER:
        *name = arena_printf(arena, "header " SLICE_FMT, SLICE_ARG(check->header));
        return text_or_nothing(
            http_header_find(outcome->headers, outcome->header_count, check->header), arena);
    case CHECK_PATH:
        break;
    }
    *name = check->path.text;
    return jsonpath_find(&check->path, outcome->document, arena);
}

static struct slice shown(const struct value *value, struct arena *arena)
{
    struct slice text = value ? value_to_json(value, arena) : SLICE("nothing");
    if (text.len <= shown_bytes_max)
        return text;
    return arena_printf(arena, SLICE_FMT "... (%zu bytes)",
                        SLICE_ARG(slice_sub(text, 0, shown_bytes_max)), text.len);
}

bool check_holds(const struct check *check, const struct outcome *outcome, struct render *render,
                 struct slice *difference)
{
    struct slice name;
    struct arena *arena = render->arena;
    const struct value *actual = find_subject(check, outcome, arena, &name);
    const struct value *expected = check->expected ? render_value(render, check->expected) : NULL;
    if (check->expected && !expected)
        return false;
    if ((actual || check->op->allows_nothing) && check->op->holds(actual, expected, arena))
        return true;
    *difference = arena_printf(arena, "expected " SLICE_FMT " %s%s" SLICE_FMT ", found " SLICE_FMT,
                               SLICE_ARG(name), check->op->says, expected ? " " : "",
                               SLICE_ARG(expected ? shown(expected, arena) : SLICE("")),
                               SLICE_ARG(shown(actual, arena)));
    if (outcome->note.len > 0)
        *difference = arena_printf(arena, SLICE_FMT "; the answer: %d " SLICE_FMT " " SLICE_FMT,
                                   SLICE_ARG(*difference), outcome->status,
                                   SLICE_ARG(outcome->error_code), SLICE_ARG(outcome->note));
    return false;
}
