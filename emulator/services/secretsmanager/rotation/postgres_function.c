/*
 * The four steps for a Postgres secret. Each is done so that it can be done again: it looks first
 * whether its work is done already.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
 */
#include "emulator/services/secretsmanager/rotation/postgres_function.h"

#include "emulator/services/secretsmanager/rotation/database_secret.h"
#include "emulator/services/secretsmanager/value/value.h"

enum { role_bytes_max = 63 };

static const struct slice clone_suffix = SLICE_INIT("_clone");

struct step {
    struct call *call;
    const struct rotation_event *event;
    enum postgres_strategy strategy;
};

/* --- Secrets Manager, as its own client ------------------------------------------------------ */

static struct err call_own(struct call *call, const char *operation, const void *in, void *out)
{
    call->fault = NULL;
    call->fault_message = SLICE_NONE;
    return call->platform->call_internal(call, "secretsmanager", operation, in, out);
}

static struct slice reason_of(const struct call *call, struct err e)
{
    return slice_is_set(call->fault_message) ? call->fault_message : slice_from_cstr(e.info->text);
}

/* The text of a version; a secret that holds bytes has none. */
static struct slice get_text(struct call *call, struct slice secret_id, struct slice version_id,
                             struct slice stage, struct slice *text)
{
    const struct secretsmanager_get_secret_value_request in = {secret_id, version_id, stage};
    struct secretsmanager_get_secret_value_response out = {0};
    struct err e = call_own(call, "GetSecretValue", &in, &out);
    if (failed(e))
        return reason_of(call, e);
    *text = out.secret_string;
    return slice_is_set(out.secret_string) ? SLICE_NONE : SLICE("the secret holds no text");
}

static struct slice get_secret(struct call *call, struct slice secret_id, struct slice version_id,
                               struct slice stage, struct database_secret *secret)
{
    struct slice text;
    struct slice problem = get_text(call, secret_id, version_id, stage, &text);
    if (slice_is_set(problem))
        return problem;
    return slice_from_cstr(database_secret_read(call->arena, text, secret));
}

static struct slice get_current(const struct step *step, struct database_secret *secret)
{
    return get_secret(step->call, step->event->secret_arn, SLICE_NONE, SECRET_STAGE_CURRENT,
                      secret);
}

static struct slice get_pending(const struct step *step, struct database_secret *secret)
{
    return get_secret(step->call, step->event->secret_arn, step->event->version_id,
                      SECRET_STAGE_PENDING, secret);
}

static struct slice new_password(struct call *call, struct slice *password)
{
    /* What AWS's templates leave out: characters that connection strings are quoted with. */
    const struct secretsmanager_get_random_password_request in = {.exclude_characters =
                                                                      SLICE(":/@\"'\\")};
    struct secretsmanager_get_random_password_response out = {0};
    struct err e = call_own(call, "GetRandomPassword", &in, &out);
    if (failed(e))
        return reason_of(call, e);
    *password = out.random_password;
    return SLICE_NONE;
}

static struct slice put_pending(const struct step *step, struct slice text)
{
    struct slice stage = SECRET_STAGE_PENDING;
    const struct secretsmanager_put_secret_value_request in = {
        .secret_id = step->event->secret_arn,
        .client_request_token = step->event->version_id,
        .secret_string = text,
        .version_stages = {&stage, 1, true},
        .rotation_token = step->event->token,
    };
    struct secretsmanager_put_secret_value_response out = {0};
    struct err e = call_own(step->call, "PutSecretValue", &in, &out);
    return failed(e) ? reason_of(step->call, e) : SLICE_NONE;
}

/* --- the strategies -------------------------------------------------------------------------- */

/* NAME and NAME_clone take turns. */
static struct slice other_user(struct arena *arena, struct slice user)
{
    if (slice_ends_with(user, clone_suffix))
        return slice_sub(user, 0, user.len - clone_suffix.len);
    return arena_printf(arena, SLICE_FMT SLICE_FMT, SLICE_ARG(user), SLICE_ARG(clone_suffix));
}

static struct slice next_user(const struct step *step, struct slice user)
{
    return step->strategy == POSTGRES_SINGLE_USER ? user : other_user(step->call->arena, user);
}

static struct slice create_secret(const struct step *step)
{
    struct database_secret current;
    struct database_secret pending;
    struct slice text;
    struct slice password;
    struct slice problem = get_current(step, &current);
    if (slice_is_set(problem))
        return problem;
    if (!slice_is_set(get_pending(step, &pending)))
        return SLICE_NONE; /* an earlier try has made it */
    struct slice user = next_user(step, current.login.username);
    if (user.len > role_bytes_max)
        return arena_printf(step->call->arena,
                            "the role " SLICE_FMT " would be longer than Postgres's 63 bytes",
                            SLICE_ARG(user));
    problem = new_password(step->call, &password);
    if (!slice_is_set(problem))
        problem =
            get_text(step->call, step->event->secret_arn, SLICE_NONE, SECRET_STAGE_CURRENT, &text);
    if (slice_is_set(problem))
        return problem;
    return put_pending(step, database_secret_write(step->call->arena, text, user, password));
}

static bool is_same_server(const struct database_secret *a, const struct database_secret *b)
{
    return slice_eq(a->login.host, b->login.host) && slice_eq(a->login.port, b->login.port);
}

/* Logs in with the current password, or with the previous one where that is refused. */
static struct slice set_own_password(const struct step *step, const struct database_secret *current,
                                     const struct database_secret *pending)
{
    struct arena *arena = step->call->arena;
    struct database_secret previous;
    struct slice role = pending->login.username;
    struct slice problem =
        postgres_set_password(arena, &current->login, role, pending->login.password, SLICE_NONE);
    if (!slice_is_set(problem))
        return SLICE_NONE;
    struct slice none = get_secret(step->call, step->event->secret_arn, SLICE_NONE,
                                   SECRET_STAGE_PREVIOUS, &previous);
    if (slice_is_set(none) || !is_same_server(&previous, current) ||
        !slice_eq(previous.login.username, role))
        return problem;
    return slice_is_set(postgres_set_password(arena, &previous.login, role, pending->login.password,
                                              SLICE_NONE))
               ? problem
               : SLICE_NONE;
}

static struct slice set_others_password(const struct step *step,
                                        const struct database_secret *current,
                                        const struct database_secret *pending)
{
    struct database_secret master;
    if (!slice_is_set(current->master_arn))
        return SLICE("the secret has no \"masterarn\": name the secret of a login that may create "
                     "roles");
    struct slice problem =
        get_secret(step->call, current->master_arn, SLICE_NONE, SECRET_STAGE_CURRENT, &master);
    if (slice_is_set(problem))
        return arena_printf(step->call->arena, "the secret \"masterarn\": " SLICE_FMT,
                            SLICE_ARG(problem));
    if (!is_same_server(&master, current))
        return SLICE("the secret \"masterarn\" is of another server");
    master.login.dbname = current->login.dbname;
    return postgres_set_password(step->call->arena, &master.login, pending->login.username,
                                 pending->login.password, current->login.username);
}

static struct slice set_secret(const struct step *step)
{
    struct database_secret current;
    struct database_secret pending;
    struct slice problem = get_pending(step, &pending);
    if (!slice_is_set(problem))
        problem = get_current(step, &current);
    if (slice_is_set(problem))
        return problem;
    if (!is_same_server(&current, &pending) ||
        !slice_eq(pending.login.username, next_user(step, current.login.username)))
        return SLICE("the pending version is not of the current one's server and user");
    if (!slice_is_set(postgres_try(step->call->arena, &pending.login)))
        return SLICE_NONE; /* an earlier try has set it */
    return step->strategy == POSTGRES_SINGLE_USER ? set_own_password(step, &current, &pending)
                                                  : set_others_password(step, &current, &pending);
}

static struct slice test_secret(const struct step *step)
{
    struct database_secret pending;
    struct slice problem = get_pending(step, &pending);
    return slice_is_set(problem) ? problem : postgres_try(step->call->arena, &pending.login);
}

static struct slice finish_secret(const struct step *step)
{
    const struct secretsmanager_get_secret_value_request which = {
        .secret_id = step->event->secret_arn, .version_stage = SECRET_STAGE_CURRENT};
    struct secretsmanager_get_secret_value_response current = {0};
    struct secretsmanager_update_secret_version_stage_response out = {0};
    struct err e = call_own(step->call, "GetSecretValue", &which, &current);
    if (failed(e))
        return reason_of(step->call, e);
    if (slice_eq(current.version_id, step->event->version_id))
        return SLICE_NONE; /* an earlier try has finished it */
    const struct secretsmanager_update_secret_version_stage_request in = {
        .secret_id = step->event->secret_arn,
        .version_stage = SECRET_STAGE_CURRENT,
        .remove_from_version_id = current.version_id,
        .move_to_version_id = step->event->version_id,
    };
    e = call_own(step->call, "UpdateSecretVersionStage", &in, &out);
    return failed(e) ? reason_of(step->call, e) : SLICE_NONE;
}

struct slice postgres_function_run(struct call *call, const struct rotation_event *event,
                                   enum postgres_strategy strategy)
{
    static struct slice (*const steps[])(const struct step *step) = {
        [ROTATION_CREATE_SECRET] = create_secret,
        [ROTATION_SET_SECRET] = set_secret,
        [ROTATION_TEST_SECRET] = test_secret,
        [ROTATION_FINISH_SECRET] = finish_secret,
    };
    const struct step step = {call, event, strategy};
    return steps[event->step](&step);
}
