/* Secrets: CreateSecret, DescribeSecret, DeleteSecret. */
#include "emulator/services/secretsmanager/secretsmanager_secret.h"

enum { tags_max = 50, window_days_min = 7, window_days_max = 30, arn_suffix_len = 6 };

static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

static bool is_name(struct slice name)
{
    static const char marks[] = "/_+=.@-!";
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric && slice_index(SLICE(marks), c) < 0)
            return false;
    }
    return name.len > 0;
}

/* The random end keeps a policy for a deleted secret from covering a new one of the same name. */
static struct slice new_arn(struct call *call, struct slice name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char suffix[arn_suffix_len];
    for (size_t i = 0; i < arn_suffix_len; i++)
        suffix[i] = letters[rand_below(call->platform->rand, sizeof letters - 1)];
    return arena_printf(
        call->arena, "arn:aws:secretsmanager:" SLICE_FMT ":" SLICE_FMT ":secret:" SLICE_FMT "-%.*s",
        SLICE_ARG(call->region), SLICE_ARG(call->account), SLICE_ARG(name), arn_suffix_len, suffix);
}

static struct err require_supported(struct call *call,
                                    const struct secretsmanager_create_secret_request *in)
{
    const struct {
        const char *name;
        bool is_set;
    } parameters[] = {
        {"AddReplicaRegions",      in->add_replica_regions.count > 0          },
        {"Type",                   slice_is_set(in->type)                     },
        {"CrossAccountPrimaryArn", slice_is_set(in->cross_account_primary_arn)},
    };
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
        if (parameters[i].is_set)
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not implement secretsmanager:CreateSecret with %s yet",
                        parameters[i].name);
    return OK;
}

static struct err add_tags(struct call *call, struct slice name,
                           const struct secretsmanager_tag_list_type *tags)
{
    if (tags->count > tags_max)
        return fail(call, &SECRETSMANAGER_LIMIT_EXCEEDED_EXCEPTION,
                    "A secret can have at most %d tags.", tags_max);
    for (size_t i = 0; i < tags->count; i++) {
        const struct secretsmanager_tag *tag = &tags->items[i];
        if (slice_starts_with(tag->key, SLICE("aws:")))
            return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                        "Tag keys that begin with aws: are reserved for AWS use.");
        for (size_t j = 0; j < i; j++)
            if (slice_eq(tag->key, tags->items[j].key))
                return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                            "Duplicate tag keys found: " SLICE_FMT, SLICE_ARG(tag->key));
        TRY(secret_store_add_tag(
            call, name, &(struct secret_pair){tag->key, tag->value.ptr ? tag->value : SLICE("")}));
    }
    return OK;
}

static struct secret_value value_of(const struct secretsmanager_create_secret_request *in)
{
    return (struct secret_value){in->secret_string, in->secret_binary};
}

/* A retry with the same token and value answers as the first call did. */
static struct err answer_existing(struct call *call,
                                  const struct secretsmanager_create_secret_request *in,
                                  const struct secret *secret)
{
    struct secret_version version = {0};
    struct secret_value value = value_of(in);
    if (secret->deletion_due_micros)
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You can't create this secret because a secret with this name is already "
                    "scheduled for deletion.");
    if (slice_is_set(in->client_request_token))
        TRY(secret_store_find_version(call, secret->name, in->client_request_token, &version));
    if (slice_is_set(version.version_id))
        return secret_add_version(call, secret, version.version_id, &value);
    return fail(call, &SECRETSMANAGER_RESOURCE_EXISTS_EXCEPTION,
                "The operation failed because the secret " SLICE_FMT " already exists.",
                SLICE_ARG(in->name));
}

static struct err add_new(struct call *call, const struct secretsmanager_create_secret_request *in,
                          struct slice version_id, struct secret *secret)
{
    struct secret_value value = value_of(in);
    *secret = (struct secret){
        .name = in->name,
        .arn = new_arn(call, in->name),
        .description = in->description,
        .kms_key_id = in->kms_key_id,
        .created_micros = call->now_micros,
        .changed_micros = call->now_micros,
    };
    TRY(secret_store_erase(call, in->name)); /* one whose recovery window has passed */
    TRY(secret_store_add(call, secret));
    TRY(add_tags(call, in->name, &in->tags));
    if (!slice_is_set(value.string) && !slice_is_set(value.binary))
        return OK;
    TRY(secret_add_version(call, secret, version_id, &value));
    return secret_attach_stage(call, in->name, SLICE("AWSCURRENT"), version_id);
}

struct err secretsmanager_create_secret(struct call *call,
                                        const struct secretsmanager_create_secret_request *in,
                                        struct secretsmanager_create_secret_response *out)
{
    struct secret secret;
    struct slice version_id = slice_is_set(in->client_request_token)
                                  ? in->client_request_token
                                  : rand_uuid4(call->platform->rand, call->arena);
    TRY(require_supported(call, in));
    if (!is_name(in->name))
        return fail(call, &FAULT_VALIDATION,
                    "Invalid name. Must be a valid name containing alphanumeric characters, or "
                    "any of the following: -/_+=.@!");
    TRY(secret_store_find(call, in->name, &secret));
    if (slice_is_set(secret.name))
        TRY(answer_existing(call, in, &secret));
    else
        TRY(add_new(call, in, version_id, &secret));
    out->arn = secret.arn;
    out->name = secret.name;
    if (slice_is_set(in->secret_string) || slice_is_set(in->secret_binary))
        out->version_id = version_id;
    return OK;
}

struct err secretsmanager_describe_secret(struct call *call,
                                          const struct secretsmanager_describe_secret_request *in,
                                          struct secretsmanager_describe_secret_response *out)
{
    struct secret secret;
    TRY(secret_resolve(call, in->secret_id, &secret));
    out->arn = secret.arn;
    out->name = secret.name;
    out->description = secret.description;
    out->kms_key_id = secret.kms_key_id;
    out->created_date = secret_time(secret.created_micros);
    out->last_changed_date = secret_time(secret.changed_micros);
    out->last_accessed_date = secret_time(secret.accessed_micros);
    out->deleted_date = secret_time(secret.deletion_due_micros);
    TRY(secret_tags_of(call, secret.name, &out->tags));
    return secret_version_stages(call, secret.name, &out->version_ids_to_stages);
}

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

struct err secretsmanager_delete_secret(struct call *call,
                                        const struct secretsmanager_delete_secret_request *in,
                                        struct secretsmanager_delete_secret_response *out)
{
    struct secret secret;
    int64_t days =
        in->recovery_window_in_days.is_set ? in->recovery_window_in_days.value : window_days_max;
    bool forced = in->force_delete_without_recovery.value;
    TRY(check_window(call, in));
    struct err found = secret_resolve(call, in->secret_id, &secret);
    if (forced && found.info == &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION.info)
        return answer_gone(call, in->secret_id, out);
    TRY(found);
    if (!forced && secret.deletion_due_micros)
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You can't perform this operation on the secret because it was already "
                    "scheduled for deletion.");
    secret.deletion_due_micros = call->now_micros + (forced ? 0 : days * day_micros);
    out->arn = secret.arn;
    out->name = secret.name;
    out->deletion_date = secret_time(secret.deletion_due_micros);
    return forced ? secret_store_erase(call, secret.name) : secret_store_update(call, &secret);
}
