/*
 * Multi-Region keys: ReplicateKey, UpdatePrimaryRegion. Each Region has a row of its own with the
 * same key ID and the same material, so that a ciphertext of one decrypts in all.
 * https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/material/material.h"
#include "emulator/services/kms/policy/policy.h"

static struct err primary_key(struct call *call, struct slice named, struct kms_key *key)
{
    TRY(kms_resolve_own_key(call, named, key));
    if (slice_is_set(key->primary_region) && kms_is_primary(call, key))
        return OK;
    return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                SLICE_FMT " is not a multi-Region primary key.",
                SLICE_ARG(kms_key_arn(call, key->key_id)));
}

/* Imported material does not travel: the replica waits for an import of the same. */
static struct err copy_material(struct call *call, struct call *there, const struct kms_key *key)
{
    for (int64_t version = 1; version <= key->current_version; version++) {
        CLEANUP(kms_wipe) struct kms_secret secret = {0};
        struct kms_material_row row;
        TRY(kms_open_secret(call, key->key_id, version, &secret, &row));
        row.valid_to_micros = 0;
        row.sealed = SLICE_NONE;
        TRY(slice_eq(key->origin, KMS_ORIGIN_TYPE_EXTERNAL)
                ? kms_store_put_material(there, key->key_id, &row)
                : kms_store_secret(there, key->key_id, &secret, &row));
    }
    return OK;
}

static struct kms_key replica_of(struct call *call, const struct kms_key *key,
                                 struct slice description)
{
    bool is_external = slice_eq(key->origin, KMS_ORIGIN_TYPE_EXTERNAL);
    struct kms_key replica = *key;
    replica.description = slice_is_set(description) ? description : SLICE("");
    replica.created_micros = call->now_micros;
    replica.state = is_external ? KMS_KEY_STATE_PENDINGIMPORT : KMS_KEY_STATE_ENABLED;
    replica.rotation_days = replica.next_rotation_micros = 0; /* the primary's alone */
    return replica;
}

static struct err require_free(struct call *call, struct call *there, const struct kms_key *key)
{
    struct kms_key found;
    TRY(kms_store_find_key(there, key->key_id, &found));
    if (!slice_is_set(found.key_id))
        return OK;
    return fail(call, &KMS_ALREADY_EXISTS_EXCEPTION, "Key " SLICE_FMT " already exists.",
                SLICE_ARG(kms_key_arn(there, key->key_id)));
}

struct err kms_replicate_key(struct call *call, const struct kms_replicate_key_request *in,
                             struct kms_replicate_key_response *out)
{
    struct call there = kms_call_in(call, in->replica_region);
    struct slice policy = slice_is_set(in->policy) ? in->policy : kms_default_policy(call);
    struct kms_key key;
    TRY(primary_key(call, in->key_id, &key));
    TRY(kms_check_policy(call, in->policy, in->bypass_policy_lockout_safety_check.value));
    TRY(require_free(call, &there, &key));
    struct kms_key replica = replica_of(call, &key, in->description);
    TRY(kms_store_add_key(&there, &replica, policy));
    TRY(copy_material(call, &there, &key));
    TRY(kms_add_tags(&there, key.key_id, &in->tags));
    TRY(kms_metadata(&there, &replica, &out->replica_key_metadata));
    out->replica_policy = policy;
    out->replica_tags = in->tags;
    out->replica_tags.is_set = true;
    return OK;
}

/* Rotation moves with the primary: it is planned there from now on. */
static struct err move_primary(struct call *call, const struct kms_key *primary,
                               struct slice region, struct slice new_primary)
{
    struct call there = kms_call_in(call, region);
    struct kms_key key;
    bool leads = slice_eq(region, new_primary);
    TRY(kms_store_find_key(&there, primary->key_id, &key));
    key.primary_region = new_primary;
    key.rotation_days = leads ? primary->rotation_days : 0;
    key.next_rotation_micros = leads ? primary->next_rotation_micros : 0;
    return kms_store_update_key(&there, &key);
}

struct err kms_update_primary_region(struct call *call,
                                     const struct kms_update_primary_region_request *in, void *out)
{
    (void)out;
    struct call there = kms_call_in(call, in->primary_region);
    struct slice regions[KMS_REGIONS_MAX];
    struct kms_key key;
    struct kms_key replica;
    size_t count;
    TRY(primary_key(call, in->key_id, &key));
    TRY(kms_store_find_key(&there, key.key_id, &replica));
    if (!slice_is_set(replica.key_id))
        return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Key '" SLICE_FMT "' does not exist",
                    SLICE_ARG(kms_key_arn(&there, key.key_id)));
    if (slice_eq(in->primary_region, call->region))
        return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                    SLICE_FMT " is the primary key already.",
                    SLICE_ARG(kms_key_arn(call, key.key_id)));
    if (!slice_eq(replica.state, KMS_KEY_STATE_ENABLED))
        return fail(call, &KMS_KMS_INVALID_STATE_EXCEPTION, SLICE_FMT " is " SLICE_FMT ".",
                    SLICE_ARG(kms_key_arn(&there, key.key_id)), SLICE_ARG(replica.state));
    TRY(kms_store_list_regions(call, key.key_id, KMS_REGIONS_MAX, regions, &count));
    for (size_t i = 0; i < count; i++)
        TRY(move_primary(call, &key, regions[i], in->primary_region));
    return OK;
}
