#pragma once
/*
 * Session tokens: opaque to clients. An access token is "sid.secret", a refresh token
 * "sid.generation.secret"; a secret is 32 random bytes in base64url, and only its SHA-256 is ever
 * stored. Pure but for the randomness that is passed in; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"

#define TOKEN_SECRET_BYTES 32
#define TOKEN_HASH_BYTES 32

struct token_secret {
    unsigned char bytes[TOKEN_SECRET_BYTES];
};

struct token_hash {
    unsigned char bytes[TOKEN_HASH_BYTES];
};

/* A token as a client presented it. */
struct token {
    struct slice session;
    int64_t generation; /* 0 for an access token */
    struct token_secret secret;
};

struct token_secret token_new_secret(struct rand *rand);
struct token_hash token_hash(const struct token_secret *secret);
bool token_hash_eq(const struct token_hash *a, const struct token_hash *b); /* constant time */

struct slice token_write_access(struct arena *arena, struct slice session,
                                const struct token_secret *secret);
struct slice token_write_refresh(struct arena *arena, struct slice session, int64_t generation,
                                 const struct token_secret *secret);

/* False for any text that is not a token of that kind; `token` is then untouched. */
bool token_read_access(struct arena *arena, struct slice text, struct token *token);
bool token_read_refresh(struct arena *arena, struct slice text, struct token *token);

/* The successor of a refresh token: what a repeated refresh within the grace time gets again. */
struct token_pair {
    struct token_secret access;
    struct token_secret refresh;
};

/*
 * Seals the pair under a key that only the holder of the old refresh token can derive, so that the
 * store can keep it without being able to read it. AES-256-GCM: nonce, ciphertext, tag.
 */
struct slice token_seal_pair(struct arena *arena, const struct token_secret *old_refresh,
                             const struct token_pair *pair, struct rand *rand);
bool token_open_pair(const struct token_secret *old_refresh, struct slice sealed,
                     struct token_pair *pair);
