/* Values: GetSecretValue, PutSecretValue. */
#include "emulator/services/secretsmanager/secretsmanager_secret.h"

static const struct slice current = SLICE_INIT("AWSCURRENT");
static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

static struct err missing_stage(struct call *call, struct slice stage)
{
    return fail(
        call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
        "Secrets Manager can't find the specified secret value for staging label: " SLICE_FMT,
        SLICE_ARG(stage));
}

/* The version that the request means: by ID, by stage, or by both, which must then agree. */
static struct err choose_version(struct call *call, struct slice name,
                                 const struct secretsmanager_get_secret_value_request *in,
                                 struct secret_version *version)
{
    struct slice stage = slice_is_set(in->version_stage) ? in->version_stage : current;
    struct slice version_id = in->version_id;
    struct slice staged;
    TRY(secret_store_find_stage(call, name, stage, &staged));
    if (!slice_is_set(version_id)) {
        if (!slice_is_set(staged))
            return missing_stage(call, stage);
        version_id = staged;
    }
    TRY(secret_store_find_version(call, name, version_id, version));
    if (!slice_is_set(version->version_id))
        return fail(
            call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
            "Secrets Manager can't find the specified secret value for VersionId: " SLICE_FMT,
            SLICE_ARG(version_id));
    if (slice_is_set(in->version_stage) && !slice_eq(staged, version_id))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You provided a VersionStage that is not associated to the provided "
                    "VersionId.");
    return OK;
}

/* The date of last access has the resolution of a day, so few reads write. */
static struct err note_access(struct call *call, struct secret *secret)
{
    int64_t today = call->now_micros - call->now_micros % day_micros;
    if (secret->accessed_micros == today)
        return OK;
    TRY(store_begin_write(call->store));
    TRY(secret_store_find(call, secret->name, secret));
    if (slice_is_set(secret->name)) {
        secret->accessed_micros = today;
        TRY(secret_store_update(call, secret));
    }
    return store_commit(call->store);
}

struct err secretsmanager_get_secret_value(struct call *call,
                                           const struct secretsmanager_get_secret_value_request *in,
                                           struct secretsmanager_get_secret_value_response *out)
{
    struct secret secret;
    struct secret_version version;
    struct secret_value value;
    TRY(secret_resolve(call, in->secret_id, &secret));
    TRY(secret_require_usable(call, &secret));
    TRY(choose_version(call, secret.name, in, &version));
    TRY(secret_open_version(call, &secret, &version, &value));
    out->arn = secret.arn;
    out->name = secret.name;
    out->version_id = version.version_id;
    out->secret_string = value.string;
    out->secret_binary = value.binary;
    out->created_date = (struct opt_time){version.created_micros, true};
    TRY(secret_stages_of(call, secret.name, version.version_id, &out->version_stages));
    return note_access(call, &secret);
}

static struct err attach_stages(struct call *call, struct slice name, struct slice version_id,
                                const struct secretsmanager_secret_version_stages_type *wanted)
{
    struct slice has_current;
    TRY(secret_store_find_stage(call, name, current, &has_current));
    /* A secret's first version is its current one, whatever the request says. */
    if (!slice_is_set(has_current) || !wanted->is_set)
        TRY(secret_attach_stage(call, name, current, version_id));
    for (size_t i = 0; i < wanted->count; i++)
        TRY(secret_attach_stage(call, name, wanted->items[i], version_id));
    return OK;
}

struct err secretsmanager_put_secret_value(struct call *call,
                                           const struct secretsmanager_put_secret_value_request *in,
                                           struct secretsmanager_put_secret_value_response *out)
{
    struct secret secret;
    struct secret_version existing;
    struct secret_value value = {in->secret_string, in->secret_binary};
    struct slice version_id = slice_is_set(in->client_request_token)
                                  ? in->client_request_token
                                  : rand_uuid4(call->platform->rand, call->arena);
    if (slice_is_set(in->rotation_token))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement secretsmanager:PutSecretValue with RotationToken "
                    "yet");
    if (!slice_is_set(value.string) && !slice_is_set(value.binary))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You must provide either SecretString or SecretBinary.");
    TRY(secret_resolve(call, in->secret_id, &secret));
    TRY(secret_require_usable(call, &secret));
    TRY(secret_store_find_version(call, secret.name, version_id, &existing));
    TRY(secret_add_version(call, &secret, version_id, &value));
    if (!slice_is_set(existing.version_id)) { /* a retry moves no stage */
        TRY(attach_stages(call, secret.name, version_id, &in->version_stages));
        secret.changed_micros = call->now_micros;
        TRY(secret_store_update(call, &secret));
    }
    out->arn = secret.arn;
    out->name = secret.name;
    out->version_id = version_id;
    return secret_stages_of(call, secret.name, version_id, &out->version_stages);
}
