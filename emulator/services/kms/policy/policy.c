/* Key policies: GetKeyPolicy, PutKeyPolicy, ListKeyPolicies. */
#include "emulator/services/kms/policy/policy.h"

#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/policy/document.h"
#include "emulator/services/kms_api.h"

enum { policy_bytes_max = 32 * 1024 };

static const struct slice only_name = SLICE_INIT("default");

/* What AWS says of each. */
static const char *const words[POLICY_ERROR_COUNT] = {
    [POLICY_NOT_JSON] = "This policy contains invalid Json",
    [POLICY_SYNTAX] = "Syntax errors in policy.",
    [POLICY_NO_PRINCIPAL] = "Policy contains a statement with no principal.",
    [POLICY_BAD_PRINCIPAL] = "Policy contains a statement with one or more invalid principals.",
};

/* The caller goes by its own ARN and by its account. A key that is to be made has no ARN yet. */
static bool lets_caller_in(struct call *call, const struct policy_document *document)
{
    const struct slice principals[] = {
        call->caller.arn,
        call->account,
        arena_printf(call->arena, "arn:aws:iam::" SLICE_FMT ":root", SLICE_ARG(call->account)),
    };
    struct slice any_key = kms_key_arn(call, SLICE("00000000-0000-0000-0000-000000000000"));
    return policy_document_allows(document, SLICE("kms:PutKeyPolicy"), any_key, principals,
                                  ARRAY_LEN(principals));
}

struct err kms_check_policy(struct call *call, struct slice policy, bool bypass_lockout_check)
{
    struct policy_document document;
    if (!slice_is_set(policy))
        return OK;
    if (policy.len > policy_bytes_max)
        return fail(call, &KMS_LIMIT_EXCEEDED_EXCEPTION,
                    "The key policy is larger than its quota of %d bytes.", policy_bytes_max);
    enum policy_error error = policy_document_read(policy, call->arena, &document);
    if (error != POLICY_OK)
        return fail(call, &KMS_MALFORMED_POLICY_DOCUMENT_EXCEPTION, "%s", words[error]);
    if (!bypass_lockout_check && !lets_caller_in(call, &document))
        return fail(call, &KMS_MALFORMED_POLICY_DOCUMENT_EXCEPTION,
                    "The new key policy will not allow you to update the key policy in the "
                    "future.");
    return OK;
}

static struct err check_name(struct call *call, struct slice name)
{
    if (!slice_is_set(name) || slice_eq(name, only_name))
        return OK;
    return fail(call, &KMS_NOT_FOUND_EXCEPTION, "No such policy exists");
}

struct err kms_get_key_policy(struct call *call, const struct kms_get_key_policy_request *in,
                              struct kms_get_key_policy_response *out)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(check_name(call, in->policy_name));
    out->policy_name = only_name;
    return kms_store_find_policy(call, key.key_id, &out->policy);
}

struct err kms_put_key_policy(struct call *call, const struct kms_put_key_policy_request *in,
                              void *out)
{
    (void)out;
    struct kms_key key;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    TRY(check_name(call, in->policy_name));
    TRY(kms_check_policy(call, in->policy, in->bypass_policy_lockout_safety_check.value));
    return kms_store_set_policy(call, key.key_id, in->policy);
}

/* There is one, always of the same name. */
struct err kms_list_key_policies(struct call *call, const struct kms_list_key_policies_request *in,
                                 struct kms_list_key_policies_response *out)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    out->policy_names.items = ARENA_ARRAY(call->arena, struct slice, 1);
    out->policy_names.items[0] = only_name;
    out->policy_names.count = 1;
    out->policy_names.is_set = true;
    out->truncated = SET_BOOL(false);
    return OK;
}
