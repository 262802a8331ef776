/* Keys: CreateKey, DescribeKey, DisableKey, EnableKey, ListKeys. */
#include "emulator/core/page.h"
#include "emulator/services/kms/kms_crypto.h"
#include "emulator/services/kms/kms_resolve.h"
#include "emulator/services/kms_api.h"
#include "lib/enc/json.h"

enum { default_page = 100, tags_max = 50 };

static const struct slice algorithms[] = {SLICE_INIT("SYMMETRIC_DEFAULT")};

/* https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
static struct slice default_policy(struct call *call)
{
    return arena_printf(call->arena,
                        "{\"Version\":\"2012-10-17\",\"Id\":\"key-default-1\",\"Statement\":[{"
                        "\"Sid\":\"Enable IAM User Permissions\",\"Effect\":\"Allow\","
                        "\"Principal\":{\"AWS\":\"arn:aws:iam::" SLICE_FMT ":root\"},"
                        "\"Action\":\"kms:*\",\"Resource\":\"*\"}]}",
                        SLICE_ARG(call->account));
}

static struct kms_key_metadata *metadata(struct call *call, const struct kms_key *key)
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
        .encryption_algorithms = {(struct slice *)(uintptr_t)algorithms, ARRAY_LEN(algorithms),
                                  true},
        .multi_region = SET_BOOL(false),
    };
    return out;
}

struct err kms_make_key(struct call *call, struct kms_key *key)
{
    key->key_id = rand_uuid4(call->platform->rand, call->arena);
    key->state = KMS_KEY_STATE_ENABLED;
    key->usage = KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT;
    key->spec = KMS_KEY_SPEC_SYMMETRIC_DEFAULT;
    key->origin = KMS_ORIGIN_TYPE_AWS_KMS;
    key->created_micros = call->now_micros;
    key->current_version = 1;
    if (!slice_is_set(key->description))
        key->description = SLICE("");
    if (!slice_is_set(key->policy))
        key->policy = default_policy(call);
    TRY(kms_store_add_key(call, key));
    return kms_add_material(call, key->key_id, key->current_version);
}

static bool differs(struct slice value, struct slice expected)
{
    return slice_is_set(value) && !slice_eq(value, expected);
}

/* Only what this emulator really does is accepted; the rest is refused by its name. */
static struct err require_supported(struct call *call, const struct kms_create_key_request *in)
{
    const struct {
        const char *name;
        struct slice value;
        bool refused;
    } parameters[] = {
        {"KeySpec",                        in->key_spec,                 differs(in->key_spec,                                         KMS_KEY_SPEC_SYMMETRIC_DEFAULT)},
        {"CustomerMasterKeySpec",                                in->customer_master_key_spec,
         differs(in->customer_master_key_spec,                                       KMS_KEY_SPEC_SYMMETRIC_DEFAULT)},
        {"KeyUsage", in->key_usage,                             differs(in->key_usage,                                          KMS_KEY_USAGE_TYPE_ENCRYPT_DECRYPT)},
        {"Origin",           in->origin,differs(in->origin,KMS_ORIGIN_TYPE_AWS_KMS)},
        {"MultiRegion",            SLICE("true"),                                               in->multi_region.value                                                                                        },
        {"CustomKeyStoreId",                    in->custom_key_store_id,                        slice_is_set(in->custom_key_store_id)               },
        {"XksKeyId",               in->xks_key_id, slice_is_set(in->xks_key_id)},
    };
    if (slice_is_set(in->key_spec) && slice_is_set(in->customer_master_key_spec))
        return fail(call, &FAULT_VALIDATION,
                    "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
                    "CustomerMasterKeySpec is deprecated.");
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
        if (parameters[i].refused)
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not implement kms:CreateKey with %s " SLICE_FMT " yet",
                        parameters[i].name, SLICE_ARG(parameters[i].value));
    return OK;
}

/* A policy document is a JSON object with at least one statement. */
static struct err check_policy(struct call *call, struct slice policy)
{
    struct json_reader r;
    struct slice key;
    bool has_statement = false;
    if (!slice_is_set(policy))
        return OK;
    json_reader_init(&r, policy, call->arena);
    if (json_object_begin(&r)) {
        while (json_object_next(&r, &key)) {
            has_statement = has_statement || slice_eq(key, SLICE("Statement"));
            json_skip(&r);
        }
    }
    if (json_finish(&r) && has_statement)
        return OK;
    return fail(call, &KMS_MALFORMED_POLICY_DOCUMENT_EXCEPTION,
                "The new key policy is malformed: it must be a JSON object with a Statement");
}

static struct err add_tags(struct call *call, struct slice key_id, const struct kms_tag_list *tags)
{
    if (tags->count > tags_max)
        return fail(call, &KMS_TAG_EXCEPTION, "Too many tags");
    for (size_t i = 0; i < tags->count; i++) {
        for (size_t j = 0; j < i; j++)
            if (slice_eq(tags->items[i].tag_key, tags->items[j].tag_key))
                return fail(call, &KMS_TAG_EXCEPTION, "Duplicate tag keys");
        if (slice_starts_with(tags->items[i].tag_key, SLICE("aws:")))
            return fail(call, &KMS_TAG_EXCEPTION, "aws: prefixed tag key names are not allowed");
        TRY(kms_store_add_tag(call, key_id, tags->items[i].tag_key, tags->items[i].tag_value));
    }
    return OK;
}

struct err kms_create_key(struct call *call, const struct kms_create_key_request *in,
                          struct kms_create_key_response *out)
{
    struct kms_key key = {
        .manager = SLICE("CUSTOMER"), .description = in->description, .policy = in->policy};
    TRY(require_supported(call, in));
    TRY(check_policy(call, in->policy));
    TRY(kms_make_key(call, &key));
    TRY(add_tags(call, key.key_id, &in->tags));
    out->key_metadata = metadata(call, &key);
    return OK;
}

struct err kms_describe_key(struct call *call, const struct kms_describe_key_request *in,
                            struct kms_describe_key_response *out)
{
    struct kms_key key;
    TRY(kms_resolve_key(call, in->key_id, &key));
    out->key_metadata = metadata(call, &key);
    return OK;
}

/* The policy of an AWS managed key lets nobody change it, the account's root neither. */
static struct err set_state(struct call *call, struct slice named, struct slice state)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, named, &key));
    if (slice_eq(key.manager, KMS_KEY_MANAGER_TYPE_AWS))
        return fail(call, &FAULT_ACCESS_DENIED,
                    "User: " SLICE_FMT " is not authorized to perform: kms:" SLICE_FMT
                    " on resource: " SLICE_FMT
                    " because no resource-based policy allows the kms:" SLICE_FMT " action",
                    SLICE_ARG(call->caller.arn), SLICE_ARG(call->operation->name),
                    SLICE_ARG(kms_key_arn(call, key.key_id)), SLICE_ARG(call->operation->name));
    TRY(kms_require_not_pending_deletion(call, &key));
    return kms_store_set_key_state(call, key.key_id, state);
}

struct err kms_disable_key(struct call *call, const struct kms_disable_key_request *in, void *out)
{
    (void)out;
    return set_state(call, in->key_id, KMS_KEY_STATE_DISABLED);
}

struct err kms_enable_key(struct call *call, const struct kms_enable_key_request *in, void *out)
{
    (void)out;
    return set_state(call, in->key_id, KMS_KEY_STATE_ENABLED);
}

struct err kms_list_keys(struct call *call, const struct kms_list_keys_request *in,
                         struct kms_list_keys_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    struct slice *key_ids = ARENA_ARRAY(call->arena, struct slice, page + 1);
    struct slice after;
    size_t count;
    if (!page_token_read(call->arena, in->marker, &after))
        return fail(call, &KMS_INVALID_MARKER_EXCEPTION, "Invalid marker");
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
