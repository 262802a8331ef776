/* PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy. */
#include "emulator/services/dynamodb/table/resource_policy.h"

#include "emulator/services/dynamodb/store/policy_store.h"
#include "emulator/services/dynamodb/table/table_state.h"
#include "emulator/services/dynamodb/table/tags.h"
#include "lib/enc/json.h"

#define STREAM_PART "/stream/"

static struct err refuse(struct call *call, const char *reason)
{
    return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid policy document: %s", reason);
}

/* Each statement says who may or may not do what to which; NULL when it does. */
static const char *read_statement(struct json_reader *r)
{
    struct slice key;
    struct slice effect = SLICE_NONE;
    bool principal = false;
    bool action = false;
    bool resource = false;
    if (!json_object_begin(r))
        return "a statement is no object";
    while (json_object_next(r, &key)) {
        principal =
            principal || slice_eq(key, SLICE("Principal")) || slice_eq(key, SLICE("NotPrincipal"));
        action = action || slice_eq(key, SLICE("Action")) || slice_eq(key, SLICE("NotAction"));
        resource =
            resource || slice_eq(key, SLICE("Resource")) || slice_eq(key, SLICE("NotResource"));
        if (slice_eq(key, SLICE("Effect")))
            json_string(r, &effect);
        else
            json_skip(r);
    }
    if (!slice_eq(effect, SLICE("Allow")) && !slice_eq(effect, SLICE("Deny")))
        return "the Effect of a statement must be Allow or Deny";
    return !principal  ? "a statement lacks Principal"
           : !action   ? "a statement lacks Action"
           : !resource ? "a statement lacks Resource"
                       : NULL;
}

static const char *read_statements(struct json_reader *r)
{
    const char *reason = NULL;
    if (json_peek(r) != JSON_KIND_ARRAY)
        return read_statement(r);
    json_array_begin(r);
    while (!reason && json_array_next(r))
        reason = read_statement(r);
    return reason;
}

struct err ddb_policy_check(struct call *call, struct slice text)
{
    struct json_reader r;
    struct slice key;
    const char *reason = "it has no Statement";
    if (text.len > POLICY_BYTES_MAX)
        return refuse(call, "it is larger than 20480 bytes");
    json_reader_init(&r, text, call->arena);
    if (!json_object_begin(&r))
        return refuse(call, "Syntax errors in policy.");
    while (json_object_next(&r, &key)) {
        if (!slice_eq(key, SLICE("Statement"))) {
            json_skip(&r);
            continue;
        }
        reason = read_statements(&r);
        if (reason)
            return refuse(call, reason);
    }
    if (!json_finish(&r))
        return refuse(call, "Syntax errors in policy.");
    return reason ? refuse(call, reason) : OK;
}

struct err ddb_policy_attach(struct call *call, const struct ddb_table *table, struct slice text)
{
    const struct ddb_policy policy = {text, call->now_micros / 1000};
    return slice_is_set(text) ? ddb_store_put_policy(call, table, SLICE(""), &policy) : OK;
}

/* What a policy is attached to. */
struct subject {
    struct ddb_table table;
    struct slice stream_label; /* "" for the table */
    struct ddb_policy policy;  /* as it is now */
};

static struct err find_subject(struct call *call, struct slice arn, struct subject *subject)
{
    ptrdiff_t stream = slice_find(arn, SLICE(STREAM_PART));
    subject->stream_label = SLICE("");
    TRY(ddb_require_resource(call, stream < 0 ? arn : slice_sub(arn, 0, (size_t)stream),
                             &subject->table));
    if (stream >= 0) {
        subject->stream_label = slice_from(arn, (size_t)stream + sizeof STREAM_PART - 1);
        if (!slice_eq(subject->stream_label, subject->table.stream.label))
            return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                        "Requested resource not found: ResourcArn: " SLICE_FMT " not found",
                        SLICE_ARG(arn));
    }
    return ddb_store_find_policy(call, &subject->table, subject->stream_label, &subject->policy);
}

static struct slice revision_id(struct call *call, const struct ddb_policy *policy)
{
    return slice_is_set(policy->text)
               ? arena_printf(call->arena, "%lld", (long long)policy->revision)
               : SLICE_NONE;
}

static struct err refuse_missing(struct call *call, struct slice arn)
{
    return fail(call, &DYNAMODB_POLICY_NOT_FOUND_EXCEPTION,
                "Resource-based policy not found for the provided ResourceArn: " SLICE_FMT,
                SLICE_ARG(arn));
}

/* NO_POLICY expects that there is none. */
static struct err check_revision(struct call *call, struct slice arn, struct slice expected,
                                 const struct ddb_policy *policy)
{
    struct slice current = revision_id(call, policy);
    if (!slice_is_set(expected) ||
        slice_eq(expected, slice_is_set(current) ? current : SLICE("NO_POLICY")))
        return OK;
    if (!slice_is_set(current))
        return refuse_missing(call, arn);
    return fail(call, &DYNAMODB_POLICY_NOT_FOUND_EXCEPTION,
                "Resource-based policy not found for the provided ResourceArn: the revision "
                "is " SLICE_FMT ", expected was " SLICE_FMT,
                SLICE_ARG(current), SLICE_ARG(expected));
}

/* The same policy again keeps its revision. */
struct err dynamodb_put_resource_policy(struct call *call,
                                        const struct dynamodb_put_resource_policy_input *in,
                                        struct dynamodb_put_resource_policy_output *out)
{
    struct subject subject;
    TRY(ddb_policy_check(call, in->policy));
    TRY(find_subject(call, in->resource_arn, &subject));
    TRY(ddb_check_settled(call, &subject.table));
    struct ddb_policy *policy = &subject.policy;
    TRY(check_revision(call, in->resource_arn, in->expected_revision_id, policy));
    if (!slice_is_set(policy->text) || !slice_eq(policy->text, in->policy)) {
        int64_t now = call->now_micros / 1000;
        policy->revision = now > policy->revision ? now : policy->revision + 1;
        policy->text = in->policy;
        TRY(ddb_store_put_policy(call, &subject.table, subject.stream_label, policy));
    }
    out->revision_id = revision_id(call, policy);
    return OK;
}

struct err dynamodb_get_resource_policy(struct call *call,
                                        const struct dynamodb_get_resource_policy_input *in,
                                        struct dynamodb_get_resource_policy_output *out)
{
    struct subject subject;
    TRY(find_subject(call, in->resource_arn, &subject));
    if (!slice_is_set(subject.policy.text))
        return refuse_missing(call, in->resource_arn);
    out->policy = subject.policy.text;
    out->revision_id = revision_id(call, &subject.policy);
    return OK;
}

/* What is not there is deleted already, unless a revision is expected. */
struct err dynamodb_delete_resource_policy(struct call *call,
                                           const struct dynamodb_delete_resource_policy_input *in,
                                           struct dynamodb_delete_resource_policy_output *out)
{
    struct subject subject;
    TRY(find_subject(call, in->resource_arn, &subject));
    TRY(ddb_check_settled(call, &subject.table));
    TRY(check_revision(call, in->resource_arn, in->expected_revision_id, &subject.policy));
    out->revision_id = revision_id(call, &subject.policy);
    return ddb_store_remove_policy(call, &subject.table, subject.stream_label);
}
