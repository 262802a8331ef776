/* Sign-in and sessions. */
#include "api/handlers/auth.h"

#include "api/auth/fault.h"
#include "api/handlers/services.h"
#include "api/http/fields.h"
#include "api/ledger/id.h"

struct login_input {
    struct slice email;
    struct slice password;
};

/* clang-format off */
static const struct field login_fields[] = {
    {"email", FIELD_EMAIL, .required = true, .max = 254, FIELD_AT(struct login_input, email)},
    {"password", FIELD_SECRET, .required = true, .min = 1, .max = PASSWORD_BYTES_MAX,
     FIELD_AT(struct login_input, password)},
};
/* clang-format on */

static int64_t now_seconds(const struct services *services)
{
    return clock_now(services->clock) / MICROS_PER_SECOND;
}

static struct token_pair new_pair(const struct services *services)
{
    return (struct token_pair){.access = token_new_secret(services->rand),
                               .refresh = token_new_secret(services->rand)};
}

static void write_seconds(struct json_writer *w, const char *key, struct arena *arena,
                          int64_t seconds)
{
    write_text(w, key, clock_format_rfc3339(arena, seconds * MICROS_PER_SECOND, 0));
}

static void write_session(struct json_writer *w, struct arena *arena, const struct session *session,
                          struct slice current)
{
    json_write_object_begin(w);
    write_text(w, "id", session->id);
    write_text(w, "user", session->user);
    write_text(w, "role", session->role);
    write_bool(w, "current", slice_eq(session->id, current));
    write_seconds(w, "created_at", arena, session->created_at);
    write_seconds(w, "last_seen", arena, session->last_seen);
    write_seconds(w, "idle_expires_at", arena, session->idle_exp);
    write_seconds(w, "expires_at", arena, session->abs_exp);
    json_write_object_end(w);
}

static struct err reply_tokens(struct call *call, const struct session *session,
                               const struct token_pair *pair, int64_t generation, int64_t now)
{
    struct arena *arena = call->arena;
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    write_text(&w, "access_token", token_write_access(arena, session->id, &pair->access));
    write_text(&w, "token_type", SLICE("Bearer"));
    write_number(&w, "expires_in", session->access_exp - now);
    write_text(&w, "refresh_token",
               token_write_refresh(arena, session->id, generation, &pair->refresh));
    json_write_key(&w, SLICE("session"));
    write_session(&w, arena, session, session->id);
    json_write_object_end(&w);
    return OK;
}

/* Why the sign-in is refused, for the audit alone: the client learns nothing of it. */
static const char *refusal_of(const struct user *user, bool found, enum password_result password)
{
    if (!found)
        return "unknown_user";
    if (!user->active)
        return "disabled";
    if (user->locked)
        return "locked";
    return password == PASSWORD_RIGHT ? NULL : "bad_password";
}

static struct err check_password(struct call *call, struct user *user)
{
    const struct services *services = call->services;
    const struct user_store *users = services->users;
    struct login_input input = {0};
    bool found;
    TRY(fields_read_body(call, login_fields, ARRAY_LEN(login_fields), &input));
    TRY(users->find(users->context, input.email, call->arena, user, &found));
    enum password_result password = password_verify(services->passwords, input.password,
                                                    found ? user->password_hash : SLICE_NONE);
    if (password == PASSWORD_BUSY)
        return ERR(&RATE_LIMITED);
    if (found) {
        call->actor.user = user->id;
        call->actor.tenant = user->tenant;
    }
    const char *reason = refusal_of(user, found, password);
    if (!reason)
        return OK;
    TRY(users->login_record(users->context, &call->actor, slice_from_cstr(reason)));
    return ERR(&BAD_CREDENTIALS);
}

struct err auth_login(struct call *call)
{
    const struct services *services = call->services;
    const struct session_store *sessions = services->sessions;
    struct user user;
    int64_t epoch;
    TRY(check_password(call, &user));
    TRY(sessions->user_epoch(sessions->context, user.id, &epoch));
    struct token_pair pair = new_pair(services);
    int64_t now = now_seconds(services);
    struct session session =
        session_begin(id_new(call->arena, "ses_", services->clock, services->rand), user.id,
                      user.tenant, user.role, epoch, &pair, now);
    TRY(sessions->create(sessions->context, &session));
    call->actor.session = session.id;
    TRY(services->users->login_record(services->users->context, &call->actor, SLICE_NONE));
    return reply_tokens(call, &session, &pair, session.refresh_generation, now);
}

struct refresh_input {
    struct slice token;
};

/* clang-format off */
static const struct field refresh_fields[] = {
    {"refresh_token", FIELD_SECRET, .required = true, .min = 1, .max = 256,
     FIELD_AT(struct refresh_input, token)},
};
/* clang-format on */

static struct err end_stolen(struct call *call, const struct session *session, int64_t now)
{
    const struct services *services = call->services;
    call->actor.user = session->user;
    call->actor.tenant = session->tenant;
    call->actor.session = session->id;
    TRY(services->sessions->revoke(services->sessions->context, session->id, now));
    TRY(services->users->audit(services->users->context, &call->actor,
                               SLICE("session.reuse_detected"), session->id, SLICE("denied"),
                               SLICE("refresh_token_reused")));
    return ERR(&SESSION_REUSE_DETECTED);
}

/* What a refresh comes to whose conditional update did not match. */
static struct err settle_refresh(struct call *call, const struct session *session,
                                 const struct token *token, int64_t now)
{
    struct token_pair successor;
    switch (session_judge_refresh(session, token, now)) {
    case REFRESH_REFUSED:
        return ERR(&UNAUTHENTICATED);
    case REFRESH_EXPIRED:
        return ERR(&TOKEN_EXPIRED);
    case REFRESH_ENDED:
        return ERR(&SESSION_REVOKED);
    case REFRESH_CONTENDED:
        return ERR(&SESSION_STORE_UNAVAILABLE);
    case REFRESH_STOLEN:
        return end_stolen(call, session, now);
    case REFRESH_REPEATED:
        break;
    }
    if (!token_open_pair(&token->secret, session->successor_sealed, &successor))
        return ERR(&UNAUTHENTICATED);
    return reply_tokens(call, session, &successor, session->refresh_generation, now);
}

/* A user whose epoch has moved on has ended every session that began before. */
static struct err check_epoch(const struct services *services, const struct session *session,
                              int64_t now)
{
    const struct session_store *sessions = services->sessions;
    int64_t epoch;
    TRY(sessions->user_epoch(sessions->context, session->user, &epoch));
    if (epoch == session->epoch)
        return OK;
    TRY(sessions->revoke(sessions->context, session->id, now));
    return ERR(&SESSION_REVOKED);
}

struct err auth_refresh(struct call *call)
{
    const struct services *services = call->services;
    const struct session_store *sessions = services->sessions;
    struct refresh_input input = {0};
    struct token token;
    struct session session;
    bool rotated;
    TRY(fields_read_body(call, refresh_fields, ARRAY_LEN(refresh_fields), &input));
    if (!token_read_refresh(call->arena, input.token, &token))
        return ERR(&UNAUTHENTICATED);
    struct token_pair next = new_pair(services);
    struct slice sealed = token_seal_pair(call->arena, &token.secret, &next, services->rand);
    int64_t now = now_seconds(services);
    struct err result = sessions->rotate(sessions->context, &token, &next, sealed, now, call->arena,
                                         &rotated, &session);
    if (result.info == &NOT_FOUND)
        return ERR(&UNAUTHENTICATED);
    TRY(result);
    if (!rotated)
        return settle_refresh(call, &session, &token, now);
    TRY(check_epoch(services, &session, now));
    return reply_tokens(call, &session, &next, session.refresh_generation, now);
}

struct err auth_logout(struct call *call)
{
    const struct services *services = call->services;
    TRY(services->sessions->revoke(services->sessions->context, call->actor.session,
                                   now_seconds(services)));
    TRY(services->users->audit(services->users->context, &call->actor, SLICE("auth.logout"),
                               call->actor.session, SLICE("success"), SLICE_NONE));
    call->status = 204;
    return OK;
}

struct err auth_sessions(struct call *call)
{
    const struct session_store *sessions = call->services->sessions;
    struct session_list list;
    int64_t now = now_seconds(call->services);
    TRY(sessions->list(sessions->context, call->actor.user, call->arena, &list));
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("data"));
    json_write_array_begin(&w);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].active && now < list.items[i].abs_exp && now < list.items[i].idle_exp)
            write_session(&w, call->arena, &list.items[i], call->actor.session);
    json_write_array_end(&w);
    json_write_object_end(&w);
    return OK;
}
