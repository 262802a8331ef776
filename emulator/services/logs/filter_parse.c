/* Reading filter patterns. */
#include <stdlib.h>
#include <string.h>

#include "emulator/services/logs/filter.h"
#include "lib/base/attributes.h"

enum { number_bytes_max = 64, steps_max = 32 };

struct parser {
    struct arena *arena;
    struct slice rest;
    struct slice problem;
    enum logs_filter_result result;
    unsigned depth;
    bool of_fields;
    /* The field whose condition is being read. */
    struct slice field_name;
    size_t field;
};

static const struct logs_expression *parse_either(struct parser *p);

/* The first failure stays. Always returns false. */
static bool reject(struct parser *p, enum logs_filter_result result, struct slice problem)
{
    if (p->result == LOGS_FILTER_OK) {
        p->result = result;
        p->problem = problem;
    }
    return false;
}

static bool invalid(struct parser *p)
{
    return reject(p, LOGS_FILTER_INVALID, SLICE("Invalid filter pattern"));
}

static bool refuse_regex(struct parser *p)
{
    return reject(p, LOGS_FILTER_UNSUPPORTED,
                  SLICE("Florin does not implement regular expressions (%…%) in filter patterns "
                        "yet"));
}

static bool bad_term(struct parser *p, struct slice term)
{
    return reject(p, LOGS_FILTER_INVALID,
                  arena_printf(p->arena,
                               "Invalid filter pattern: Invalid character(s) in term '" SLICE_FMT
                               "'",
                               SLICE_ARG(term)));
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* What a value may hold without quotes: names, numbers, addresses with asterisks. */
static bool is_bare(char c)
{
    return is_word(c) || c == '.' || c == '*' || c == '+' || c == '-' || c == ':' || c == '/';
}

static void skip_blanks(struct parser *p)
{
    while (p->rest.len && is_blank(p->rest.ptr[0]))
        p->rest = slice_from(p->rest, 1);
}

static char peek(const struct parser *p)
{
    return p->rest.len ? p->rest.ptr[0] : '\0';
}

static bool accept(struct parser *p, struct slice token)
{
    skip_blanks(p);
    if (!slice_starts_with(p->rest, token))
        return false;
    p->rest = slice_from(p->rest, token.len);
    return true;
}

static struct slice take_while(struct parser *p, bool (*is_part)(char))
{
    size_t len = 0;
    while (len < p->rest.len && is_part(p->rest.ptr[len]))
        len++;
    struct slice taken = slice_sub(p->rest, 0, len);
    p->rest = slice_from(p->rest, len);
    return taken;
}

/* A keyword in any case, not followed by more of a word. */
static bool accept_word(struct parser *p, struct slice word)
{
    skip_blanks(p);
    struct parser before = *p;
    if (slice_eq_nocase(take_while(p, is_word), word))
        return true;
    *p = before;
    return false;
}

/* "…" with \" and \\ inside; the cursor stands on the opening quote. */
static bool take_quoted(struct parser *p, struct slice *text)
{
    char *out = arena_alloc(p->arena, p->rest.len);
    char quote = peek(p);
    size_t len = 0;
    for (size_t at = 1; at < p->rest.len; at++) {
        char c = p->rest.ptr[at];
        if (c == quote) {
            *text = (struct slice){out, len};
            p->rest = slice_from(p->rest, at + 1);
            return true;
        }
        if (c == '\\' && at + 1 < p->rest.len &&
            (p->rest.ptr[at + 1] == quote || p->rest.ptr[at + 1] == '\\'))
            c = p->rest.ptr[++at];
        out[len++] = c;
    }
    return invalid(p);
}

/* --- terms ----------------------------------------------------------------------------------- */

static bool is_term_part(char c)
{
    return !is_blank(c);
}

static bool take_term(struct parser *p, struct logs_term *term)
{
    static const struct {
        char mark;
        enum logs_term_kind kind;
    } marks[] = {
        {'-', LOGS_TERM_EXCLUDED},
        {'?', LOGS_TERM_ANY     }
    };
    term->kind = LOGS_TERM_REQUIRED;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (peek(p) == marks[i].mark) {
            term->kind = marks[i].kind;
            p->rest = slice_from(p->rest, 1);
            skip_blanks(p);
            break;
        }
    }
    if (peek(p) == '%')
        return refuse_regex(p);
    if (peek(p) == '"') {
        struct slice from = p->rest;
        if (!take_quoted(p, &term->text))
            return false;
        return term->text.len > 0 || bad_term(p, slice_sub(from, 0, 2));
    }
    term->text = take_while(p, is_term_part);
    for (size_t i = 0; i < term->text.len; i++)
        if (!is_word(term->text.ptr[i]))
            return bad_term(p, term->text);
    return term->text.len > 0 || invalid(p);
}

static bool parse_terms(struct parser *p, struct logs_filter *filter)
{
    filter->kind = LOGS_FILTER_TERMS;
    filter->terms = ARENA_ARRAY(p->arena, struct logs_term, p->rest.len);
    for (skip_blanks(p); p->rest.len > 0; skip_blanks(p))
        if (!take_term(p, &filter->terms[filter->term_count++]))
            return false;
    return true;
}

/* --- conditions ------------------------------------------------------------------------------ */

static bool is_name_part(char c)
{
    return is_word(c) || c == '-' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_bracket(struct parser *p, struct logs_step *step)
{
    if (peek(p) == '\'' || peek(p) == '"') {
        step->kind = LOGS_STEP_NAME;
        if (!take_quoted(p, &step->name))
            return false;
    } else if (accept(p, SLICE("*"))) {
        step->kind = LOGS_STEP_EACH;
    } else {
        step->kind = LOGS_STEP_INDEX;
        if (!slice_to_u64(take_while(p, is_digit), &step->index))
            return invalid(p);
    }
    return accept(p, SLICE("]")) || invalid(p);
}

/* "$.users[0].name" or "$.['cluster.name']" */
static bool take_selector(struct parser *p, struct logs_condition *condition)
{
    if (!accept(p, SLICE("$")))
        return invalid(p);
    condition->steps = ARENA_ARRAY(p->arena, struct logs_step, steps_max);
    while (peek(p) == '.' || peek(p) == '[') {
        if (condition->step_count == steps_max)
            return invalid(p);
        struct logs_step *step = &condition->steps[condition->step_count++];
        bool has_dot = peek(p) == '.';
        if (has_dot)
            p->rest = slice_from(p->rest, 1);
        if (peek(p) == '[') {
            p->rest = slice_from(p->rest, 1);
            if (!take_bracket(p, step))
                return false;
            continue;
        }
        step->name = take_while(p, is_name_part);
        if (step->name.len == 0)
            return invalid(p);
    }
    return condition->step_count > 0 || invalid(p);
}

static bool to_number(struct slice text, double *number)
{
    char copy[number_bytes_max];
    char *end;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.ptr[i]) && !strchr("+-.eE", text.ptr[i]))
            return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *number = strtod(copy, &end);
    return end == copy + text.len;
}

/* Asterisks count as "any text" at the ends alone: Ev*ent is that text. */
static void set_text(struct logs_condition *condition, struct slice text)
{
    condition->any_before = slice_starts_with(text, SLICE("*"));
    if (condition->any_before)
        text = slice_from(text, 1);
    condition->any_after = slice_ends_with(text, SLICE("*"));
    if (condition->any_after)
        text.len--;
    condition->text = text;
}

static bool take_value(struct parser *p, struct logs_condition *condition)
{
    struct slice text;
    skip_blanks(p);
    if (peek(p) == '%')
        return refuse_regex(p);
    if (peek(p) == '"') {
        if (!take_quoted(p, &text))
            return false;
        set_text(condition, text);
    } else {
        text = take_while(p, is_bare);
        if (text.len == 0)
            return p->rest.len ? bad_term(p, slice_sub(p->rest, 0, 1)) : invalid(p);
        condition->is_number = to_number(text, &condition->number);
        set_text(condition, text);
    }
    return condition->operation <= LOGS_NOT_EQUAL || condition->is_number || invalid(p);
}

static bool take_comparison(struct parser *p, struct logs_condition *condition)
{
    static const struct {
        struct slice sign;
        enum logs_operator operation;
    } signs[] = {
        {SLICE_INIT("!="), LOGS_NOT_EQUAL       },
        {SLICE_INIT("<="), LOGS_LESS_OR_EQUAL   },
        {SLICE_INIT(">="), LOGS_GREATER_OR_EQUAL},
        {SLICE_INIT("="),  LOGS_EQUAL           },
        {SLICE_INIT("<"),  LOGS_LESS            },
        {SLICE_INIT(">"),  LOGS_GREATER         },
    };
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (accept(p, signs[i].sign)) {
            condition->operation = signs[i].operation;
            return take_value(p, condition);
        }
    }
    return invalid(p);
}

static bool take_test(struct parser *p, struct logs_condition *condition)
{
    static const struct {
        struct slice word;
        enum logs_operator operation;
    } states[] = {
        {SLICE_INIT("NULL"),  LOGS_IS_NULL },
        {SLICE_INIT("TRUE"),  LOGS_IS_TRUE },
        {SLICE_INIT("FALSE"), LOGS_IS_FALSE},
    };
    if (accept_word(p, SLICE("NOT"))) {
        condition->operation = LOGS_NOT_EXISTS;
        return accept_word(p, SLICE("EXISTS")) || invalid(p);
    }
    if (!accept_word(p, SLICE("IS")))
        return take_comparison(p, condition);
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (accept_word(p, states[i].word)) {
            condition->operation = states[i].operation;
            return true;
        }
    }
    return invalid(p);
}

/* A field's condition names the field again: "status = 4* && status != 404". */
static bool take_field_test(struct parser *p, struct logs_condition *condition)
{
    condition->field = p->field;
    skip_blanks(p);
    if (!slice_eq(take_while(p, is_name_part), p->field_name))
        return invalid(p);
    return take_comparison(p, condition);
}

static const struct logs_expression *parse_condition(struct parser *p)
{
    struct logs_expression *node = ARENA_NEW(p->arena, struct logs_expression);
    if (accept(p, SLICE("("))) {
        if (++p->depth > LOGS_FILTER_DEPTH_MAX) {
            invalid(p);
            return NULL;
        }
        const struct logs_expression *inner = parse_either(p);
        p->depth--;
        if (inner && !accept(p, SLICE(")")))
            invalid(p);
        return p->result == LOGS_FILTER_OK ? inner : NULL;
    }
    bool is_good = p->of_fields
                       ? take_field_test(p, &node->condition)
                       : take_selector(p, &node->condition) && take_test(p, &node->condition);
    return is_good ? node : NULL;
}

static const struct logs_expression *join(struct arena *arena, int kind,
                                          const struct logs_expression *left,
                                          const struct logs_expression *right)
{
    struct logs_expression *node = ARENA_NEW(arena, struct logs_expression);
    *node = (struct logs_expression){.kind = kind, .left = left, .right = right};
    return node;
}

static const struct logs_expression *parse_both(struct parser *p)
{
    const struct logs_expression *left = parse_condition(p);
    while (left && accept(p, SLICE("&&"))) {
        const struct logs_expression *right = parse_condition(p);
        left = right ? join(p->arena, LOGS_AND, left, right) : NULL;
    }
    return left;
}

static const struct logs_expression *parse_either(struct parser *p)
{
    const struct logs_expression *left = parse_both(p);
    while (left && accept(p, SLICE("||"))) {
        const struct logs_expression *right = parse_both(p);
        left = right ? join(p->arena, LOGS_OR, left, right) : NULL;
    }
    return left;
}

static bool parse_json(struct parser *p, struct logs_filter *filter)
{
    filter->kind = LOGS_FILTER_JSON;
    filter->expression = parse_either(p);
    skip_blanks(p);
    return filter->expression && (p->rest.len == 0 || invalid(p));
}

/* --- fields ---------------------------------------------------------------------------------- */

/* "name", "name > 5 && name < 9", "..." or nothing; then a comma or the end. */
static bool take_field(struct parser *p, struct logs_filter *filter)
{
    struct parser before;
    if (accept(p, SLICE("..."))) {
        if (filter->has_ellipsis)
            return invalid(p);
        filter->has_ellipsis = true;
        return true;
    }
    skip_blanks(p);
    before = *p;
    p->field = filter->field_count++;
    p->field_name = take_while(p, is_name_part);
    skip_blanks(p);
    if (p->rest.len == 0 || peek(p) == ',')
        return true;
    before.field = p->field;
    before.field_name = p->field_name;
    *p = before;
    if (peek(p) == '(') /* the name is then inside */
        return invalid(p);
    const struct logs_expression *condition = parse_either(p);
    if (condition)
        filter->expression = filter->expression
                                 ? join(p->arena, LOGS_AND, filter->expression, condition)
                                 : condition;
    return condition != NULL;
}

/* Fields after the ellipsis are counted from the end. */
static void count_from_end(const struct logs_expression *node, size_t first, size_t field_count)
{
    struct logs_expression *own = (struct logs_expression *)(uintptr_t)node;
    if (!node)
        return;
    if (node->kind != LOGS_CONDITION) {
        count_from_end(node->left, first, field_count);
        count_from_end(node->right, first, field_count);
    } else if (node->condition.field >= first) {
        own->condition.from_end = true;
        own->condition.field = field_count - 1 - node->condition.field;
    }
}

static bool parse_fields(struct parser *p, struct logs_filter *filter)
{
    size_t before_ellipsis = SIZE_MAX;
    filter->kind = LOGS_FILTER_FIELDS;
    p->of_fields = true;
    do {
        bool had_ellipsis = filter->has_ellipsis;
        if (!take_field(p, filter))
            return false;
        if (filter->has_ellipsis && !had_ellipsis)
            before_ellipsis = filter->field_count;
    } while (accept(p, SLICE(",")));
    skip_blanks(p);
    if (p->rest.len > 0)
        return invalid(p);
    count_from_end(filter->expression, before_ellipsis, filter->field_count);
    return true;
}

/* Takes the brackets off; false when the closing one is missing. */
static bool unwrap(struct parser *p, char open, char close)
{
    if (p->rest.len >= 2 && p->rest.ptr[p->rest.len - 1] == close) {
        p->rest = slice_sub(p->rest, 1, p->rest.len - 2);
        return true;
    }
    return reject(p, LOGS_FILTER_INVALID,
                  arena_printf(p->arena,
                               "If a filter pattern starts with '%c' it must end with "
                               "'%c'",
                               open, close));
}

enum logs_filter_result logs_filter_parse(struct arena *arena, struct slice pattern,
                                          struct logs_filter *filter, struct slice *problem)
{
    struct logs_filter read = {0};
    struct parser p = {.arena = arena, .rest = slice_trim(pattern)};
    bool is_read = peek(&p) == '{'   ? unwrap(&p, '{', '}') && parse_json(&p, &read)
                   : peek(&p) == '[' ? unwrap(&p, '[', ']') && parse_fields(&p, &read)
                                     : parse_terms(&p, &read);
    if (is_read)
        *filter = read;
    else
        *problem = p.problem;
    return p.result;
}
