#pragma once
/*
 * ClientRequestToken of TransactWriteItems and ExecuteTransaction: for ten minutes after a
 * transaction was made, the same token with the same actions stands for that transaction and makes
 * no second one.
 */
#include "emulator/services/dynamodb/item/change.h"

enum { DDB_TOKEN_SECONDS = 10 * 60 };

struct ddb_token {
    struct call *call;
    struct slice text;
    struct slice digest; /* of the actions: tables, items, keys, expressions, placeholders */
};

/* The changes have begun: their placeholders are checked. */
struct ddb_token ddb_token_of(struct call *call, struct slice text,
                              const struct ddb_change *changes, size_t count);
/* The same for actions that come as statements: `content` is all that makes them what they are. */
struct ddb_token ddb_token_of_content(struct call *call, struct slice text, struct slice content);
/* `repeated`: the transaction was made already. IdempotentParameterMismatchException otherwise. */
struct err ddb_token_check(const struct ddb_token *token, bool *repeated);
/* Within the transaction's own store transaction, so that the two are kept or lost together. */
struct err ddb_token_keep(const struct ddb_token *token);
