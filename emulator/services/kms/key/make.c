/* CreateKey's work, shared with AWS managed keys and replicas. */
#include "emulator/services/kms/key/make.h"

#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/key/rotation.h"
#include "emulator/services/kms/material/material.h"
#include "emulator/services/kms/store/alias_store.h"

static void complete(struct call *call, struct kms_key *key)
{
    bool is_external;
    if (!slice_is_set(key->spec)) {
        key->spec = KMS_KEY_SPEC_SYMMETRIC_DEFAULT;
        key->usage = KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT;
    }
    if (!slice_is_set(key->origin))
        key->origin = KMS_ORIGIN_TYPE_AWS_KMS;
    if (!slice_is_set(key->description))
        key->description = SLICE("");
    is_external = slice_eq(key->origin, KMS_ORIGIN_TYPE_EXTERNAL);
    key->state = is_external ? KMS_KEY_STATE_PENDINGIMPORT : KMS_KEY_STATE_ENABLED;
    key->current_version = is_external ? 0 : 1;
    key->created_micros = call->now_micros;
    /* AWS managed keys rotate each year, and nobody can change that. */
    if (!kms_is_customer_key(key))
        kms_plan_rotation(call, key, KMS_ROTATION_DAYS_DEFAULT);
}

static struct slice new_key_id(struct call *call, bool multi_region)
{
    struct slice uuid = rand_uuid4(call->platform->rand, call->arena);
    if (!multi_region)
        return uuid;
    return arena_printf(call->arena, "mrk-%.8s%.4s%.4s%.4s%.12s", uuid.ptr, uuid.ptr + 9,
                        uuid.ptr + 14, uuid.ptr + 19, uuid.ptr + 24);
}

struct err kms_make_key(struct call *call, struct kms_key *key, struct slice policy)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    complete(call, key);
    key->key_id = new_key_id(call, slice_is_set(key->primary_region));
    TRY(kms_store_add_key(call, key, slice_is_set(policy) ? policy : kms_default_policy(call)));
    if (key->current_version == 0)
        return OK;
    TRY(kms_make_secret(call, kms_spec_find(key->spec), &secret));
    return kms_store_secret(call, key->key_id, &secret,
                            &(struct kms_material_row){.version = key->current_version});
}

struct err kms_add_tags(struct call *call, struct slice key_id, const struct kms_tag_list *tags)
{
    if (tags->count > KMS_TAGS_MAX)
        return fail(call, &KMS_TAG_EXCEPTION, "Too many tags");
    for (size_t i = 0; i < tags->count; i++) {
        const struct kms_tag *tag = &tags->items[i];
        for (size_t j = 0; j < i; j++)
            if (slice_eq(tag->tag_key, tags->items[j].tag_key))
                return fail(call, &KMS_TAG_EXCEPTION, "Duplicate tag keys");
        if (slice_starts_with(tag->tag_key, SLICE("aws:")))
            return fail(call, &KMS_TAG_EXCEPTION, "aws: prefixed tag key names are not allowed");
        TRY(kms_store_put_tag(call, key_id, (struct kms_tag_row){tag->tag_key, tag->tag_value}));
    }
    return OK;
}

struct call kms_call_in(const struct call *call, struct slice region)
{
    struct call there = *call;
    there.region = region;
    return there;
}

bool kms_is_primary(const struct call *call, const struct kms_key *key)
{
    return !slice_is_set(key->primary_region) || slice_eq(key->primary_region, call->region);
}

static struct kms_multi_region_key copy_in(struct call *call, const struct kms_key *key,
                                           struct slice region)
{
    struct call there = kms_call_in(call, region);
    return (struct kms_multi_region_key){kms_key_arn(&there, key->key_id), region};
}

static struct err describe_regions(struct call *call, const struct kms_key *key,
                                   struct kms_key_metadata *out)
{
    struct slice regions[KMS_REGIONS_MAX];
    size_t count;
    if (!slice_is_set(key->primary_region))
        return OK;
    TRY(kms_store_list_regions(call, key->key_id, KMS_REGIONS_MAX, regions, &count));
    struct kms_multi_region_configuration *all =
        ARENA_NEW(call->arena, struct kms_multi_region_configuration);
    all->multi_region_key_type = kms_is_primary(call, key) ? KMS_MULTI_REGION_KEY_TYPE_PRIMARY
                                                           : KMS_MULTI_REGION_KEY_TYPE_REPLICA;
    all->primary_key = ARENA_NEW(call->arena, struct kms_multi_region_key);
    *all->primary_key = copy_in(call, key, key->primary_region);
    all->replica_keys.items = ARENA_ARRAY(call->arena, struct kms_multi_region_key, count);
    all->replica_keys.is_set = true;
    for (size_t i = 0; i < count; i++)
        if (!slice_eq(regions[i], key->primary_region))
            all->replica_keys.items[all->replica_keys.count++] = copy_in(call, key, regions[i]);
    out->multi_region_configuration = all;
    return OK;
}

static struct err describe_material(struct call *call, const struct kms_key *key,
                                    struct kms_key_metadata *out)
{
    struct kms_material_row row;
    if (key->current_version == 0)
        return OK;
    TRY(kms_store_find_material(call, key->key_id, key->current_version, &row));
    if (slice_eq(key->spec, KMS_KEY_SPEC_SYMMETRIC_DEFAULT))
        out->current_key_material_id = row.material_id;
    if (!slice_eq(key->origin, KMS_ORIGIN_TYPE_EXTERNAL) || !slice_is_set(row.sealed))
        return OK;
    out->expiration_model = row.valid_to_micros
                                ? KMS_EXPIRATION_MODEL_TYPE_KEY_MATERIAL_EXPIRES
                                : KMS_EXPIRATION_MODEL_TYPE_KEY_MATERIAL_DOES_NOT_EXPIRE;
    if (row.valid_to_micros)
        out->valid_to = SET_TIME(row.valid_to_micros);
    return OK;
}

/* The generated lists of algorithms are alike but in their names. */
#define ALGORITHMS(names)                                                                          \
    {                                                                                              \
        (struct slice *)(uintptr_t)(names).items, (names).count, (names).count > 0                 \
    }

static void describe_algorithms(const struct kms_key *key, struct kms_key_metadata *out)
{
    const struct kms_spec *spec = kms_spec_find(key->spec);
    struct kms_names names = kms_spec_algorithms(spec, key->usage);
    if (slice_eq(key->usage, KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT))
        out->encryption_algorithms = (struct kms_encryption_algorithm_spec_list)ALGORITHMS(names);
    else if (slice_eq(key->usage, KMS_KEY_USAGE_TYPE_SIGN_VERIFY))
        out->signing_algorithms = (struct kms_signing_algorithm_spec_list)ALGORITHMS(names);
    else if (slice_eq(key->usage, KMS_KEY_USAGE_TYPE_GENERATE_VERIFY_MAC))
        out->mac_algorithms = (struct kms_mac_algorithm_spec_list)ALGORITHMS(names);
    else
        out->key_agreement_algorithms =
            (struct kms_key_agreement_algorithm_spec_list)ALGORITHMS(names);
}

struct err kms_metadata(struct call *call, const struct kms_key *key,
                        struct kms_key_metadata **metadata)
{
    struct kms_key_metadata *out = ARENA_NEW(call->arena, struct kms_key_metadata);
    *out = (struct kms_key_metadata){
        .aws_account_id = call->account,
        .key_id = key->key_id,
        .arn = kms_key_arn(call, key->key_id),
        .creation_date = SET_TIME(key->created_micros),
        .enabled = SET_BOOL(slice_eq(key->state, KMS_KEY_STATE_ENABLED)),
        .description = key->description,
        .key_usage = key->usage,
        .key_state = key->state,
        .origin = key->origin,
        .key_manager = key->manager,
        .customer_master_key_spec = key->spec,
        .key_spec = key->spec,
        .multi_region = SET_BOOL(slice_is_set(key->primary_region)),
    };
    if (key->deletion_micros)
        out->deletion_date = SET_TIME(key->deletion_micros);
    if (slice_eq(key->state, KMS_KEY_STATE_PENDINGREPLICADELETION))
        out->pending_deletion_window_in_days = SET_I64(key->window_days);
    describe_algorithms(key, out);
    TRY(describe_material(call, key, out));
    TRY(describe_regions(call, key, out));
    *metadata = out;
    return OK;
}
