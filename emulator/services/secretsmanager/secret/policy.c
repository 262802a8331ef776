/* Resource policies: Put, Get, Delete, List and ValidateResourcePolicy. */
#include "emulator/services/secretsmanager/secret/policy_document.h"
#include "emulator/services/secretsmanager/secret/secret.h"

static const struct slice default_name = SLICE_INIT("default");

/* One policy alone can be attached, and its name is "default". */
static struct err check_name(struct call *call, struct slice name)
{
    if (!slice_is_set(name) || slice_eq(name, default_name))
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                "The policy name " SLICE_FMT
                " isn't valid. You can only attach, read and delete the policy named default.",
                SLICE_ARG(name));
}

struct err secretsmanager_put_resource_policy(
    struct call *call, const struct secretsmanager_put_resource_policy_request *in,
    struct secretsmanager_put_resource_policy_response *out)
{
    struct secret secret;
    struct policy_findings findings;
    TRY(check_name(call, in->policy_name));
    TRY(secret_find_writable(call, in->secret_id, &secret));
    policy_document_check(call->arena, in->resource_policy, &findings);
    if (findings.problem)
        return fail(call, &SECRETSMANAGER_MALFORMED_POLICY_DOCUMENT_EXCEPTION, "%s",
                    findings.problem);
    if (in->block_public_policy.value && findings.allows_anybody)
        return fail(call, &SECRETSMANAGER_PUBLIC_POLICY_EXCEPTION,
                    "The BlockPublicPolicy parameter is set to true, and the resource policy did "
                    "not prevent broad access to the secret.");
    secret.policy = in->resource_policy;
    out->arn = secret.arn;
    out->name = secret.name;
    out->policy_name = default_name;
    return secret_save_changed(call, &secret);
}

struct err secretsmanager_get_resource_policy(
    struct call *call, const struct secretsmanager_get_resource_policy_request *in,
    struct secretsmanager_get_resource_policy_response *out)
{
    struct secret secret;
    TRY(check_name(call, in->policy_name));
    TRY(secret_find_usable(call, in->secret_id, &secret));
    out->arn = secret.arn;
    out->name = secret.name;
    out->resource_policy = secret.policy;
    if (slice_is_set(secret.policy))
        out->policy_name = default_name;
    return OK;
}

struct err secretsmanager_delete_resource_policy(
    struct call *call, const struct secretsmanager_delete_resource_policy_request *in,
    struct secretsmanager_delete_resource_policy_response *out)
{
    struct secret secret;
    TRY(check_name(call, in->policy_name));
    TRY(secret_find_writable(call, in->secret_id, &secret));
    secret.policy = SLICE_NONE;
    out->arn = secret.arn;
    out->name = secret.name;
    out->policy_name = default_name;
    return secret_save_changed(call, &secret);
}

struct err secretsmanager_list_resource_policies(
    struct call *call, const struct secretsmanager_list_resource_policies_request *in,
    struct secretsmanager_list_resource_policies_response *out)
{
    struct secret secret;
    if (slice_is_set(in->next_token)) /* one policy fills no page, so none was ever given out */
        return fail(call, &SECRETSMANAGER_INVALID_NEXT_TOKEN_EXCEPTION, "Invalid NextToken.");
    TRY(secret_find_usable(call, in->secret_id, &secret));
    out->resource_policies = (struct secretsmanager_resource_policy_summary_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_resource_policy_summary, 1),
        slice_is_set(secret.policy) ? 1 : 0, true};
    out->resource_policies.items[0].policy_name = default_name;
    return OK;
}

struct err secretsmanager_validate_resource_policy(
    struct call *call, const struct secretsmanager_validate_resource_policy_request *in,
    struct secretsmanager_validate_resource_policy_response *out)
{
    struct secret secret;
    struct policy_findings findings;
    if (slice_is_set(in->secret_id))
        TRY(secret_find_usable(call, in->secret_id, &secret));
    policy_document_check(call->arena, in->resource_policy, &findings);
    if (findings.problem)
        return fail(call, &SECRETSMANAGER_MALFORMED_POLICY_DOCUMENT_EXCEPTION, "%s",
                    findings.problem);
    out->policy_validation_passed = SET_BOOL(!findings.allows_anybody);
    out->validation_errors = (struct secretsmanager_validation_errors_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_validation_errors_entry, 1),
        findings.allows_anybody ? 1 : 0, true};
    out->validation_errors.items[0] = (struct secretsmanager_validation_errors_entry){
        SLICE("PUBLIC_POLICY"), SLICE("The resource policy allows broad access to the secret: an "
                                      "Allow statement names the principal * without a "
                                      "condition.")};
    return OK;
}
