/* Replicas in another account: Associate- and DisassociateCrossAccountReplica. */
#include "emulator/core/arn.h"
#include "emulator/services/secretsmanager/replica/replica.h"

/* Where the replica of that ARN is, and itself; ResourceNotFoundException without one. */
static struct err find_replica(struct call *call, struct slice replica_arn, struct replica *replica,
                               struct secret *copy)
{
    struct arn arn;
    if (!arn_parse(replica_arn, &arn) || !slice_eq(arn.region, call->region) ||
        slice_eq(arn.account, call->account))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "CrossAccountReplicaARN must be the ARN of a secret in another account and in "
                    "the same Region and partition as the primary secret.");
    *replica = (struct replica){.account = arn.account, .region = arn.region};
    struct call there = replica_place(call, replica);
    TRY(secret_store_find_by_arn(&there, replica_arn, copy));
    if (!slice_is_set(copy->name))
        return fail(call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Secrets Manager can't find the specified secret.");
    replica->name = copy->name;
    replica->kms_key_id = copy->kms_key_id;
    return OK;
}

static struct err require_room(struct call *call, const struct secret *secret,
                               struct slice replica_account)
{
    struct replica *replicas;
    size_t count;
    TRY(replica_store_list(call, secret->name, &replicas, &count));
    for (size_t i = 0; i < count; i++)
        if (!slice_eq(replicas[i].account, call->account) &&
            !slice_eq(replicas[i].account, replica_account))
            return fail(call, &SECRETSMANAGER_LIMIT_EXCEEDED_EXCEPTION,
                        "A primary secret can have at most one cross-account replica.");
    return OK;
}

static struct err set_primary_status(struct call *call, const struct replica *replica,
                                     struct secret *copy, struct slice status)
{
    struct call there = replica_place(call, replica);
    TRY(secret_store_find(&there, replica->name, copy)); /* the copying has changed it */
    copy->primary_status = status;
    return secret_store_save(&there, copy);
}

struct err secretsmanager_associate_cross_account_replica(
    struct call *call, const struct secretsmanager_associate_cross_account_replica_request *in,
    struct secretsmanager_associate_cross_account_replica_response *out)
{
    struct secret secret;
    struct secret copy;
    struct replica replica;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(find_replica(call, in->cross_account_replica_arn, &replica, &copy));
    if (!slice_eq(copy.primary_arn, secret.arn))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "The secret " SLICE_FMT
                    " was not created as a cross-account replica of this primary secret.",
                    SLICE_ARG(in->cross_account_replica_arn));
    TRY(require_room(call, &secret, replica.account));
    replica.role_arn = in->replication_role_arn;
    TRY(replica_update(call, &secret, &replica));
    if (slice_eq(replica.status, SECRETSMANAGER_STATUS_TYPE_FAILED))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "The replica could not be written: " SLICE_FMT, SLICE_ARG(replica.message));
    TRY(set_primary_status(call, &replica, &copy, replica.status));
    out->arn = secret.arn;
    out->cross_account_replica_arn = copy.arn;
    out->replication_status = replica.status;
    return OK;
}

struct err secretsmanager_disassociate_cross_account_replica(
    struct call *call, const struct secretsmanager_disassociate_cross_account_replica_request *in,
    struct secretsmanager_disassociate_cross_account_replica_response *out)
{
    struct secret secret;
    struct secret copy;
    struct replica replica;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(find_replica(call, in->cross_account_replica_arn, &replica, &copy));
    TRY(replica_store_erase(call, secret.name, replica.account, replica.region));
    if (slice_eq(copy.primary_arn, secret.arn))
        TRY(set_primary_status(call, &replica, &copy, SECRETSMANAGER_STATUS_TYPE_DETACHED));
    out->arn = secret.arn;
    out->cross_account_replica_arn = copy.arn;
    return OK;
}

static struct err list_replicas(struct call *call, const struct secret *secret,
                                struct secretsmanager_cross_account_replica_list_type *list)
{
    struct replica *replicas;
    size_t count;
    TRY(replica_store_list(call, secret->name, &replicas, &count));
    list->items =
        ARENA_ARRAY(call->arena, struct secretsmanager_cross_account_replica_entry, count);
    for (size_t i = 0; i < count; i++) {
        struct call there = replica_place(call, &replicas[i]);
        struct secret copy;
        if (slice_eq(replicas[i].account, call->account))
            continue;
        TRY(secret_store_find(&there, replicas[i].name, &copy));
        list->items[list->count++] = (struct secretsmanager_cross_account_replica_entry){
            .replica_secret_arn = copy.arn,
            .replication_role_arn = replicas[i].role_arn,
            .replication_status = replicas[i].status,
            .status_message = replicas[i].message,
        };
    }
    list->is_set = list->count > 0;
    return OK;
}

struct err replica_cross_account(struct call *call, const struct secret *secret,
                                 struct secretsmanager_describe_secret_response *out)
{
    if (slice_is_set(secret->primary_arn)) {
        out->cross_account_primary =
            ARENA_NEW(call->arena, struct secretsmanager_cross_account_primary_type);
        out->cross_account_primary->primary_secret_arn = secret->primary_arn;
        out->cross_account_primary->replication_status = secret->primary_status;
    }
    return list_replicas(call, secret, &out->cross_account_replicas);
}
