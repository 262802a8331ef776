#pragma once
/* The parser that the PartiQL files share. Internal to them. */
#include "emulator/services/dynamodb/expression/expression_parse.h"
#include "emulator/services/dynamodb/partiql/partiql_lex.h"

struct partiql_parser {
    struct parser nodes; /* makes and checks nodes; holds what has to wait for the syntax */
    struct expression_input input;
    struct slice text;
    const struct partiql_token *tokens;
    size_t at;
    const struct partiql_parameters *parameters;
    size_t parameters_used;
    unsigned depth; /* of parentheses */
};

const struct partiql_token *partiql_peek(const struct partiql_parser *p);
bool partiql_take(struct partiql_parser *p, const char *symbol);
bool partiql_at(const struct partiql_parser *p, const char *symbol);
/* A keyword, or an unquoted name; ASCII case aside. */
bool partiql_take_word(struct partiql_parser *p, const char *word);
bool partiql_at_word(const struct partiql_parser *p, const char *word);
/* "Expected RIGHT_PAREN": the reference parser's names of symbols. */
struct err partiql_expect(struct partiql_parser *p, const char *symbol, const char *name);

struct err partiql_fail(const struct partiql_parser *p, const char *detail);
/* This word begins nothing that may stand here. */
struct err partiql_unexpected(const struct partiql_parser *p);
/* "Unsupported clause: LIMIT at 1:15:5": well formed, but not in DynamoDB. */
struct err partiql_unsupported(const struct partiql_parser *p, const char *what);

/* A string, number, boolean, null, list, set, map or parameter. */
bool partiql_at_literal(const struct partiql_parser *p);
struct err partiql_literal(struct partiql_parser *p, struct attr_value *value);

/* a.b[0] */
struct err partiql_path(struct partiql_parser *p, struct path *path);
/* A path, literal or function, or a sum of them; a condition, when it is in parentheses. */
struct err partiql_operand(struct partiql_parser *p, struct node **node);
struct node *partiql_value_node(struct partiql_parser *p, struct attr_value value);
bool partiql_is_operand(const struct node *node); /* and no condition */
/* Refuses a condition where a value is wanted. Sums of attributes are for SET alone. */
struct err partiql_need_operand(const struct partiql_parser *p, const struct node *node);
struct err partiql_condition(struct partiql_parser *p, struct node **node);
