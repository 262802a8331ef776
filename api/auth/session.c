/* Judgements on session records. */
#include "api/auth/session.h"

#include "api/auth/fault.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct session session_begin(struct slice id, struct slice user, struct slice tenant,
                             struct slice role, int64_t epoch, const struct token_pair *pair,
                             int64_t now)
{
    int64_t life = slice_eq(role, SLICE("operator")) ? SESSION_ABSOLUTE_OPERATOR_SECONDS
                                                     : SESSION_ABSOLUTE_SECONDS;
    return (struct session){
        .id = id,
        .user = user,
        .tenant = tenant,
        .role = role,
        .amr = SLICE("pwd"),
        .active = true,
        .created_at = now,
        .last_seen = now,
        .idle_exp = now + SESSION_IDLE_SECONDS,
        .abs_exp = now + life,
        .epoch = epoch,
        .version = 1,
        .access_hash = token_hash(&pair->access),
        .access_exp = now + SESSION_ACCESS_SECONDS,
        .refresh_generation = 1,
        .refresh_hash = token_hash(&pair->refresh),
    };
}

struct err session_judge_access(const struct session *session, const struct token *token,
                                int64_t now)
{
    struct token_hash presented = token_hash(&token->secret);
    if (!token_hash_eq(&presented, &session->access_hash))
        return ERR(&UNAUTHENTICATED);
    if (!session->active)
        return ERR(&SESSION_REVOKED);
    if (now >= session->access_exp || now >= session->idle_exp || now >= session->abs_exp)
        return ERR(&TOKEN_EXPIRED);
    return OK;
}

bool session_touch_due(const struct session *session, int64_t now)
{
    return now - session->last_seen >= SESSION_SEEN_SECONDS;
}

int64_t session_next_idle(const struct session *session, int64_t now)
{
    return least(now + SESSION_IDLE_SECONDS, session->abs_exp);
}

enum refresh_verdict session_judge_refresh(const struct session *session, const struct token *token,
                                           int64_t now)
{
    struct token_hash presented = token_hash(&token->secret);
    bool current = token_hash_eq(&presented, &session->refresh_hash) &&
                   token->generation == session->refresh_generation;
    bool previous = session->has_previous && token_hash_eq(&presented, &session->previous_hash) &&
                    token->generation == session->refresh_generation - 1;
    if (!current && !previous && token->generation >= session->refresh_generation)
        return REFRESH_REFUSED;
    if (!session->active)
        return REFRESH_ENDED;
    if (now >= session->idle_exp || now >= session->abs_exp)
        return REFRESH_EXPIRED;
    if (current)
        return REFRESH_CONTENDED;
    return previous && now < session->grace_until ? REFRESH_REPEATED : REFRESH_STOLEN;
}
