#pragma once
/* The words of a PartiQL statement. Internal to the PartiQL files. */
#include "emulator/services/dynamodb/partiql/partiql.h"

enum partiql_token_kind {
    PARTIQL_END,
    PARTIQL_NAME,      /* an identifier, quoted or no keyword */
    PARTIQL_KEYWORD,   /* a word that is an identifier only within quotes */
    PARTIQL_STRING,    /* 'text' */
    PARTIQL_NUMBER,    /* 1, 1.5, .5, 1e3 */
    PARTIQL_PARAMETER, /* ? */
    PARTIQL_SYMBOL
};

struct partiql_token {
    enum partiql_token_kind kind;
    bool quoted;        /* of a name */
    struct slice text;  /* without quotes and escapes */
    struct slice place; /* as it stands in the statement */
};

/* The words in order, PARTIQL_END last; at most one a byte. */
struct err partiql_tokens(struct arena *arena, struct slice text,
                          const struct partiql_token **tokens, struct ddb_refusal *refusal);

/* "Statement wasn't well formed, can't be processed: DETAIL" */
struct err partiql_malformed(struct ddb_refusal *refusal, const char *detail);

/* Where a word begins, counted from 1, and how long it is: "at 1:15:5", as AWS shows places. */
struct slice partiql_place(struct arena *arena, struct slice text, struct slice place);
