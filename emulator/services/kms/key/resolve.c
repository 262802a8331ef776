/* Naming keys, and AWS's own keys that exist once somebody names them. */
#include "emulator/services/kms/key/resolve.h"

#include <ctype.h>

#include "emulator/core/arn.h"
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/state.h"
#include "emulator/services/kms/store/alias_store.h"
#include "emulator/services/kms_api.h"

static const struct slice alias_prefix = SLICE_INIT("alias/");
static const struct slice managed_prefix = SLICE_INIT("alias/aws/");

/* Services whose AWS managed key is made when its alias is first used. */
static const struct slice managed_names[] = {
    SLICE_INIT("dynamodb"),       SLICE_INIT("ebs"), SLICE_INIT("elasticache"), SLICE_INIT("rds"),
    SLICE_INIT("secretsmanager"), SLICE_INIT("ssm"),
};

struct slice kms_key_arn(struct call *call, struct slice key_id)
{
    return arena_printf(call->arena, "arn:aws:kms:" SLICE_FMT ":" SLICE_FMT ":key/" SLICE_FMT,
                        SLICE_ARG(call->region), SLICE_ARG(call->account), SLICE_ARG(key_id));
}

struct slice kms_alias_arn(struct call *call, struct slice alias_name)
{
    return arena_printf(call->arena, "arn:aws:kms:" SLICE_FMT ":" SLICE_FMT ":" SLICE_FMT,
                        SLICE_ARG(call->region), SLICE_ARG(call->account), SLICE_ARG(alias_name));
}

static bool is_managed_alias(struct slice name)
{
    struct slice service = slice_from(name, managed_prefix.len);
    for (size_t i = 0; slice_starts_with(name, managed_prefix) && i < ARRAY_LEN(managed_names); i++)
        if (slice_eq(service, managed_names[i]))
            return true;
    return false;
}

/* Another call may have made it meanwhile, so it is looked for again under the writer's lock. */
static struct err make_managed_key(struct call *call, struct slice name, struct kms_alias *alias)
{
    struct slice service = slice_from(name, managed_prefix.len);
    struct kms_key key = {
        .manager = SLICE("AWS"),
        .description = arena_printf(call->arena,
                                    "Default key that protects my " SLICE_FMT
                                    " data when no other key is defined",
                                    SLICE_ARG(service)),
    };
    TRY(store_begin_write(call->store));
    TRY(kms_store_find_alias(call, name, alias));
    if (!slice_is_set(alias->key_id)) {
        TRY(kms_make_key(call, &key, SLICE_NONE));
        *alias = (struct kms_alias){name, key.key_id, call->now_micros, call->now_micros};
        TRY(kms_store_put_alias(call, alias));
    }
    return store_commit(call->store);
}

static struct err resolve_alias(struct call *call, struct slice name, struct slice *key_id)
{
    struct kms_alias alias;
    TRY(kms_store_find_alias(call, name, &alias));
    if (!slice_is_set(alias.key_id) && is_managed_alias(name))
        TRY(make_managed_key(call, name, &alias));
    if (!slice_is_set(alias.key_id))
        return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Alias " SLICE_FMT " is not found.",
                    SLICE_ARG(kms_alias_arn(call, name)));
    *key_id = alias.key_id;
    return OK;
}

/* Takes "key/ID" or "alias/NAME" out of an ARN of the caller's own account and region. */
static struct err strip_arn(struct call *call, struct slice *named)
{
    struct arn arn;
    if (!slice_starts_with(*named, SLICE("arn:")))
        return OK;
    if (!arn_parse(*named, &arn) || !slice_eq(arn.service, SLICE("kms")))
        return fail(call, &KMS_INVALID_ARN_EXCEPTION, "Invalid ARN '" SLICE_FMT "'",
                    SLICE_ARG(*named));
    if (!slice_eq(arn.region, call->region))
        return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Invalid arn " SLICE_FMT,
                    SLICE_ARG(arn.region));
    if (!slice_eq(arn.account, call->account))
        return fail(call, &FAULT_ACCESS_DENIED,
                    "User: " SLICE_FMT " is not authorized to perform: kms:" SLICE_FMT
                    " on resource: " SLICE_FMT,
                    SLICE_ARG(call->caller.arn), SLICE_ARG(call->operation->name),
                    SLICE_ARG(*named));
    *named =
        slice_starts_with(arn.resource, SLICE("key/")) ? slice_from(arn.resource, 4) : arn.resource;
    return OK;
}

static bool is_hex(struct slice text, size_t len)
{
    for (size_t i = 0; i < text.len; i++)
        if (!isxdigit((unsigned char)text.ptr[i]))
            return false;
    return text.len == len;
}

static bool is_uuid(struct slice text)
{
    static const size_t parts[] = {8, 4, 4, 4, 12};
    struct slice part;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!slice_next(&text, '-', &part) || !is_hex(part, parts[i]))
            return false;
    return !slice_is_set(text);
}

/* The two forms of a key ID: a UUID, or mrk- and 32 digits of a multi-Region key. */
static bool is_key_id(struct slice text)
{
    return is_uuid(text) ||
           (slice_starts_with(text, SLICE("mrk-")) && is_hex(slice_from(text, 4), 32));
}

static struct err find_key(struct call *call, struct slice named, struct slice key_id,
                           struct kms_key *key)
{
    if (!is_key_id(key_id))
        return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Invalid keyId '" SLICE_FMT "'",
                    SLICE_ARG(named));
    TRY(kms_store_find_key(call, key_id, key));
    if (!slice_is_set(key->key_id))
        return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Key '" SLICE_FMT "' does not exist",
                    SLICE_ARG(kms_key_arn(call, key_id)));
    return OK;
}

struct err kms_resolve_key(struct call *call, struct slice named, struct kms_key *key)
{
    struct slice key_id = named;
    TRY(strip_arn(call, &key_id));
    if (slice_starts_with(key_id, alias_prefix))
        TRY(resolve_alias(call, key_id, &key_id));
    return find_key(call, named, key_id, key);
}

struct err kms_resolve_key_by_id(struct call *call, struct slice named, struct kms_key *key)
{
    struct slice key_id = named;
    TRY(strip_arn(call, &key_id));
    if (slice_starts_with(key_id, alias_prefix))
        return fail(call, &KMS_INVALID_ARN_EXCEPTION,
                    "Key Aliases are not supported for this operation.");
    return find_key(call, named, key_id, key);
}

bool kms_is_customer_key(const struct kms_key *key)
{
    return slice_eq(key->manager, KMS_KEY_MANAGER_TYPE_CUSTOMER);
}

struct err kms_resolve_own_key(struct call *call, struct slice named, struct kms_key *key)
{
    TRY(kms_resolve_key_by_id(call, named, key));
    if (!kms_is_customer_key(key))
        return fail(call, &FAULT_ACCESS_DENIED,
                    "User: " SLICE_FMT " is not authorized to perform: kms:" SLICE_FMT
                    " on resource: " SLICE_FMT
                    " because no resource-based policy allows the kms:" SLICE_FMT " action",
                    SLICE_ARG(call->caller.arn), SLICE_ARG(call->operation->name),
                    SLICE_ARG(kms_key_arn(call, key->key_id)), SLICE_ARG(call->operation->name));
    return kms_require_state(call, key);
}

/* https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
struct slice kms_default_policy(struct call *call)
{
    return arena_printf(call->arena,
                        "{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n"
                        "  \"Statement\" : [ {\n    \"Sid\" : \"Enable IAM User Permissions\",\n"
                        "    \"Effect\" : \"Allow\",\n    \"Principal\" : {\n"
                        "      \"AWS\" : \"arn:aws:iam::" SLICE_FMT ":root\"\n    },\n"
                        "    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  } ]\n}",
                        SLICE_ARG(call->account));
}
