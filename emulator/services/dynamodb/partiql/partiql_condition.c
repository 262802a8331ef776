/*
 * PartiQL's conditions as trees of the expression language:
 *
 *   condition = and {OR and}    and = not {AND not}    not = {NOT} comparison
 *   comparison = operand [= <> != < <= > >= operand | [NOT] BETWEEN operand AND operand
 *                         | [NOT] IN (operand, ...) | [NOT] IN [literal, ...] | IS [NOT] type]
 */
#include "emulator/services/dynamodb/partiql/partiql_parser.h"

static struct err need_condition(const struct partiql_parser *p, const struct node *node)
{
    return partiql_is_operand(node)
               ? ddb_refuse(p->input.refusal, "A value cannot be used as a condition")
               : OK;
}

static struct node *path_function(struct partiql_parser *p, enum function function,
                                  struct node *path)
{
    struct node *call = node_new(&p->nodes, NODE_FUNCTION);
    call->function = function;
    node_add(&p->nodes, call, path);
    return call;
}

static struct node *negate(struct partiql_parser *p, bool negative, struct node *node)
{
    if (!negative)
        return node;
    struct node *opposite = node_new(&p->nodes, NODE_NOT);
    node_add(&p->nodes, opposite, node);
    return opposite;
}

static struct node *missing(struct partiql_parser *p, struct node *path, bool negative)
{
    struct node *test = path_function(
        p, negative ? FUNCTION_ATTRIBUTE_EXISTS : FUNCTION_ATTRIBUTE_NOT_EXISTS, path);
    check_function(&p->nodes, test);
    return test;
}

static struct node *has_type(struct partiql_parser *p, struct node *path, enum attr_type type)
{
    struct node *test = path_function(p, FUNCTION_ATTRIBUTE_TYPE, path);
    node_add(&p->nodes, test, partiql_value_node(p, attr_string(attr_type_name(type))));
    check_function(&p->nodes, test);
    return test;
}

/* A bag may be a set of any type. */
static struct node *is_bag(struct partiql_parser *p, struct node *path)
{
    struct node *any = node_new(&p->nodes, NODE_OR);
    node_add(&p->nodes, any, has_type(p, path, ATTR_SS));
    node_add(&p->nodes, any, has_type(p, path, ATTR_NS));
    node_add(&p->nodes, any, has_type(p, path, ATTR_BS));
    return any;
}

static struct err parse_is(struct partiql_parser *p, struct node **node)
{
    static const struct {
        const char *word;
        enum attr_type type;
    } types[] = {
        {"NULL",     ATTR_NULL},
        {"BOOLEAN",  ATTR_BOOL},
        {"BOOL",     ATTR_BOOL},
        {"STRING",   ATTR_S   },
        {"VARCHAR",  ATTR_S   },
        {"CHAR",     ATTR_S   },
        {"DECIMAL",  ATTR_N   },
        {"NUMERIC",  ATTR_N   },
        {"INTEGER",  ATTR_N   },
        {"INT",      ATTR_N   },
        {"SMALLINT", ATTR_N   },
        {"FLOAT",    ATTR_N   },
        {"REAL",     ATTR_N   },
        {"BLOB",     ATTR_B   },
        {"LIST",     ATTR_L   },
        {"STRUCT",   ATTR_M   },
        {"TUPLE",    ATTR_M   },
    };
    bool negative = partiql_take_word(p, "NOT");
    parser_count_operator(&p->nodes);
    if (partiql_take_word(p, "MISSING")) {
        *node = missing(p, *node, negative);
        return OK;
    }
    if (partiql_take_word(p, "BAG")) {
        *node = negate(p, negative, is_bag(p, *node));
        return OK;
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (partiql_take_word(p, types[i].word)) {
            *node = negate(p, negative, has_type(p, *node, types[i].type));
            return OK;
        }
    return partiql_fail(p, "Expected type name");
}

static struct err parse_between(struct partiql_parser *p, struct node **node)
{
    struct node *between = node_new(&p->nodes, NODE_BETWEEN);
    struct node *bound;
    parser_count_operator(&p->nodes);
    node_add(&p->nodes, between, *node);
    TRY(partiql_operand(p, &bound));
    TRY(partiql_need_operand(p, bound));
    node_add(&p->nodes, between, bound);
    if (!partiql_take_word(p, "AND"))
        return partiql_fail(p, "Expected AND keyword");
    if (partiql_peek(p)->kind == PARTIQL_END)
        return partiql_fail(p, "Expected expression after AND");
    TRY(partiql_operand(p, &bound));
    TRY(partiql_need_operand(p, bound));
    node_add(&p->nodes, between, bound);
    check_comparison(&p->nodes, between);
    *node = between;
    return OK;
}

static struct err parse_choices(struct partiql_parser *p, struct node *in)
{
    do {
        struct node *choice;
        TRY(partiql_operand(p, &choice));
        TRY(partiql_need_operand(p, choice));
        node_add(&p->nodes, in, choice);
    } while (partiql_take(p, ","));
    return partiql_expect(p, ")", "RIGHT_PAREN");
}

/* A list's elements are the choices. */
static struct err unfold_list(struct partiql_parser *p, struct node *in)
{
    struct attr_value list;
    if (!partiql_at_literal(p))
        return partiql_unexpected(p);
    TRY(partiql_literal(p, &list));
    if (list.type != ATTR_L)
        return ddb_refuse(p->input.refusal, "The right side of IN must be a list");
    for (size_t i = 0; i < list.list.count; i++)
        node_add(&p->nodes, in, partiql_value_node(p, list.list.values[i]));
    return OK;
}

static struct err parse_in(struct partiql_parser *p, struct node **node)
{
    struct node *in = node_new(&p->nodes, NODE_IN);
    parser_count_operator(&p->nodes);
    node_add(&p->nodes, in, *node);
    TRY(partiql_take(p, "(") ? parse_choices(p, in) : unfold_list(p, in));
    check_comparison(&p->nodes, in);
    *node = in;
    return OK;
}

/* = MISSING and <> MISSING ask whether the attribute is there. */
static struct err parse_right(struct partiql_parser *p, enum node_kind kind, struct node **node)
{
    struct node *comparison = node_new(&p->nodes, kind);
    struct node *right;
    bool equality = kind == NODE_EQ || kind == NODE_NE;
    parser_count_operator(&p->nodes);
    if (equality && partiql_take_word(p, "MISSING")) {
        *node = missing(p, *node, kind == NODE_NE);
        return OK;
    }
    if (partiql_peek(p)->kind == PARTIQL_END)
        return partiql_fail(p, "Missing right-hand side expression of infix operator");
    TRY(partiql_operand(p, &right));
    TRY(partiql_need_operand(p, right));
    node_add(&p->nodes, comparison, *node);
    node_add(&p->nodes, comparison, right);
    check_comparison(&p->nodes, comparison);
    *node = comparison;
    return OK;
}

/* NOT before BETWEEN, IN or LIKE; elsewhere it is none of a comparison's. */
static bool take_inner_not(struct partiql_parser *p)
{
    const struct partiql_token *next = partiql_peek(p) + 1;
    if (!partiql_at_word(p, "NOT") || next->kind != PARTIQL_KEYWORD)
        return false;
    bool inner = slice_eq_nocase(next->text, SLICE("BETWEEN")) ||
                 slice_eq_nocase(next->text, SLICE("IN")) ||
                 slice_eq_nocase(next->text, SLICE("LIKE"));
    p->at += inner;
    return inner;
}

static struct err parse_word_comparison(struct partiql_parser *p, struct node **node)
{
    bool negative = take_inner_not(p);
    if (partiql_at_word(p, "LIKE"))
        return partiql_unsupported(p, "operator");
    bool between = partiql_take_word(p, "BETWEEN");
    if (!between && !partiql_take_word(p, "IN"))
        return OK;
    TRY(partiql_need_operand(p, *node));
    TRY(between ? parse_between(p, node) : parse_in(p, node));
    *node = negate(p, negative, *node);
    return OK;
}

static bool take_comparator(struct partiql_parser *p, enum node_kind *kind)
{
    *kind = NODE_NE;
    if (partiql_take(p, "!="))
        return true;
    const struct partiql_token *token = partiql_peek(p);
    bool here = token->kind == PARTIQL_SYMBOL && comparator_parse(token->text, kind);
    p->at += here;
    return here;
}

static struct err parse_comparison(struct partiql_parser *p, struct node **node)
{
    enum node_kind kind;
    TRY(partiql_operand(p, node));
    if (take_comparator(p, &kind)) {
        TRY(partiql_need_operand(p, *node));
        return parse_right(p, kind, node);
    }
    return partiql_take_word(p, "IS") ? parse_is(p, node) : parse_word_comparison(p, node);
}

static struct err parse_not(struct partiql_parser *p, struct node **node)
{
    bool negative = false;
    bool any = false;
    for (; partiql_take_word(p, "NOT"); any = true)
        negative = !negative;
    TRY(parse_comparison(p, node));
    if (any)
        TRY(need_condition(p, *node));
    *node = negate(p, negative, *node);
    return OK;
}

/* One level of AND or OR: a single term stays as it is, several become one node. */
static struct err parse_chain(struct partiql_parser *p, enum node_kind kind, const char *word,
                              struct err (*parse_link)(struct partiql_parser *p,
                                                       struct node **node),
                              struct node **node)
{
    TRY(parse_link(p, node));
    if (!partiql_at_word(p, word))
        return OK;
    struct node *chain = node_new(&p->nodes, kind);
    TRY(need_condition(p, *node));
    node_add(&p->nodes, chain, *node);
    while (partiql_take_word(p, word)) {
        struct node *link;
        TRY(parse_link(p, &link));
        TRY(need_condition(p, link));
        node_add(&p->nodes, chain, link);
    }
    *node = chain;
    return OK;
}

static struct err parse_and(struct partiql_parser *p, struct node **node)
{
    return parse_chain(p, NODE_AND, "AND", parse_not, node);
}

struct err partiql_condition(struct partiql_parser *p, struct node **node)
{
    return parse_chain(p, NODE_OR, "OR", parse_and, node);
}
