/* Tokens of transactions. */
#include "emulator/services/dynamodb/item/token.h"

#include "emulator/services/dynamodb/value/item_bytes.h"
#include "lib/enc/hash.h"

/* With its length, so that no two lists of texts run together to the same bytes. */
static void digest_text(struct sha256_state *state, struct slice text)
{
    uint64_t len = slice_is_set(text) ? text.len : UINT64_MAX;
    sha256_update(state, (struct slice){(const char *)&len, sizeof len});
    if (slice_is_set(text))
        sha256_update(state, text);
}

static void digest_item(struct sha256_state *state, struct arena *arena,
                        const struct ddb_item *item)
{
    digest_text(state, item && item->is_set ? item_to_bytes(arena, &item->map) : SLICE_NONE);
}

static void digest_change(struct sha256_state *state, struct arena *arena,
                          const struct ddb_change *change)
{
    const char kind = (char)change->kind;
    digest_text(state, (struct slice){&kind, 1});
    digest_text(state, change->table_name);
    digest_item(state, arena, change->subject);
    digest_text(state, change->update_expression);
    digest_text(state, change->condition_expression);
    digest_text(state, change->return_values_on_failure);
    digest_item(state, arena, change->values);
    for (size_t i = 0; i < change->names->count; i++) {
        digest_text(state, change->names->items[i].key);
        digest_text(state, change->names->items[i].value);
    }
}

struct ddb_token ddb_token_of(struct call *call, struct slice text,
                              const struct ddb_change *changes, size_t count)
{
    struct sha256_state state;
    unsigned char digest[SHA256_BYTES];
    sha256_init(&state);
    for (size_t i = 0; i < count; i++)
        digest_change(&state, call->arena, &changes[i]);
    sha256_final(&state, digest);
    struct slice bytes = {(const char *)digest, sizeof digest};
    return (struct ddb_token){call, text, arena_dup(call->arena, bytes)};
}

struct ddb_token ddb_token_of_content(struct call *call, struct slice text, struct slice content)
{
    unsigned char digest[SHA256_BYTES];
    sha256(content, digest);
    struct slice bytes = {(const char *)digest, sizeof digest};
    return (struct ddb_token){call, text, arena_dup(call->arena, bytes)};
}

struct err ddb_token_check(const struct ddb_token *token, bool *repeated)
{
    struct slice kept;
    TRY(ddb_store_find_token(token->call, token->text, &kept));
    *repeated = slice_is_set(kept);
    if (*repeated && !slice_eq(kept, token->digest))
        return fail(token->call, &DYNAMODB_IDEMPOTENT_PARAMETER_MISMATCH_EXCEPTION,
                    "The ClientRequestToken was used for another transaction within the last 10 "
                    "minutes: the parameters of this one differ");
    return OK;
}

struct err ddb_token_keep(const struct ddb_token *token)
{
    return ddb_store_add_token(token->call, token->text, token->digest,
                               token->call->now_micros + (int64_t)DDB_TOKEN_SECONDS * 1000000);
}
