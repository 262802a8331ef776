/* ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica. */
#include "emulator/services/secretsmanager/replica/replica.h"

#include "emulator/core/arn.h"

static struct err add_one(struct call *call, const struct secret *secret,
                          const struct secretsmanager_replica_region_type *wanted, bool overwrite)
{
    struct replica replica = {.account = call->account,
                              .region = wanted->region,
                              .name = secret->name,
                              .kms_key_id = wanted->kms_key_id};
    struct call there = replica_place(call, &replica);
    struct secret present;
    if (slice_eq(wanted->region, call->region))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "Invalid replica region. Primary and replica region can't be same.");
    TRY(secret_store_find(&there, secret->name, &present));
    if (slice_is_set(present.name) && overwrite && !secret_is_replica(&there, &present))
        TRY(secret_store_erase(&there, secret->name));
    return replica_update(call, secret, &replica);
}

struct err replica_add(struct call *call, struct secret *secret,
                       const struct secretsmanager_add_replica_region_list_type *regions,
                       bool overwrite)
{
    if (regions->count && !slice_is_set(secret->primary_region)) {
        secret->primary_region = call->region;
        TRY(secret_store_save(call, secret));
    }
    for (size_t i = 0; i < regions->count; i++)
        TRY(add_one(call, secret, &regions->items[i], overwrite));
    return OK;
}

struct err secretsmanager_replicate_secret_to_regions(
    struct call *call, const struct secretsmanager_replicate_secret_to_regions_request *in,
    struct secretsmanager_replicate_secret_to_regions_response *out)
{
    struct secret secret;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(replica_add(call, &secret, &in->add_replica_regions,
                    in->force_overwrite_replica_secret.value));
    out->arn = secret.arn;
    return replica_statuses(call, &secret, &out->replication_status);
}

static const struct replica *find_region(const struct call *call, const struct replica *replicas,
                                         size_t count, struct slice region)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq(replicas[i].region, region) && slice_eq(replicas[i].account, call->account))
            return &replicas[i];
    return NULL;
}

/* The copy goes with it, unless another secret stood in its place and there never was a copy. */
static struct err remove_one(struct call *call, const struct secret *secret,
                             const struct replica *replica)
{
    struct call there = replica_place(call, replica);
    struct secret copy;
    TRY(secret_store_find(&there, replica->name, &copy));
    if (slice_is_set(copy.name) && slice_eq(copy.primary_region, call->region))
        TRY(secret_store_erase(&there, replica->name));
    return replica_store_erase(call, secret->name, replica->account, replica->region);
}

struct err secretsmanager_remove_regions_from_replication(
    struct call *call, const struct secretsmanager_remove_regions_from_replication_request *in,
    struct secretsmanager_remove_regions_from_replication_response *out)
{
    struct secret secret;
    struct replica *replicas;
    size_t count;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(replica_store_list(call, secret.name, &replicas, &count));
    for (size_t i = 0; i < in->remove_replica_regions.count; i++) {
        struct slice region = in->remove_replica_regions.items[i];
        const struct replica *replica = find_region(call, replicas, count, region);
        if (!replica)
            return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                        "The secret has no replica in region " SLICE_FMT ".", SLICE_ARG(region));
        TRY(remove_one(call, &secret, replica));
    }
    out->arn = secret.arn;
    return replica_statuses(call, &secret, &out->replication_status);
}

/* The primary calls a replica of another account that left it detached. */
static struct err tell_other_account(struct call *call, const struct secret *copy)
{
    struct arn arn;
    struct secret secret;
    struct replica *replicas;
    size_t count;
    if (!arn_parse(copy->primary_arn, &arn))
        return OK;
    const struct replica primary = {.account = arn.account, .region = arn.region};
    struct call there = replica_place(call, &primary);
    TRY(secret_store_find_by_arn(&there, copy->primary_arn, &secret));
    TRY(replica_store_list(&there, secret.name, &replicas, &count));
    for (size_t i = 0; i < count; i++)
        if (slice_eq(replicas[i].account, call->account)) {
            replicas[i].status = SECRETSMANAGER_STATUS_TYPE_DETACHED;
            TRY(replica_store_save(&there, secret.name, &replicas[i]));
        }
    return OK;
}

static struct err tell_primary(struct call *call, const struct secret *copy)
{
    const struct replica primary = {.account = call->account, .region = copy->primary_region};
    struct call there = replica_place(call, &primary);
    if (slice_is_set(copy->primary_arn))
        return tell_other_account(call, copy);
    return replica_store_erase(&there, copy->name, call->account, call->region);
}

struct err secretsmanager_stop_replication_to_replica(
    struct call *call, const struct secretsmanager_stop_replication_to_replica_request *in,
    struct secretsmanager_stop_replication_to_replica_response *out)
{
    struct secret secret;
    TRY(secret_find_usable(call, in->secret_id, &secret));
    if (!secret_is_replica(call, &secret))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "Operation is only permitted on a replica secret. Call must be made in the "
                    "replica secret's region.");
    TRY(tell_primary(call, &secret));
    secret.primary_region = secret.primary_arn = secret.primary_status = SLICE_NONE;
    secret.changed_micros = call->now_micros;
    out->arn = secret.arn;
    return secret_store_save(call, &secret);
}

struct err replica_statuses(struct call *call, const struct secret *secret,
                            struct secretsmanager_replication_status_list_type *list)
{
    struct replica *replicas;
    size_t count;
    TRY(replica_store_list(call, secret->name, &replicas, &count));
    list->items = ARENA_ARRAY(call->arena, struct secretsmanager_replication_status_type, count);
    for (size_t i = 0; i < count; i++) {
        const struct replica *replica = &replicas[i];
        struct call there = replica_place(call, replica);
        struct secret copy;
        if (!slice_eq(replica->account, call->account))
            continue;
        TRY(secret_store_find(&there, replica->name, &copy));
        list->items[list->count++] = (struct secretsmanager_replication_status_type){
            .region = replica->region,
            .kms_key_id = slice_is_set(replica->kms_key_id) ? replica->kms_key_id
                                                            : SLICE("alias/aws/secretsmanager"),
            .status = replica->status,
            .status_message = replica->message,
            .last_accessed_date = secret_time(copy.accessed_micros),
        };
    }
    list->is_set = list->count > 0;
    return OK;
}

struct err replica_require_none(struct call *call, const struct secret *secret)
{
    struct replica *replicas;
    size_t count;
    struct slice regions = SLICE("");
    TRY(replica_store_list(call, secret->name, &replicas, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_near = slice_eq(replicas[i].account, call->account);
        if (!is_near && !slice_eq(replicas[i].status, SECRETSMANAGER_STATUS_TYPE_DETACHED))
            return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                        "You can't delete secret " SLICE_FMT
                        " that still has a cross-account replica in account " SLICE_FMT ".",
                        SLICE_ARG(secret->arn), SLICE_ARG(replicas[i].account));
        if (is_near)
            regions = arena_printf(call->arena, SLICE_FMT "%s" SLICE_FMT, SLICE_ARG(regions),
                                   regions.len ? ", " : "", SLICE_ARG(replicas[i].region));
    }
    if (regions.len == 0)
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                "You can't delete secret " SLICE_FMT " that still has replica regions [" SLICE_FMT
                "].",
                SLICE_ARG(secret->arn), SLICE_ARG(regions));
}
