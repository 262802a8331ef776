/*
 * A recursive-descent parser for conditions and operands:
 *
 *   condition = and {OR and}        and = not {AND not}        not = {NOT} primary
 *   primary   = operand [comparator operand | BETWEEN operand AND operand | IN (operand, ...)]
 *   operand   = path | :value | function(operand, ...) | (condition or operand)
 */
#include "emulator/services/dynamodb/expression/expression_parse.h"

#include "emulator/services/dynamodb/expression/reserved_words.h"

struct err parser_begin(struct parser *p, const struct expression_input *input)
{
    *p = (struct parser){.input = input, .later.arena = input->arena};
    if (input->text.len > EXPRESSION_BYTES_MAX)
        return ddb_refuse(input->refusal,
                          "Invalid %s: Expression size has exceeded the maximum allowed size;",
                          input->parameter);
    p->tokens = expression_tokens(input->arena, input->text);
    if (p->tokens[0].kind == TOKEN_END)
        return ddb_refuse(input->refusal, "Invalid %s: The expression can not be empty;",
                          input->parameter);
    return OK;
}

struct err parser_end(struct parser *p)
{
    if (parser_peek(p)->kind != TOKEN_END)
        return parser_syntax_error(p);
    if (slice_is_set(p->later.message))
        return ddb_refuse(p->input->refusal, SLICE_FMT, SLICE_ARG(p->later.message));
    return OK;
}

const struct token *parser_peek(const struct parser *p)
{
    return &p->tokens[p->at];
}

bool parser_take(struct parser *p, const char *symbol)
{
    const struct token *token = parser_peek(p);
    if (token->kind != TOKEN_SYMBOL || !slice_eq_cstr(token->text, symbol))
        return false;
    p->at++;
    return true;
}

bool parser_at_word(const struct parser *p, const char *keyword)
{
    const struct token *token = parser_peek(p);
    return token->kind == TOKEN_NAME && slice_eq_nocase(token->text, slice_from_cstr(keyword));
}

bool parser_take_word(struct parser *p, const char *keyword)
{
    bool here = parser_at_word(p, keyword);
    p->at += here;
    return here;
}

struct err parser_expect(struct parser *p, const char *symbol)
{
    return parser_take(p, symbol) ? OK : parser_syntax_error(p);
}

/* The words before and after this one, as they stand in the text. */
static struct slice surroundings(const struct parser *p)
{
    const struct token *first = &p->tokens[p->at > 0 ? p->at - 1 : 0];
    const struct token *last = &p->tokens[p->at];
    if (last->kind != TOKEN_END && last[1].kind != TOKEN_END)
        last++;
    if (last->kind == TOKEN_END)
        last = first;
    return (struct slice){first->text.ptr,
                          (size_t)(last->text.ptr + last->text.len - first->text.ptr)};
}

struct err parser_syntax_error(const struct parser *p)
{
    const struct token *token = parser_peek(p);
    struct slice text = token->kind == TOKEN_END ? SLICE("<EOF>") : token->text;
    return ddb_refuse(p->input->refusal,
                      "Invalid %s: Syntax error; token: \"" SLICE_FMT "\", near: \"" SLICE_FMT "\"",
                      p->input->parameter, SLICE_ARG(text), SLICE_ARG(surroundings(p)));
}

void parser_note(struct parser *p, const char *format, ...)
{
    if (slice_is_set(p->later.message))
        return;
    va_list arguments;
    va_start(arguments, format);
    struct slice text = arena_vprintf(p->input->arena, format, arguments);
    va_end(arguments);
    p->later.message = text;
    if (p->input->parameter)
        p->later.message = arena_printf(p->input->arena, "Invalid %s: " SLICE_FMT,
                                        p->input->parameter, SLICE_ARG(text));
}

void parser_count_operator(struct parser *p)
{
    if (++p->operators > EXPRESSION_OPERATORS_MAX)
        parser_note(p, "The expression contains too many operators; operator count: %u",
                    p->operators);
}

struct node *node_new(struct parser *p, enum node_kind kind)
{
    struct node *node = ARENA_NEW(p->input->arena, struct node);
    node->kind = kind;
    return node;
}

void node_add(struct parser *p, struct node *node, struct node *operand)
{
    if (node->count == node->capacity) {
        size_t capacity = node->capacity ? node->capacity * 2 : 3;
        struct node **bigger = ARENA_ARRAY(p->input->arena, struct node *, capacity);
        for (size_t i = 0; i < node->count; i++)
            bigger[i] = node->operands[i];
        node->operands = bigger;
        node->capacity = capacity;
    }
    node->operands[node->count++] = operand;
}

static struct err parse_step_name(struct parser *p, struct slice *name)
{
    const struct token *token = parser_peek(p);
    if (token->kind == TOKEN_HASH) {
        *name = token->text;
        if (!placeholders_name(p->input->placeholders, token->text, name))
            parser_note(p,
                        "An expression attribute name used in the document path is not defined; "
                        "attribute name: " SLICE_FMT,
                        SLICE_ARG(token->text));
    } else if (token->kind == TOKEN_NAME) {
        *name = token->text;
        if (is_reserved_word(token->text))
            parser_note(p, "Attribute name is a reserved keyword; reserved keyword: " SLICE_FMT,
                        SLICE_ARG(token->text));
    } else {
        return parser_syntax_error(p);
    }
    p->at++;
    return OK;
}

static struct err parse_step_index(struct parser *p, struct path_step *step)
{
    enum { index_max = 9999999 };
    uint64_t index = 0;
    const struct token *token = parser_peek(p);
    if (token->kind != TOKEN_NUMBER)
        return parser_syntax_error(p);
    if (!slice_to_u64(token->text, &index) || index > index_max)
        parser_note(p, "List index is not within the allowable range; index: [" SLICE_FMT "]",
                    SLICE_ARG(token->text));
    step->index = (uint32_t)index;
    p->at++;
    return parser_expect(p, "]");
}

struct err parse_path(struct parser *p, struct path *path)
{
    struct path_step *steps = ARENA_ARRAY(p->input->arena, struct path_step, PATH_STEPS_MAX + 1);
    size_t count = 0;
    TRY(parse_step_name(p, &steps[count++].name));
    for (;;) {
        /* One place stays free for the step that is too many. */
        size_t place = count < PATH_STEPS_MAX ? count : PATH_STEPS_MAX;
        if (parser_take(p, "."))
            TRY(parse_step_name(p, &steps[place].name));
        else if (parser_take(p, "["))
            TRY(parse_step_index(p, &steps[place]));
        else
            break;
        count++;
    }
    if (count > PATH_STEPS_MAX) {
        parser_note(p, "The document path has too many nesting elements; nesting depth: %zu",
                    count);
        count = PATH_STEPS_MAX;
    }
    *path = (struct path){steps, count};
    return OK;
}

struct err parse_value(struct parser *p, struct node **node)
{
    static const struct attr_value nothing = {.type = ATTR_NULL};
    const struct token *token = parser_peek(p);
    if (token->kind != TOKEN_COLON)
        return parser_syntax_error(p);
    struct node *result = node_new(p, NODE_VALUE);
    result->value = placeholders_value(p->input->placeholders, token->text);
    if (!result->value) {
        parser_note(p,
                    "An expression attribute value used in expression is not defined; attribute "
                    "value: " SLICE_FMT,
                    SLICE_ARG(token->text));
        result->value = &nothing;
    }
    p->at++;
    *node = result;
    return OK;
}

static bool is_operand(const struct node *node)
{
    return node->kind <= NODE_MINUS;
}

/* An operand that must have a value: conditions have none. */
static struct err need_value(struct parser *p, const struct node *node)
{
    if (!is_operand(node))
        return parser_syntax_error(p);
    if (node->kind == NODE_FUNCTION && function_is_condition(node->function))
        parser_note(p,
                    "The function is not allowed to be used this way in an expression; "
                    "function: " SLICE_FMT,
                    SLICE_ARG(function_name(node->function)));
    return OK;
}

static struct err parse_argument(struct parser *p, struct node **node)
{
    TRY(parse_operand(p, node));
    return need_value(p, *node);
}

static struct err parse_function(struct parser *p, struct node **node)
{
    struct slice name = parser_peek(p)->text;
    struct node *call = node_new(p, NODE_FUNCTION);
    call->function = FUNCTION_COUNT;
    for (int i = 0; i < FUNCTION_COUNT; i++)
        if (slice_eq(name, function_name((enum function)i)))
            call->function = (enum function)i;
    if (call->function == FUNCTION_COUNT)
        parser_note(p, "Invalid function name; function: " SLICE_FMT, SLICE_ARG(name));
    parser_count_operator(p);
    p->at += 2; /* the name and "(" */
    do {
        struct node *argument;
        TRY(parse_argument(p, &argument));
        node_add(p, call, argument);
    } while (parser_take(p, ","));
    TRY(parser_expect(p, ")"));
    if (call->function != FUNCTION_COUNT)
        check_function(p, call);
    *node = call;
    return OK;
}

/* A condition may stand in parentheses too; whether it may stand here is the caller's to say. */
static struct err parse_parentheses(struct parser *p, struct node **node)
{
    bool doubled =
        p->tokens[p->at].kind == TOKEN_SYMBOL && slice_eq(p->tokens[p->at].text, SLICE("("));
    if (++p->depth > EXPRESSION_DEPTH_MAX)
        return ddb_refuse(p->input->refusal,
                          doubled ? "Invalid %s: The expression has redundant parentheses;"
                                  : "Invalid %s: The expression contains too many operators; "
                                    "operator count: 301",
                          p->input->parameter);
    TRY(p->in_update ? parse_sum(p, node) : parse_condition(p, node));
    TRY(parser_expect(p, ")"));
    p->depth--;
    if ((*node)->in_parentheses)
        parser_note(p, "The expression has redundant parentheses;");
    (*node)->in_parentheses = true;
    return OK;
}

struct err parse_operand(struct parser *p, struct node **node)
{
    const struct token *token = parser_peek(p);
    if (token->kind == TOKEN_COLON)
        return parse_value(p, node);
    if (parser_take(p, "("))
        return parse_parentheses(p, node);
    if (token->kind == TOKEN_NAME && token[1].kind == TOKEN_SYMBOL &&
        slice_eq(token[1].text, SLICE("(")))
        return parse_function(p, node);
    struct node *path = node_new(p, NODE_PATH);
    TRY(parse_path(p, &path->path));
    *node = path;
    return OK;
}

/* One operator at most: `a + b + c` is no operand. */
struct err parse_sum(struct parser *p, struct node **node)
{
    struct node *right;
    TRY(parse_argument(p, node));
    bool plus = parser_take(p, "+");
    if (!plus && !parser_take(p, "-"))
        return OK;
    struct node *sum = node_new(p, plus ? NODE_PLUS : NODE_MINUS);
    parser_count_operator(p);
    TRY(parse_argument(p, &right));
    node_add(p, sum, *node);
    node_add(p, sum, right);
    check_arithmetic(p, sum);
    *node = sum;
    return OK;
}

static struct err parse_comparison(struct parser *p, enum node_kind kind, struct node **node)
{
    struct node *comparison = node_new(p, kind);
    struct node *right;
    TRY(need_value(p, *node));
    parser_count_operator(p);
    TRY(parse_argument(p, &right));
    node_add(p, comparison, *node);
    node_add(p, comparison, right);
    check_comparison(p, comparison);
    *node = comparison;
    return OK;
}

static struct err parse_between(struct parser *p, struct node **node)
{
    struct node *between = node_new(p, NODE_BETWEEN);
    struct node *bound;
    TRY(need_value(p, *node));
    parser_count_operator(p);
    node_add(p, between, *node);
    TRY(parse_argument(p, &bound));
    node_add(p, between, bound);
    if (!parser_take_word(p, "AND"))
        return parser_syntax_error(p);
    TRY(parse_argument(p, &bound));
    node_add(p, between, bound);
    check_comparison(p, between);
    *node = between;
    return OK;
}

static struct err parse_in(struct parser *p, struct node **node)
{
    struct node *in = node_new(p, NODE_IN);
    struct node *choice;
    TRY(need_value(p, *node));
    parser_count_operator(p);
    node_add(p, in, *node);
    TRY(parser_expect(p, "("));
    do {
        TRY(parse_argument(p, &choice));
        node_add(p, in, choice);
    } while (parser_take(p, ","));
    TRY(parser_expect(p, ")"));
    check_comparison(p, in);
    *node = in;
    return OK;
}

static struct err parse_primary(struct parser *p, struct node **node)
{
    enum node_kind kind;
    TRY(parse_operand(p, node));
    if (!is_operand(*node))
        return OK;
    if (parser_peek(p)->kind == TOKEN_SYMBOL && comparator_parse(parser_peek(p)->text, &kind)) {
        p->at++;
        return parse_comparison(p, kind, node);
    }
    if (parser_take_word(p, "BETWEEN"))
        return parse_between(p, node);
    if (parser_take_word(p, "IN"))
        return parse_in(p, node);
    return OK;
}

/* A condition where only a condition makes sense: beside AND, OR and NOT, and at the top. */
static struct err need_condition(struct parser *p, const struct node *node)
{
    if (!is_operand(node))
        return OK;
    if (node->kind != NODE_FUNCTION)
        return parser_syntax_error(p);
    if (node->function != FUNCTION_COUNT && !function_is_condition(node->function))
        parser_note(p,
                    "The function is not allowed to be used this way in an expression; "
                    "function: " SLICE_FMT,
                    SLICE_ARG(function_name(node->function)));
    return OK;
}

static struct err parse_not(struct parser *p, struct node **node)
{
    bool negate = false;
    bool any = false;
    for (; parser_take_word(p, "NOT"); any = true)
        negate = !negate;
    TRY(parse_primary(p, node));
    if (!any)
        return OK;
    TRY(need_condition(p, *node));
    (*node)->in_parentheses = false; /* what parentheses around a NOT hold is more than theirs */
    if (negate) {
        struct node *opposite = node_new(p, NODE_NOT);
        node_add(p, opposite, *node);
        *node = opposite;
    }
    return OK;
}

/* One level of AND or OR: a single term stays as it is, several become one node. */
static struct err parse_chain(struct parser *p, enum node_kind kind, const char *keyword,
                              struct err (*parse_term)(struct parser *p, struct node **node),
                              struct node **node)
{
    TRY(parse_term(p, node));
    if (!parser_at_word(p, keyword))
        return OK;
    struct node *chain = node_new(p, kind);
    TRY(need_condition(p, *node));
    node_add(p, chain, *node);
    while (parser_take_word(p, keyword)) {
        struct node *term;
        TRY(parse_term(p, &term));
        TRY(need_condition(p, term));
        node_add(p, chain, term);
    }
    *node = chain;
    return OK;
}

static struct err parse_and(struct parser *p, struct node **node)
{
    return parse_chain(p, NODE_AND, "AND", parse_not, node);
}

struct err parse_condition(struct parser *p, struct node **node)
{
    return parse_chain(p, NODE_OR, "OR", parse_and, node);
}

struct err condition_parse(const struct expression_input *input, struct node **condition)
{
    struct parser p;
    struct node *node;
    TRY(parser_begin(&p, input));
    TRY(parse_condition(&p, &node));
    TRY(need_condition(&p, node));
    TRY(parser_end(&p));
    *condition = node;
    return OK;
}
