/* Users, their sign-ins and audit rows on Postgres. */
#include "api/adapters/pg/store.h"

static const struct pg_statement find_statement = {
    "user_find",
    "SELECT id, tenant_id, role, password_hash, status = 'active', "
    "coalesce(locked_until > now(), false) FROM users WHERE lower(email) = lower($1)",
    true};

static struct err find(void *context, struct slice email, struct arena *arena, struct user *user,
                       bool *found)
{
    const struct pg_param params[] = {PG_TEXT(email)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(context, &find_statement, params, ARRAY_LEN(params), arena, &rows, NULL));
    *found = rows.count == 1;
    if (*found)
        *user = (struct user){
            .id = pg_rows_text(&rows, 0, 0),
            .tenant = pg_rows_text(&rows, 0, 1),
            .role = pg_rows_text(&rows, 0, 2),
            .password_hash = pg_rows_text(&rows, 0, 3),
            .active = pg_rows_bool(&rows, 0, 4),
            .locked = pg_rows_bool(&rows, 0, 5),
        };
    return OK;
}

static struct err run(void *context, const struct pg_statement *statement,
                      const struct pg_param *params, int count)
{
    struct arena arena = {0};
    struct pg_rows rows = {0};
    struct err result = pg_call(context, statement, params, count, &arena, &rows, NULL);
    pg_rows_done(&rows);
    arena_done(&arena);
    return result;
}

static const struct pg_statement login_statement = {
    "login_record", "SELECT login_record($1, $2, $3, $4, $5, $6, $7)", false};

static struct err login_record(void *context, const struct actor *actor, struct slice reason)
{
    const struct pg_param params[] = {
        PG_TEXT(actor->user),    PG_TEXT(actor->tenant),     PG_TEXT(actor->session),
        PG_TEXT(actor->address), PG_TEXT(actor->request_id), PG_TEXT(actor->trace_id),
        PG_TEXT(reason)};
    return run(context, &login_statement, params, ARRAY_LEN(params));
}

static const struct pg_statement audit_statement = {
    "audit_append", "SELECT audit_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", false};

static struct err audit(void *context, const struct actor *actor, struct slice action,
                        struct slice resource, struct slice outcome, struct slice reason)
{
    const struct pg_param params[] = {
        PG_TEXT(actor->tenant),  PG_TEXT(actor->user), PG_TEXT(actor->session),
        PG_TEXT(actor->address), PG_TEXT(action),      PG_TEXT(resource),
        PG_TEXT(outcome),        PG_TEXT(reason),      PG_TEXT(actor->request_id),
        PG_TEXT(actor->trace_id)};
    return run(context, &audit_statement, params, ARRAY_LEN(params));
}

struct user_store pg_user_store(struct pg *pg)
{
    return (struct user_store){
        .context = pg, .find = find, .login_record = login_record, .audit = audit};
}

static const struct pg_statement owner_statement = {
    "owner_create", "SELECT owner_create($1, $2, $3, $4, $5)", true};

struct err pg_owner_create(struct pg *pg, struct slice tenant, struct slice tenant_name,
                           struct slice user, struct slice email, struct slice password_hash,
                           struct arena *arena, struct slice *present_user)
{
    const struct pg_param params[] = {PG_TEXT(tenant), PG_TEXT(tenant_name), PG_TEXT(user),
                                      PG_TEXT(email), PG_TEXT(password_hash)};
    CLEANUP(pg_rows_done) struct pg_rows rows = {0};
    TRY(pg_call(pg, &owner_statement, params, ARRAY_LEN(params), arena, &rows, NULL));
    *present_user = pg_rows_text(&rows, 0, 0);
    return OK;
}
