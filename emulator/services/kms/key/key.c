/* Keys: CreateKey, DescribeKey, DisableKey, EnableKey, ListKeys, UpdateKeyDescription. */
#include "emulator/core/page.h"
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/policy/policy.h"
#include "emulator/services/kms_api.h"

enum { default_page = 100 };

/* Only what this emulator really does is accepted; the rest is refused by its name. */
static struct err check_origin(struct call *call, const struct kms_create_key_request *in)
{
    bool in_key_store = slice_eq(in->origin, KMS_ORIGIN_TYPE_AWS_CLOUDHSM) ||
                        slice_eq(in->origin, KMS_ORIGIN_TYPE_EXTERNAL_KEY_STORE);
    if (slice_is_set(in->custom_key_store_id))
        return fail(call, &KMS_CUSTOM_KEY_STORE_NOT_FOUND_EXCEPTION,
                    "The custom key store " SLICE_FMT " does not exist.",
                    SLICE_ARG(in->custom_key_store_id));
    if (in_key_store)
        return fail(call, &FAULT_VALIDATION,
                    "Origin " SLICE_FMT " needs the CustomKeyStoreId of a custom key store.",
                    SLICE_ARG(in->origin));
    if (slice_is_set(in->xks_key_id))
        return fail(call, &FAULT_VALIDATION,
                    "XksKeyId is valid with the origin EXTERNAL_KEY_STORE alone.");
    return OK;
}

static struct err check_usage(struct call *call, const struct kms_spec *spec, struct slice usage)
{
    if (spec->family == KMS_FAMILY_ABSENT)
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement kms:CreateKey with KeySpec " SLICE_FMT
                    ": OpenSSL 3.0 does not offer %s",
                    SLICE_ARG(spec->name), spec->lacks);
    if (!slice_is_set(usage))
        return fail(call, &FAULT_VALIDATION,
                    "You must specify a KeyUsage value for all KMS keys except for symmetric "
                    "encryption keys.");
    if (kms_spec_algorithms(spec, usage).count == 0)
        return fail(call, &FAULT_VALIDATION,
                    "KeyUsage " SLICE_FMT " is not compatible with KeySpec " SLICE_FMT,
                    SLICE_ARG(usage), SLICE_ARG(spec->name));
    return OK;
}

static struct err choose_spec(struct call *call, const struct kms_create_key_request *in,
                              struct kms_key *key)
{
    if (slice_is_set(in->key_spec) && slice_is_set(in->customer_master_key_spec))
        return fail(call, &FAULT_VALIDATION,
                    "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
                    "CustomerMasterKeySpec is deprecated.");
    key->spec = slice_is_set(in->key_spec) ? in->key_spec : in->customer_master_key_spec;
    if (!slice_is_set(key->spec))
        key->spec = KMS_KEY_SPEC_SYMMETRIC_DEFAULT;
    key->usage = in->key_usage;
    if (!slice_is_set(key->usage) && slice_eq(key->spec, KMS_KEY_SPEC_SYMMETRIC_DEFAULT))
        key->usage = KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT;
    return check_usage(call, kms_spec_find(key->spec), key->usage);
}

struct err kms_create_key(struct call *call, const struct kms_create_key_request *in,
                          struct kms_create_key_response *out)
{
    struct kms_key key = {.manager = KMS_KEY_MANAGER_TYPE_CUSTOMER,
                          .description = in->description,
                          .origin = in->origin,
                          .primary_region = in->multi_region.value ? call->region : SLICE_NONE};
    TRY(choose_spec(call, in, &key));
    TRY(check_origin(call, in));
    TRY(kms_check_policy(call, in->policy, in->bypass_policy_lockout_safety_check.value));
    TRY(kms_make_key(call, &key, in->policy));
    TRY(kms_add_tags(call, key.key_id, &in->tags));
    return kms_metadata(call, &key, &out->key_metadata);
}

struct err kms_describe_key(struct call *call, const struct kms_describe_key_request *in,
                            struct kms_describe_key_response *out)
{
    struct kms_key key;
    TRY(kms_resolve_key(call, in->key_id, &key));
    return kms_metadata(call, &key, &out->key_metadata);
}

struct err kms_disable_key(struct call *call, const struct kms_disable_key_request *in, void *out)
{
    (void)out;
    struct kms_key key;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    key.state = KMS_KEY_STATE_DISABLED;
    return kms_store_update_key(call, &key);
}

/* A rotation that fell due while the key was disabled is done now. */
struct err kms_enable_key(struct call *call, const struct kms_enable_key_request *in, void *out)
{
    (void)out;
    struct kms_key key;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    key.state = KMS_KEY_STATE_ENABLED;
    if (key.next_rotation_micros && key.next_rotation_micros < call->now_micros)
        key.next_rotation_micros = call->now_micros;
    if (key.next_rotation_micros)
        call_due_at(call, key.next_rotation_micros);
    return kms_store_update_key(call, &key);
}

struct err kms_update_key_description(struct call *call,
                                      const struct kms_update_key_description_request *in,
                                      void *out)
{
    (void)out;
    struct kms_key key;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    key.description = in->description;
    return kms_store_update_key(call, &key);
}

struct err kms_list_keys(struct call *call, const struct kms_list_keys_request *in,
                         struct kms_list_keys_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    struct slice *key_ids = ARENA_ARRAY(call->arena, struct slice, page + 1);
    struct slice after;
    size_t count = 0;
    bool own = !in->resource_owners.is_set;
    for (size_t i = 0; i < in->resource_owners.count; i++)
        own = own || slice_eq(in->resource_owners.items[i], KMS_RESOURCE_OWNER_TYPE_SELF);
    if (!page_token_read(call->arena, in->marker, &after))
        return fail(call, &KMS_INVALID_MARKER_EXCEPTION, "Invalid marker");
    if (own)
        TRY(kms_store_list_keys(call, after, (int64_t)page + 1, key_ids, &count));
    out->truncated = SET_BOOL(count > page);
    if (count > page) {
        count = page;
        out->next_marker = page_token(call->arena, key_ids[count - 1]);
    }
    out->keys = (struct kms_key_list){ARENA_ARRAY(call->arena, struct kms_key_list_entry, count),
                                      count, true};
    for (size_t i = 0; i < count; i++)
        out->keys.items[i] = (struct kms_key_list_entry){key_ids[i], kms_key_arn(call, key_ids[i])};
    return OK;
}
