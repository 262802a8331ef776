#pragma once
/*
 * The parser that the expression files share. Internal to them, but for what makes and checks
 * nodes: that serves PartiQL's parser too, whose `tokens` are its own.
 */
#include "emulator/services/dynamodb/expression/expression_lex.h"

/* Sets of types: which an operator or a function accepts. */
#define TYPE_BIT(t) (1U << (t))

enum {
    types_any = (1U << ATTR_TYPE_COUNT) - 1,
    types_ordered = TYPE_BIT(ATTR_S) | TYPE_BIT(ATTR_N) | TYPE_BIT(ATTR_B),
    types_simple = types_ordered | TYPE_BIT(ATTR_BOOL) | TYPE_BIT(ATTR_NULL),
    types_text = TYPE_BIT(ATTR_S) | TYPE_BIT(ATTR_B),
    types_set = TYPE_BIT(ATTR_SS) | TYPE_BIT(ATTR_NS) | TYPE_BIT(ATTR_BS),
    types_sized = types_any & ~(TYPE_BIT(ATTR_N) | TYPE_BIT(ATTR_BOOL) | TYPE_BIT(ATTR_NULL)),
};

struct parser {
    const struct expression_input *input;
    struct token *tokens;
    size_t at;
    unsigned operators;
    unsigned depth;
    bool in_update;           /* which functions are allowed */
    struct ddb_refusal later; /* the first breach that is not one of syntax */
};

/* Checks emptiness and size, and splits the text into words. */
struct err parser_begin(struct parser *p, const struct expression_input *input);
/* The end of the text, and what had to wait for it. */
struct err parser_end(struct parser *p);

const struct token *parser_peek(const struct parser *p);
bool parser_take(struct parser *p, const char *symbol);       /* a symbol */
bool parser_take_word(struct parser *p, const char *keyword); /* ASCII case aside */
bool parser_at_word(const struct parser *p, const char *keyword);
struct err parser_expect(struct parser *p, const char *symbol);

/* "Invalid ConditionExpression: Syntax error; token: \"x\", near: \"a x b\"" at this word. */
struct err parser_syntax_error(const struct parser *p);
/* Notes a breach found while the syntax is still being read; AWS reports bad syntax first. */
void parser_note(struct parser *p, const char *format, ...) PRINTF_LIKE(2, 3);
void parser_count_operator(struct parser *p);

struct err parse_path(struct parser *p, struct path *path);
/* A path, value or function call, or any of those in parentheses. */
struct err parse_operand(struct parser *p, struct node **node);
/* One operand, or two joined by + or -: the right side of SET. */
struct err parse_sum(struct parser *p, struct node **node);
/* A value placeholder. */
struct err parse_value(struct parser *p, struct node **node);
struct err parse_condition(struct parser *p, struct node **node);

struct node *node_new(struct parser *p, enum node_kind kind);
void node_add(struct parser *p, struct node *node, struct node *operand);

/* The static checks of a finished function call, comparison or sum (expression_check.c). */
void check_function(struct parser *p, const struct node *node);
void check_comparison(struct parser *p, const struct node *node);
void check_arithmetic(struct parser *p, const struct node *node);
void check_update_operand(struct parser *p, enum update_kind kind, const struct node *node);

struct slice function_name(enum function function);
bool function_is_condition(enum function function);
const char *node_operator(const struct node *node); /* "=", "BETWEEN", "contains" */
/* "=", "<>", "<", "<=", ">" or ">=". */
bool comparator_parse(struct slice symbol, enum node_kind *kind);
