/*
 * PartiQL's operands as nodes of the expression language:
 *
 *   operand = term {+ term | - term}
 *   term = path | literal | function(operand, ...) | (condition or operand)
 */
#include "emulator/services/dynamodb/partiql/partiql_parser.h"
#include "emulator/services/dynamodb/value/number.h"

struct node *partiql_value_node(struct partiql_parser *p, struct attr_value value)
{
    struct node *node = node_new(&p->nodes, NODE_VALUE);
    struct attr_value *kept = ARENA_NEW(p->input.arena, struct attr_value);
    *kept = value;
    node->value = kept;
    return node;
}

static struct err parse_index(struct partiql_parser *p, struct path_step *step)
{
    enum { index_max = 9999999 };
    const struct partiql_token *token = partiql_peek(p);
    uint64_t index = 0;
    if (token->kind != PARTIQL_NUMBER || !slice_to_u64(token->text, &index))
        return partiql_fail(p, "Invalid path component for simple path");
    if (index > index_max)
        parser_note(&p->nodes,
                    "List index is not within the allowable range; index: [" SLICE_FMT "]",
                    SLICE_ARG(token->text));
    step->index = (uint32_t)index;
    p->at++;
    return partiql_expect(p, "]", "RIGHT_BRACKET");
}

static struct err parse_member(struct partiql_parser *p, struct path_step *step)
{
    const struct partiql_token *token = partiql_peek(p);
    if (token->kind != PARTIQL_NAME)
        return partiql_fail(p, "Invalid path dot component");
    step->name = token->text;
    p->at++;
    return OK;
}

struct err partiql_path(struct partiql_parser *p, struct path *path)
{
    struct path_step *steps = NULL;
    size_t count = 0;
    if (partiql_peek(p)->kind != PARTIQL_NAME)
        return partiql_fail(p, "Expected identifier for simple path");
    do {
        steps = arena_grow(p->input.arena, steps, count, sizeof *steps);
        if (count > 0 && partiql_take(p, "["))
            TRY(parse_index(p, &steps[count]));
        else {
            (void)partiql_take(p, ".");
            TRY(parse_member(p, &steps[count]));
        }
        count++;
    } while (partiql_at(p, ".") || partiql_at(p, "["));
    if (count > PATH_STEPS_MAX)
        parser_note(&p->nodes,
                    "The document path has too many nesting elements; nesting depth: %zu", count);
    *path = (struct path){steps, count};
    return OK;
}

bool partiql_is_operand(const struct node *node)
{
    return node->kind <= NODE_MINUS &&
           !(node->kind == NODE_FUNCTION && function_is_condition(node->function));
}

struct err partiql_need_operand(const struct partiql_parser *p, const struct node *node)
{
    bool sum = node->kind == NODE_PLUS || node->kind == NODE_MINUS;
    if (partiql_is_operand(node) && !(sum && !p->nodes.in_update))
        return OK;
    return ddb_refuse(p->input.refusal, sum ? "Arithmetic on attributes is supported in SET alone"
                                            : "A condition cannot be used as a value");
}

static struct err deeper(struct partiql_parser *p)
{
    if (++p->depth > EXPRESSION_DEPTH_MAX)
        return ddb_refuse(p->input.refusal, "The statement has too many nested parentheses");
    return OK;
}

static struct err parse_arguments(struct partiql_parser *p, struct node *call)
{
    if (partiql_take(p, ")"))
        return OK;
    do {
        struct node *argument;
        if (partiql_at(p, "*"))
            return partiql_unsupported(p, "argument");
        TRY(partiql_operand(p, &argument));
        TRY(partiql_need_operand(p, argument));
        node_add(&p->nodes, call, argument);
    } while (partiql_take(p, ","));
    return partiql_expect(p, ")", "RIGHT_PAREN");
}

static struct err parse_function(struct partiql_parser *p, struct node **node)
{
    static const enum function known[] = {FUNCTION_ATTRIBUTE_TYPE, FUNCTION_BEGINS_WITH,
                                          FUNCTION_CONTAINS, FUNCTION_SIZE, FUNCTION_LIST_APPEND};
    struct slice name = partiql_peek(p)->text;
    struct node *call = node_new(&p->nodes, NODE_FUNCTION);
    call->function = FUNCTION_COUNT;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (slice_eq_nocase(name, function_name(known[i])))
            call->function = known[i];
    if (call->function == FUNCTION_COUNT)
        return partiql_unsupported(p, "function");
    parser_count_operator(&p->nodes);
    p->at += 2; /* the name and "(" */
    TRY(deeper(p));
    TRY(parse_arguments(p, call));
    p->depth--;
    check_function(&p->nodes, call);
    *node = call;
    return OK;
}

static struct err parse_group(struct partiql_parser *p, struct node **node)
{
    TRY(deeper(p));
    if (partiql_at(p, ")"))
        return partiql_fail(p, "Expression group cannot be empty");
    TRY(partiql_condition(p, node));
    TRY(partiql_expect(p, ")", "RIGHT_PAREN"));
    p->depth--;
    return OK;
}

static struct err parse_term(struct partiql_parser *p, struct node **node)
{
    const struct partiql_token *token = partiql_peek(p);
    bool word = (token->kind == PARTIQL_NAME && !token->quoted) || token->kind == PARTIQL_KEYWORD;
    if (partiql_at_literal(p)) {
        struct attr_value value;
        TRY(partiql_literal(p, &value));
        *node = partiql_value_node(p, value);
        return OK;
    }
    if (partiql_take(p, "("))
        return parse_group(p, node);
    if (word && token[1].kind == PARTIQL_SYMBOL && slice_eq(token[1].text, SLICE("(")))
        return parse_function(p, node);
    if (token->kind != PARTIQL_NAME)
        return partiql_unexpected(p);
    *node = node_new(&p->nodes, NODE_PATH);
    return partiql_path(p, &(*node)->path);
}

/* Two numbers become one at once. */
static struct node *add(struct partiql_parser *p, struct node *left, struct node *right,
                        bool subtract)
{
    char text[NUMBER_TEXT_MAX];
    size_t len = 0;
    bool numbers = left->kind == NODE_VALUE && right->kind == NODE_VALUE &&
                   left->value->type == ATTR_N && right->value->type == ATTR_N;
    if (numbers) {
        enum number_status status =
            number_sum(left->value->text, right->value->text, subtract, text, &len);
        if (status != NUMBER_FINE)
            parser_note(&p->nodes, "%s", number_status_text(status));
        return partiql_value_node(
            p, attr_number(len > 0 ? arena_dup(p->input.arena, (struct slice){text, len})
                                   : SLICE("0")));
    }
    struct node *sum = node_new(&p->nodes, subtract ? NODE_MINUS : NODE_PLUS);
    node_add(&p->nodes, sum, left);
    node_add(&p->nodes, sum, right);
    check_arithmetic(&p->nodes, sum);
    return sum;
}

struct err partiql_operand(struct partiql_parser *p, struct node **node)
{
    static const char *const refused[] = {"*", "/", "%", "||"};
    TRY(parse_term(p, node));
    for (;;) {
        for (size_t i = 0; i < ARRAY_LEN(refused); i++)
            if (partiql_at(p, refused[i]))
                return partiql_unsupported(p, "operator");
        bool plus = partiql_take(p, "+");
        if (!plus && !partiql_take(p, "-"))
            return OK;
        struct node *right;
        parser_count_operator(&p->nodes);
        TRY(parse_term(p, &right));
        if (!partiql_is_operand(*node) || !partiql_is_operand(right))
            return partiql_need_operand(p, partiql_is_operand(*node) ? right : *node);
        *node = add(p, *node, right, !plus);
    }
}
