/* Staging labels: UpdateSecretVersionStage, and how labels move. */
#include "emulator/services/secretsmanager/value/value.h"

enum { stages_max = 20 };

static struct err require_room(struct call *call, struct slice name, struct slice version_id)
{
    struct secret_pairs stages;
    TRY(secret_store_stages(call, name, version_id, &stages));
    if (stages.count < stages_max)
        return OK;
    return fail(call, &SECRETSMANAGER_LIMIT_EXCEEDED_EXCEPTION,
                "A version can have at most %d staging labels.", stages_max);
}

struct err secret_attach_stage(struct call *call, struct slice name, struct slice stage,
                               struct slice version_id)
{
    struct slice holder;
    TRY(secret_store_find_stage(call, name, stage, &holder));
    if (slice_is_set(holder) && slice_eq(holder, version_id))
        return OK;
    TRY(require_room(call, name, version_id));
    TRY(secret_store_set_stage(call, name, stage, version_id));
    if (!slice_eq(stage, SECRET_STAGE_CURRENT) || !slice_is_set(holder))
        return OK;
    return secret_store_set_stage(call, name, SECRET_STAGE_PREVIOUS, holder);
}

static struct err invalid(struct call *call, const char *words)
{
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION, "%s", words);
}

/* RemoveFromVersionId must name the version that has the label now. */
static struct err check_holder(struct call *call, struct slice stage, struct slice holder,
                               struct slice remove_from, bool moves)
{
    if (moves && slice_is_set(holder) && !slice_is_set(remove_from))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "The parameter RemoveFromVersionId can't be empty. Staging label " SLICE_FMT
                    " is currently attached to version " SLICE_FMT
                    ", so you must explicitly reference that version in RemoveFromVersionId.",
                    SLICE_ARG(stage), SLICE_ARG(holder));
    if (slice_is_set(remove_from) && !slice_eq(remove_from, holder))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "The parameter RemoveFromVersionId is incorrect. Staging label " SLICE_FMT
                    " is currently %s" SLICE_FMT ".",
                    SLICE_ARG(stage),
                    slice_is_set(holder) ? "attached to version " : "attached to no version",
                    SLICE_ARG(holder));
    return OK;
}

static struct err require_version(struct call *call, struct slice name, struct slice version_id)
{
    struct secret_version version;
    TRY(secret_store_find_version(call, name, version_id, &version));
    if (slice_is_set(version.version_id))
        return OK;
    return fail(call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
                "Secrets Manager can't find the specified secret value for VersionId: " SLICE_FMT,
                SLICE_ARG(version_id));
}

static struct err move_stage(struct call *call, struct slice name,
                             const struct secretsmanager_update_secret_version_stage_request *in)
{
    struct slice holder;
    bool moves = slice_is_set(in->move_to_version_id);
    bool removes = slice_is_set(in->remove_from_version_id);
    if (!moves && !removes)
        return invalid(call, "You must provide MoveToVersionId, RemoveFromVersionId, or both.");
    if (removes)
        TRY(require_version(call, name, in->remove_from_version_id));
    if (moves)
        TRY(require_version(call, name, in->move_to_version_id));
    TRY(secret_store_find_stage(call, name, in->version_stage, &holder));
    if (moves && slice_is_set(holder) && slice_eq(holder, in->move_to_version_id))
        return OK;
    TRY(check_holder(call, in->version_stage, holder, in->remove_from_version_id, moves));
    if (moves)
        return secret_attach_stage(call, name, in->version_stage, in->move_to_version_id);
    if (slice_eq(in->version_stage, SECRET_STAGE_CURRENT))
        return invalid(call, "You can only move staging label AWSCURRENT to a different secret "
                             "version. It can't be completely removed.");
    return secret_store_clear_stage(call, name, in->version_stage);
}

struct err secretsmanager_update_secret_version_stage(
    struct call *call, const struct secretsmanager_update_secret_version_stage_request *in,
    struct secretsmanager_update_secret_version_stage_response *out)
{
    struct secret secret;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(move_stage(call, secret.name, in));
    out->arn = secret.arn;
    out->name = secret.name;
    return secret_save_changed(call, &secret);
}
