/* Versions: adding them, choosing one, listing them. */
#include "emulator/core/page.h"
#include "emulator/services/secretsmanager/rotation/rotation.h"
#include "emulator/services/secretsmanager/value/value.h"

enum { default_page = 100 };

static bool is_same_value(const struct secret_value *a, const struct secret_value *b)
{
    return slice_is_set(a->binary) == slice_is_set(b->binary) && slice_eq(a->binary, b->binary) &&
           slice_eq(a->string, b->string);
}

static struct err check_value(struct call *call, const struct secret_value *value)
{
    if (!slice_is_set(value->string) || !slice_is_set(value->binary))
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                "You can't specify both a binary secret value and a string secret value in "
                "the same secret.");
}

struct err secret_add_version(struct call *call, const struct secret *secret,
                              struct slice version_id, const struct secret_value *value,
                              bool *is_retry)
{
    struct secret_version version;
    struct secret_value kept;
    TRY(check_value(call, value));
    TRY(secret_store_find_version(call, secret->name, version_id, &version));
    *is_retry = secret_version_has_value(&version);
    if (!*is_retry) {
        version =
            (struct secret_version){.version_id = version_id, .created_micros = call->now_micros};
        TRY(secret_seal(call, secret, value, &version));
        TRY(secret_store_save_version(call, secret->name, &version));
        return secret_store_prune_versions(call, secret->name);
    }
    TRY(secret_open_version(call, secret, &version, &kept));
    if (is_same_value(&kept, value))
        return OK;
    return fail(call, &SECRETSMANAGER_RESOURCE_EXISTS_EXCEPTION,
                "You can't use ClientRequestToken " SLICE_FMT
                " because that value is already in use for a version of secret " SLICE_FMT ".",
                SLICE_ARG(version_id), SLICE_ARG(secret->arn));
}

static struct err attach_stages(struct call *call, struct slice name, struct slice version_id,
                                const struct secretsmanager_secret_version_stages_type *wanted)
{
    struct slice has_current;
    TRY(secret_store_find_stage(call, name, SECRET_STAGE_CURRENT, &has_current));
    /* A secret's first version is its current one, whatever the request says. */
    if (!slice_is_set(has_current) || !wanted->is_set)
        TRY(secret_attach_stage(call, name, SECRET_STAGE_CURRENT, version_id));
    for (size_t i = 0; i < wanted->count; i++)
        TRY(secret_attach_stage(call, name, wanted->items[i], version_id));
    return OK;
}

struct err secret_put_version(struct call *call, struct secret *secret, struct slice version_id,
                              const struct secret_value *value,
                              const struct secretsmanager_secret_version_stages_type *stages)
{
    bool is_retry;
    TRY(secret_add_version(call, secret, version_id, value, &is_retry));
    if (is_retry)
        return OK;
    TRY(attach_stages(call, secret->name, version_id, stages));
    TRY(rotation_value_changed(call, secret, version_id));
    return secret_save_changed(call, secret);
}

struct err secret_seal_again(struct call *call, const struct secret *secret)
{
    const struct slice stages[] = {SECRET_STAGE_CURRENT, SECRET_STAGE_PENDING,
                                   SECRET_STAGE_PREVIOUS};
    for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
        struct slice version_id;
        struct secret_version version = {0};
        struct secret_value value;
        TRY(secret_store_find_stage(call, secret->name, stages[i], &version_id));
        if (slice_is_set(version_id))
            TRY(secret_store_find_version(call, secret->name, version_id, &version));
        if (!secret_version_has_value(&version))
            continue;
        TRY(secret_open_version(call, secret, &version, &value));
        TRY(secret_seal(call, secret, &value, &version));
        TRY(secret_store_save_version(call, secret->name, &version));
    }
    return OK;
}

static struct err missing_stage(struct call *call, struct slice stage)
{
    return fail(
        call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
        "Secrets Manager can't find the specified secret value for staging label: " SLICE_FMT,
        SLICE_ARG(stage));
}

struct err secret_choose_version(struct call *call, struct slice name,
                                 const struct secretsmanager_get_secret_value_request *in,
                                 struct secret_version *version)
{
    struct slice stage = slice_is_set(in->version_stage) ? in->version_stage : SECRET_STAGE_CURRENT;
    struct slice version_id = in->version_id;
    struct slice staged;
    TRY(secret_store_find_stage(call, name, stage, &staged));
    if (!slice_is_set(version_id)) {
        if (!slice_is_set(staged))
            return missing_stage(call, stage);
        version_id = staged;
    }
    TRY(secret_store_find_version(call, name, version_id, version));
    if (slice_is_set(version->version_id) && slice_is_set(in->version_stage) &&
        !slice_eq(staged, version_id))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You provided a VersionStage that is not associated to the provided "
                    "VersionId.");
    if (secret_version_has_value(version))
        return OK;
    if (!slice_is_set(in->version_id))
        return missing_stage(call, stage);
    return fail(call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
                "Secrets Manager can't find the specified secret value for VersionId: " SLICE_FMT,
                SLICE_ARG(version_id));
}

static struct slice key_name(const struct secret *secret, const struct secret_version *version)
{
    bool is_default = !slice_is_set(secret->kms_key_id) || !slice_is_set(version->kms_key);
    return is_default ? SLICE("DefaultEncryptionKey") : version->kms_key;
}

static struct err write_version(struct call *call, const struct secret *secret,
                                const struct secret_version *version,
                                struct secretsmanager_secret_versions_list_entry *entry)
{
    struct slice *key = ARENA_NEW(call->arena, struct slice);
    *key = key_name(secret, version);
    *entry = (struct secretsmanager_secret_versions_list_entry){
        .version_id = version->version_id,
        .last_accessed_date = secret_time(version->accessed_micros),
        .created_date = secret_time(version->created_micros),
        .kms_key_ids = {key, 1, true},
    };
    return secret_stages_of(call, secret->name, version->version_id, &entry->version_stages);
}

static struct slice position_of(struct call *call, const struct secret_version *version)
{
    return arena_printf(call->arena, "%lld " SLICE_FMT, (long long)version->created_micros,
                        SLICE_ARG(version->version_id));
}

/* Those that have a value and, unless asked for otherwise, a staging label. */
static struct err fill_page(struct call *call, const struct secret *secret,
                            const struct secretsmanager_list_secret_version_ids_request *in,
                            struct slice after,
                            struct secretsmanager_list_secret_version_ids_response *out)
{
    struct secret_version *all;
    size_t total;
    size_t page = in->max_results.is_set ? (size_t)in->max_results.value : default_page;
    bool passed = after.len == 0;
    TRY(secret_store_versions(call, secret->name, &all, &total));
    out->versions = (struct secretsmanager_secret_versions_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_secret_versions_list_entry, page), 0, true};
    const struct secret_version *last = NULL;
    for (size_t i = 0; i < total; i++) {
        struct secretsmanager_secret_versions_list_entry entry;
        if (!passed) {
            passed = slice_eq(position_of(call, &all[i]), after);
            continue;
        }
        TRY(write_version(call, secret, &all[i], &entry));
        if (!secret_version_has_value(&all[i]) ||
            (!entry.version_stages.count && !in->include_deprecated.value))
            continue;
        if (out->versions.count == page) {
            out->next_token = page_token(call->arena, position_of(call, last));
            break;
        }
        last = &all[i];
        out->versions.items[out->versions.count++] = entry;
    }
    return OK;
}

struct err secretsmanager_list_secret_version_ids(
    struct call *call, const struct secretsmanager_list_secret_version_ids_request *in,
    struct secretsmanager_list_secret_version_ids_response *out)
{
    struct secret secret;
    struct slice after;
    if (!page_token_read(call->arena, in->next_token, &after))
        return fail(call, &SECRETSMANAGER_INVALID_NEXT_TOKEN_EXCEPTION, "Invalid NextToken.");
    TRY(secret_resolve(call, in->secret_id, &secret));
    out->arn = secret.arn;
    out->name = secret.name;
    return fill_page(call, &secret, in, after, out);
}
