/* Bringing one replica up to date with its primary. */
#include "emulator/services/secretsmanager/replica/replica.h"
#include "emulator/services/secretsmanager/value/value.h"

struct call replica_place(const struct call *call, const struct replica *replica)
{
    struct call there = *call;
    there.account = replica->account;
    there.region = replica->region;
    return there;
}

/* The primary's ARN with the replica's region in it. */
static struct slice arn_there(struct call *there, const struct secret *secret)
{
    struct slice suffix = slice_from(secret->arn, secret->arn.len - 7);
    return arena_printf(there->arena,
                        "arn:aws:secretsmanager:" SLICE_FMT ":" SLICE_FMT
                        ":secret:" SLICE_FMT SLICE_FMT,
                        SLICE_ARG(there->region), SLICE_ARG(there->account),
                        SLICE_ARG(secret->name), SLICE_ARG(suffix));
}

static bool is_copy_of(const struct call *call, const struct secret *copy,
                       const struct secret *secret)
{
    return slice_eq(copy->primary_arn, secret->arn) ||
           (slice_eq(copy->primary_region, call->region) && slice_eq(copy->name, secret->name));
}

/* Finds the replica, or makes it; fails with words for its status. */
static struct err open_copy(struct call *call, struct call *there, const struct secret *secret,
                            const struct replica *replica, struct secret *copy)
{
    TRY(secret_store_find(there, replica->name, copy));
    if (slice_is_set(copy->name) && is_copy_of(call, copy, secret))
        return OK;
    if (slice_is_set(copy->name))
        return fail(there, &SECRETSMANAGER_RESOURCE_EXISTS_EXCEPTION,
                    "Replication failed: Secret name " SLICE_FMT
                    " already exists in region " SLICE_FMT ".",
                    SLICE_ARG(replica->name), SLICE_ARG(replica->region));
    *copy = (struct secret){
        .name = replica->name,
        .arn = arn_there(there, secret),
        .created_micros = call->now_micros,
        .primary_region = call->region,
    };
    return OK;
}

static struct err copy_version(struct call *call, struct call *there, const struct secret *secret,
                               const struct secret *copy, const struct secret_version *version)
{
    struct secret_version mine;
    struct secret_value value;
    TRY(secret_store_find_version(there, copy->name, version->version_id, &mine));
    if (slice_is_set(mine.version_id) &&
        secret_version_has_value(&mine) == secret_version_has_value(version))
        return OK;
    mine = (struct secret_version){.version_id = version->version_id,
                                   .created_micros = version->created_micros,
                                   .is_binary = version->is_binary};
    if (secret_version_has_value(version)) {
        struct err opened = secret_open_version(call, secret, version, &value);
        there->fault = call->fault;
        there->fault_message = call->fault_message;
        TRY(opened);
        TRY(secret_seal(there, copy, &value, &mine));
    }
    return secret_store_save_version(there, copy->name, &mine);
}

static struct err copy_versions(struct call *call, struct call *there, const struct secret *secret,
                                const struct secret *copy)
{
    struct secret_version *versions;
    size_t count;
    TRY(secret_store_versions(call, secret->name, &versions, &count));
    for (size_t i = 0; i < count; i++)
        TRY(copy_version(call, there, secret, copy, &versions[i]));
    return OK;
}

static struct err erase_stale_versions(struct call *call, struct call *there,
                                       const struct secret *secret, const struct secret *copy)
{
    struct secret_version *mine;
    size_t count;
    TRY(secret_store_versions(there, copy->name, &mine, &count));
    for (size_t i = 0; i < count; i++) {
        struct secret_version version;
        TRY(secret_store_find_version(call, secret->name, mine[i].version_id, &version));
        if (!slice_is_set(version.version_id))
            TRY(secret_store_erase_version(there, copy->name, mine[i].version_id));
    }
    return OK;
}

static struct err copy_labels(struct call *call, struct call *there, const struct secret *secret,
                              const struct secret *copy)
{
    struct secret_pairs stages;
    struct secret_pairs tags;
    TRY(secret_store_stages(call, secret->name, SLICE_NONE, &stages));
    TRY(secret_store_tags(call, secret->name, &tags));
    TRY(secret_store_clear_stages(there, copy->name));
    TRY(secret_store_erase_tags(there, copy->name));
    for (size_t i = 0; i < stages.count; i++)
        TRY(secret_store_set_stage(there, copy->name, stages.items[i].name, stages.items[i].value));
    for (size_t i = 0; i < tags.count; i++)
        TRY(secret_store_save_tag(there, copy->name, &tags.items[i]));
    return OK;
}

static struct err copy_secret(struct call *call, struct call *there, const struct secret *secret,
                              const struct replica *replica)
{
    struct secret copy;
    TRY(open_copy(call, there, secret, replica, &copy));
    copy.description = secret->description;
    copy.type = secret->type;
    copy.policy = secret->policy;
    copy.changed_micros = secret->changed_micros;
    if (!slice_is_set(copy.primary_arn))
        copy.kms_key_id = replica->kms_key_id;
    TRY(secret_store_save(there, &copy));
    TRY(copy_versions(call, there, secret, &copy));
    TRY(copy_labels(call, there, secret, &copy));
    return erase_stale_versions(call, there, secret, &copy);
}

struct err replica_update(struct call *call, const struct secret *secret, struct replica *replica)
{
    struct call there = replica_place(call, replica);
    struct err e = copy_secret(call, &there, secret, replica);
    if (failed(e) && !(there.fault && e.info == &there.fault->info))
        return e; /* a breakage is nobody's status */
    call->fault = NULL;
    replica->status =
        failed(e) ? SECRETSMANAGER_STATUS_TYPE_FAILED : SECRETSMANAGER_STATUS_TYPE_INSYNC;
    replica->message = failed(e) ? there.fault_message : SLICE_NONE;
    return replica_store_save(call, secret->name, replica);
}

struct err replica_update_all(struct call *call, const struct secret *secret)
{
    struct replica *replicas;
    size_t count;
    TRY(replica_store_list(call, secret->name, &replicas, &count));
    for (size_t i = 0; i < count; i++)
        if (!slice_eq(replicas[i].status, SECRETSMANAGER_STATUS_TYPE_DETACHED))
            TRY(replica_update(call, secret, &replicas[i]));
    return OK;
}
