#pragma once
/* The words of an expression. Internal to the expression files. */
#include "emulator/services/dynamodb/expression/expression.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,   /* an attribute or function name, or a keyword */
    TOKEN_HASH,   /* #name */
    TOKEN_COLON,  /* :value */
    TOKEN_NUMBER, /* digits */
    TOKEN_SYMBOL, /* one of = <> < <= > >= ( ) [ ] . , + - */
    TOKEN_BAD     /* what begins no word */
};

struct token {
    enum token_kind kind;
    struct slice text;
};

/* The words in order, TOKEN_END last; at most one a byte. */
struct token *expression_tokens(struct arena *arena, struct slice text);
