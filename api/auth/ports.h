#pragma once
/*
 * What sign-in needs from outside: users in the database, sessions in DynamoDB. Every function may
 * be called from any thread; results live in the arena of the call.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/auth/session.h"
#include "api/ledger/ports.h"
#include "lib/base/err.h"

struct user {
    struct slice id;
    struct slice tenant;
    struct slice role;
    struct slice password_hash;
    bool active; /* not disabled */
    bool locked; /* after ten failures, for half an hour */
};

/* Fails with DATABASE_UNAVAILABLE. */
struct user_store {
    void *context;
    /* `found` false: no such user. */
    struct err (*find)(void *context, struct slice email, struct arena *arena, struct user *user,
                       bool *found);
    /* Counts failures and writes the audit row; `reason` absent: the sign-in succeeded. */
    struct err (*login_record)(void *context, const struct actor *actor, struct slice reason);
    struct err (*audit)(void *context, const struct actor *actor, struct slice action,
                        struct slice resource, struct slice outcome, struct slice reason);
};

struct session_list {
    const struct session *items;
    size_t count;
};

/* Fails with SESSION_STORE_UNAVAILABLE: never open. */
struct session_store {
    void *context;
    struct err (*user_epoch)(void *context, struct slice user, int64_t *epoch);
    struct err (*create)(void *context, const struct session *session);
    /* `consistent`: sees every write that was acknowledged before. NOT_FOUND: no such session. */
    struct err (*get)(void *context, struct slice id, bool consistent, struct arena *arena,
                      struct session *session);
    struct err (*touch)(void *context, const struct session *session, int64_t now);
    /*
     * One conditional update to the next generation with the hashes of `next`. *rotated false: it
     * did not match, and `session` is the record as it stands (NOT_FOUND: there is none).
     */
    struct err (*rotate)(void *context, const struct token *presented,
                         const struct token_pair *next, struct slice sealed_next, int64_t now,
                         struct arena *arena, bool *rotated, struct session *session);
    struct err (*revoke)(void *context, struct slice id, int64_t now);
    struct err (*list)(void *context, struct slice user, struct arena *arena,
                       struct session_list *list);
};
