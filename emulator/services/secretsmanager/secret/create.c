/* CreateSecret and UpdateSecret. */
#include "emulator/core/arn.h"
#include "emulator/services/secretsmanager/replica/replica.h"
#include "emulator/services/secretsmanager/secret/secret.h"
#include "emulator/services/secretsmanager/value/value.h"

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

/* A retry with the same token and value answers as the first call did. */
static struct err answer_existing(struct call *call,
                                  const struct secretsmanager_create_secret_request *in,
                                  const struct secret *secret, const struct secret_value *value)
{
    struct secret_version version = {0};
    if (secret->deletion_due_micros)
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You can't create this secret because a secret with this name is already "
                    "scheduled for deletion.");
    if (slice_is_set(in->client_request_token))
        TRY(secret_store_find_version(call, secret->name, in->client_request_token, &version));
    if (slice_is_set(version.version_id)) {
        bool is_retry;
        return secret_add_version(call, secret, version.version_id, value, &is_retry);
    }
    return fail(call, &SECRETSMANAGER_RESOURCE_EXISTS_EXCEPTION,
                "The operation failed because the secret " SLICE_FMT " already exists.",
                SLICE_ARG(in->name));
}

static struct err invalid(struct call *call, const char *words)
{
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION, "%s", words);
}

/* A replica of a secret of another account waits, empty, for AssociateCrossAccountReplica. */
static struct err check_cross_account(struct call *call,
                                      const struct secretsmanager_create_secret_request *in)
{
    struct arn primary;
    if (!slice_is_set(in->cross_account_primary_arn))
        return OK;
    if (!arn_parse(in->cross_account_primary_arn, &primary) ||
        !slice_eq_cstr(primary.service, "secretsmanager") ||
        !slice_starts_with(primary.resource, SLICE("secret:")))
        return invalid(call, "CrossAccountPrimaryARN must be the ARN of a secret.");
    if (slice_eq(primary.account, call->account) || !slice_eq(primary.region, call->region))
        return invalid(call, "The primary secret must be in another account and in the same "
                             "Region and partition as the replica.");
    if (!slice_is_set(in->kms_key_id))
        return invalid(call, "A cross-account replica secret needs a customer managed KMS key in "
                             "KmsKeyId.");
    if (slice_is_set(in->secret_string) || slice_is_set(in->secret_binary) ||
        slice_is_set(in->description) || in->add_replica_regions.count || slice_is_set(in->type))
        return invalid(call, "You can't include SecretString, SecretBinary, Description, "
                             "AddReplicaRegions or Type with CrossAccountPrimaryARN.");
    return OK;
}

static struct secret new_secret(struct call *call,
                                const struct secretsmanager_create_secret_request *in)
{
    struct secret secret = {
        .name = in->name,
        .arn = secret_new_arn(call, in->name),
        .description = in->description,
        .kms_key_id = in->kms_key_id,
        .created_micros = call->now_micros,
        .changed_micros = call->now_micros,
        .type = in->type,
        .primary_arn = in->cross_account_primary_arn,
    };
    if (call->caller.is_service)
        secret.owning_service = call->caller.user_id;
    if (slice_is_set(secret.primary_arn))
        secret.primary_status = SECRETSMANAGER_STATUS_TYPE_PENDING;
    return secret;
}

static struct err add_new(struct call *call, const struct secretsmanager_create_secret_request *in,
                          struct slice version_id, const struct secret_value *value,
                          struct secret *secret)
{
    bool is_retry;
    *secret = new_secret(call, in);
    TRY(secret_store_erase(call, in->name)); /* one whose recovery window has passed */
    TRY(secret_store_save(call, secret));
    TRY(secret_add_tags(call, in->name, &in->tags));
    if (!secret_value_is_set(value))
        return OK;
    TRY(secret_add_version(call, secret, version_id, value, &is_retry));
    return secret_attach_stage(call, in->name, SECRET_STAGE_CURRENT, version_id);
}

struct err secretsmanager_create_secret(struct call *call,
                                        const struct secretsmanager_create_secret_request *in,
                                        struct secretsmanager_create_secret_response *out)
{
    struct secret secret;
    const struct secret_value value = {in->secret_string, in->secret_binary};
    struct slice version_id = secret_version_id(call, in->client_request_token);
    if (!is_name(in->name))
        return fail(call, &FAULT_VALIDATION,
                    "Invalid name. Must be a valid name containing alphanumeric characters, or "
                    "any of the following: -/_+=.@!");
    TRY(check_cross_account(call, in));
    TRY(secret_store_find(call, in->name, &secret));
    if (slice_is_set(secret.name))
        TRY(answer_existing(call, in, &secret, &value));
    else {
        TRY(add_new(call, in, version_id, &value, &secret));
        TRY(replica_add(call, &secret, &in->add_replica_regions,
                        in->force_overwrite_replica_secret.value));
    }
    out->arn = secret.arn;
    out->name = secret.name;
    if (secret_value_is_set(&value))
        out->version_id = version_id;
    return replica_statuses(call, &secret, &out->replication_status);
}

/* The empty text is the AWS managed key. */
static struct err change_key(struct call *call, struct secret *secret, struct slice key)
{
    secret->kms_key_id = key.len ? key : SLICE_NONE;
    return secret_seal_again(call, secret);
}

struct err secretsmanager_update_secret(struct call *call,
                                        const struct secretsmanager_update_secret_request *in,
                                        struct secretsmanager_update_secret_response *out)
{
    struct secret secret;
    const struct secret_value value = {in->secret_string, in->secret_binary};
    TRY(secret_find_writable(call, in->secret_id, &secret));
    if (slice_is_set(in->description))
        secret.description = in->description;
    if (slice_is_set(in->type))
        secret.type = in->type;
    if (slice_is_set(in->kms_key_id))
        TRY(change_key(call, &secret, in->kms_key_id));
    out->arn = secret.arn;
    out->name = secret.name;
    if (slice_is_set(in->description) || slice_is_set(in->type) || slice_is_set(in->kms_key_id))
        TRY(secret_save_changed(call, &secret));
    if (!secret_value_is_set(&value))
        return OK;
    const struct secretsmanager_secret_version_stages_type none = {0};
    out->version_id = secret_version_id(call, in->client_request_token);
    return secret_put_version(call, &secret, out->version_id, &value, &none);
}
