/* RotateSecret and CancelRotateSecret. */
#include "emulator/services/secretsmanager/rotation/function.h"
#include "emulator/services/secretsmanager/rotation/rotation.h"
#include "emulator/services/secretsmanager/rotation/schedule.h"
#include "emulator/services/secretsmanager/value/value.h"

static struct err invalid(struct call *call, const char *words)
{
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION, "%s", words);
}

/* Partners hold such secrets, and rotate them; no partner is here. */
static struct err refuse_external(struct call *call,
                                  const struct secretsmanager_rotate_secret_request *in)
{
    bool is_external = in->external_secret_rotation_metadata.is_set ||
                       slice_is_set(in->external_secret_rotation_role_arn);
    if (!is_external)
        return OK;
    return fail(call, &FAULT_NOT_IMPLEMENTED,
                "Florin does not implement secretsmanager:RotateSecret of managed external secrets "
                "(ExternalSecretRotationMetadata, ExternalSecretRotationRoleArn)");
}

static struct err set_rules(struct call *call,
                            const struct secretsmanager_rotation_rules_type *rules,
                            struct secret_rotation *rotation)
{
    struct rotation_schedule schedule;
    bool by_days = rules->automatically_after_days.is_set;
    bool by_schedule = slice_is_set(rules->schedule_expression);
    if (by_days && by_schedule)
        return invalid(call, "You cannot specify both rotation frequency and schedule expression "
                             "together.");
    if (!by_days && !by_schedule)
        return invalid(call, "RotationRules need AutomaticallyAfterDays or ScheduleExpression.");
    if (slice_is_set(rules->duration) && !by_schedule)
        return invalid(call, "You can only specify Duration together with ScheduleExpression.");
    if (by_schedule) {
        const char *problem =
            rotation_schedule_parse(rules->schedule_expression, rules->duration, &schedule);
        if (problem)
            return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                        "Invalid ScheduleExpression or Duration: %s.", problem);
    }
    rotation->after_days = by_days ? rules->automatically_after_days.value : 0;
    rotation->schedule = rules->schedule_expression;
    rotation->duration = rules->duration;
    return OK;
}

static struct err set_function(struct call *call, struct slice arn,
                               struct secret_rotation *rotation)
{
    if (slice_is_set(arn))
        rotation->function = arn;
    if (!slice_is_set(rotation->function))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "No Lambda rotation function ARN is associated with this secret.");
    if (rotation_function_exists(call, rotation->function))
        return OK;
    return fail(call, &FAULT_ACCESS_DENIED,
                "Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
                "function policy grants access to the principal secretsmanager.amazonaws.com. "
                "(Florin knows no function " SLICE_FMT
                ": map it to its endpoint with --functions, or use one of the built-in functions "
                "SecretsManagerRDSPostgreSQLRotationSingleUser and "
                "SecretsManagerRDSPostgreSQLRotationMultiUser.)",
                SLICE_ARG(rotation->function));
}

static struct err require_value(struct call *call, const struct secret *secret)
{
    struct slice current;
    TRY(secret_store_find_stage(call, secret->name, SECRET_STAGE_CURRENT, &current));
    if (slice_is_set(current))
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                "You can't rotate a secret that has no value: its AWSCURRENT version is missing.");
}

static struct err configure(struct call *call,
                            const struct secretsmanager_rotate_secret_request *in,
                            struct secret *secret)
{
    TRY(refuse_external(call, in));
    TRY(secret_find_writable(call, in->secret_id, secret));
    TRY(set_function(call, in->rotation_lambda_arn, &secret->rotation));
    if (in->rotation_rules)
        TRY(set_rules(call, in->rotation_rules, &secret->rotation));
    TRY(require_value(call, secret));
    secret->rotation.state = ROTATION_ON;
    rotation_plan(call, secret);
    return secret_save_changed(call, secret);
}

/* What a request with that token did already: its version is pending, or current since. */
static struct err find_retry(struct call *call, const struct secret *secret,
                             struct slice version_id, bool *is_retry)
{
    struct secret_version version;
    TRY(secret_store_find_version(call, secret->name, version_id, &version));
    *is_retry = slice_is_set(version.version_id);
    return OK;
}

/*
 * A rotation that failed waits for its next try; asking for it makes it due at once. With another
 * token AWS answers that an error, and keeps what it has done: so this commits, and then fails.
 */
static struct err try_again(struct call *call, const struct secret *secret, struct slice unfinished)
{
    TRY(rotation_begin(call, secret, unfinished));
    return store_commit(call->store);
}

static struct err begin(struct call *call, const struct secretsmanager_rotate_secret_request *in,
                        const struct secret *secret, struct slice version_id)
{
    struct slice unfinished;
    bool is_retry;
    TRY(rotation_unfinished(call, secret->name, &unfinished));
    if (slice_is_set(unfinished)) {
        TRY(try_again(call, secret, unfinished));
        if (slice_eq(unfinished, version_id))
            return OK;
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    TRY(find_retry(call, secret, version_id, &is_retry));
    if (!is_retry && in->rotate_immediately.is_set && !in->rotate_immediately.value)
        TRY(rotation_begin_test(call, secret, version_id));
    else if (!is_retry)
        TRY(rotation_begin(call, secret, version_id));
    return store_commit(call->store);
}

struct err secretsmanager_rotate_secret(struct call *call,
                                        const struct secretsmanager_rotate_secret_request *in,
                                        struct secretsmanager_rotate_secret_response *out)
{
    struct secret secret;
    struct slice version_id = secret_version_id(call, in->client_request_token);
    TRY(store_begin_write(call->store));
    TRY(configure(call, in, &secret));
    TRY(begin(call, in, &secret, version_id));
    out->arn = secret.arn;
    out->name = secret.name;
    out->version_id = version_id;
    return OK;
}

struct err secretsmanager_cancel_rotate_secret(
    struct call *call, const struct secretsmanager_cancel_rotate_secret_request *in,
    struct secretsmanager_cancel_rotate_secret_response *out)
{
    struct secret secret;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    if (secret.rotation.state == ROTATION_ON)
        secret.rotation.state = ROTATION_OFF;
    rotation_plan(call, &secret);
    TRY(rotation_unfinished(call, secret.name, &out->version_id));
    TRY(rotation_store_erase(call, secret.name));
    out->arn = secret.arn;
    out->name = secret.name;
    return secret_save_changed(call, &secret);
}
