#pragma once
/*
 * The life of a session, as rules on a record: no store, no clock. Times are seconds since 1970, as
 * DynamoDB's TTL wants them.
 *
 * Access 10 minutes, idle 15 minutes (PCI DSS 8.2.8), absolute 12 hours, 8 for operators. A refresh
 * token serves once; for 10 seconds the one before it gets the same successor again, so that a lost
 * reply or two tabs do no harm; anything older means theft and ends the session (RFC 9700 4.14.2).
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/auth/token.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

#define SESSION_ACCESS_SECONDS 600
#define SESSION_IDLE_SECONDS 900
#define SESSION_ABSOLUTE_SECONDS 43200
#define SESSION_ABSOLUTE_OPERATOR_SECONDS 28800
#define SESSION_GRACE_SECONDS 10
#define SESSION_SEEN_SECONDS 60    /* last_seen is written at most this often */
#define SESSION_KEPT_SECONDS 86400 /* an ended session's record stays this long for the TTL */

struct session {
    struct slice id;
    struct slice user;
    struct slice tenant;
    struct slice role;
    struct slice amr; /* how the user proved itself: "pwd" */
    bool active;
    int64_t created_at;
    int64_t last_seen;
    int64_t idle_exp;
    int64_t abs_exp;
    int64_t epoch; /* of the user, when the session began */
    int64_t version;
    struct token_hash access_hash;
    int64_t access_exp;
    int64_t refresh_generation;
    struct token_hash refresh_hash;
    bool has_previous;
    struct token_hash previous_hash;
    int64_t grace_until;
    struct slice successor_sealed;
};

/* A new session with the hashes of `pair`; slices are borrowed from the caller. */
struct session session_begin(struct slice id, struct slice user, struct slice tenant,
                             struct slice role, int64_t epoch, const struct token_pair *pair,
                             int64_t now);

/* OK, or UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED. */
struct err session_judge_access(const struct session *session, const struct token *token,
                                int64_t now);

/* True when last_seen is old enough to be written again; idle_exp follows it. */
bool session_touch_due(const struct session *session, int64_t now);
int64_t session_next_idle(const struct session *session, int64_t now);

/* Why the one conditional update of a refresh did not match, read from the record as it stands. */
enum refresh_verdict {
    REFRESH_REFUSED,   /* unknown secret: says nothing of the session */
    REFRESH_EXPIRED,   /* idle or absolute time is over */
    REFRESH_ENDED,     /* signed out or revoked before */
    REFRESH_REPEATED,  /* the previous token within its grace time: the same successor again */
    REFRESH_STOLEN,    /* an older token: end the session */
    REFRESH_CONTENDED, /* it would match now: try again */
};

enum refresh_verdict session_judge_refresh(const struct session *session, const struct token *token,
                                           int64_t now);
