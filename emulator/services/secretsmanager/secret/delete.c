/* DeleteSecret and RestoreSecret. */
#include "emulator/services/secretsmanager/replica/replica.h"
#include "emulator/services/secretsmanager/rotation/rotation.h"
#include "emulator/services/secretsmanager/secret/secret.h"

enum { window_days_min = 7, window_days_max = 30 };

static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

static struct err check_window(struct call *call,
                               const struct secretsmanager_delete_secret_request *in)
{
    if (in->force_delete_without_recovery.value && in->recovery_window_in_days.is_set)
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "You can't use ForceDeleteWithoutRecovery in conjunction with "
                    "RecoveryWindowInDays.");
    if (in->recovery_window_in_days.is_set &&
        (in->recovery_window_in_days.value < window_days_min ||
         in->recovery_window_in_days.value > window_days_max))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    return OK;
}

/* Forced deletion succeeds when there is nothing to delete, so that clean-up can be repeated. */
static struct err answer_gone(struct call *call, struct slice secret_id,
                              struct secretsmanager_delete_secret_response *out)
{
    call->fault = NULL;
    out->name = secret_id;
    out->deletion_date = secret_time(call->now_micros);
    return OK;
}

static struct err find_deletable(struct call *call, struct slice secret_id, bool forced,
                                 struct secret *secret)
{
    TRY(secret_resolve(call, secret_id, secret));
    if (!secret->deletion_due_micros)
        TRY(secret_find_writable(call, secret_id, secret));
    else if (!forced)
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You can't perform this operation on the secret because it was already "
                    "scheduled for deletion.");
    return replica_require_none(call, secret);
}

/* A rotation of a secret that is on its way out ends; the schedule stays for its restoration. */
static struct err schedule(struct call *call, struct secret *secret, int64_t days)
{
    secret->deletion_due_micros = call->now_micros + days * day_micros;
    call_due_at(call, secret->deletion_due_micros);
    TRY(rotation_store_erase(call, secret->name));
    return secret_store_save(call, secret);
}

struct err secretsmanager_delete_secret(struct call *call,
                                        const struct secretsmanager_delete_secret_request *in,
                                        struct secretsmanager_delete_secret_response *out)
{
    struct secret secret;
    int64_t days =
        in->recovery_window_in_days.is_set ? in->recovery_window_in_days.value : window_days_max;
    bool forced = in->force_delete_without_recovery.value;
    TRY(check_window(call, in));
    struct err found = find_deletable(call, in->secret_id, forced, &secret);
    if (forced && found.info == &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION.info)
        return answer_gone(call, in->secret_id, out);
    TRY(found);
    if (forced)
        TRY(secret_store_erase(call, secret.name));
    else
        TRY(schedule(call, &secret, days));
    out->arn = secret.arn;
    out->name = secret.name;
    out->deletion_date = secret_time(forced ? call->now_micros : secret.deletion_due_micros);
    return OK;
}

struct err secretsmanager_restore_secret(struct call *call,
                                         const struct secretsmanager_restore_secret_request *in,
                                         struct secretsmanager_restore_secret_response *out)
{
    struct secret secret;
    TRY(secret_resolve(call, in->secret_id, &secret));
    secret.deletion_due_micros = 0;
    out->arn = secret.arn;
    out->name = secret.name;
    rotation_plan(call, &secret); /* windows that passed meanwhile are not made up for */
    return secret_store_save(call, &secret);
}
