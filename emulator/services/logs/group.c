/* Log groups: CreateLogGroup, DescribeLogGroups. */
#include "emulator/core/page.h"
#include "emulator/services/logs/resolve.h"
#include "emulator/services/logs_api.h"

enum { default_page = 50 };

/* Only what this emulator really does is accepted; the rest is refused by its name. */
static struct err require_supported(struct call *call,
                                    const struct logs_create_log_group_request *in)
{
    if (slice_is_set(in->kms_key_id))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement logs:CreateLogGroup with kmsKeyId yet: it would "
                    "store the log data unencrypted");
    if (slice_eq(in->log_group_class, LOGS_LOG_GROUP_CLASS_DELIVERY) ||
        slice_eq(in->log_group_class, LOGS_LOG_GROUP_CLASS_ESSENTIALS))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement logs:CreateLogGroup with logGroupClass " SLICE_FMT
                    " yet",
                    SLICE_ARG(in->log_group_class));
    return OK;
}

static struct err check_tags(struct call *call, const struct logs_tags *tags)
{
    for (size_t i = 0; i < tags->count; i++) {
        if (slice_starts_with(tags->items[i].key, SLICE("aws:")))
            return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                        "aws: prefixed tag key names are not allowed for external use.");
        for (size_t j = 0; j < i; j++)
            if (slice_eq(tags->items[i].key, tags->items[j].key))
                return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                            "The tag key " SLICE_FMT " is given twice.",
                            SLICE_ARG(tags->items[i].key));
    }
    return OK;
}

struct err logs_create_log_group(struct call *call, const struct logs_create_log_group_request *in,
                                 void *out)
{
    struct logs_group group;
    (void)out;
    TRY(require_supported(call, in));
    TRY(check_tags(call, &in->tags));
    if (slice_starts_with(in->log_group_name, SLICE("aws/")))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "Log group names starting with aws/ are reserved for AWS.");
    TRY(logs_store_find_group(call, in->log_group_name, &group));
    if (group.id)
        return fail(call, &LOGS_RESOURCE_ALREADY_EXISTS_EXCEPTION,
                    "The specified log group already exists");
    group = (struct logs_group){
        .name = in->log_group_name,
        .class =
            slice_is_set(in->log_group_class) ? in->log_group_class : LOGS_LOG_GROUP_CLASS_STANDARD,
        .is_protected = in->deletion_protection_enabled.value,
    };
    TRY(logs_store_add_group(call, &group));
    for (size_t i = 0; i < in->tags.count; i++)
        TRY(logs_store_add_tag(call, group.id, in->tags.items[i].key, in->tags.items[i].value));
    return OK;
}

static struct err check_filters(struct call *call,
                                const struct logs_describe_log_groups_request *in)
{
    bool has_names = in->log_group_identifiers.is_set;
    if (slice_is_set(in->log_group_name_prefix) && slice_is_set(in->log_group_name_pattern))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "LogGroup name prefix and LogGroup name pattern are mutually exclusive "
                    "parameters.");
    if (has_names &&
        (slice_is_set(in->log_group_name_prefix) || slice_is_set(in->log_group_name_pattern) ||
         slice_is_set(in->log_group_class) || in->account_identifiers.is_set))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "Beside logGroupIdentifiers only includeLinkedAccounts, limit and nextToken "
                    "may be specified.");
    if (in->account_identifiers.count > 0 && !in->include_linked_accounts.value)
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "accountIdentifiers can only be specified when includeLinkedAccounts is true.");
    return OK;
}

/* Whether the group is one of those named, where any are. */
static bool is_wanted(const struct call *call, const struct logs_describe_log_groups_request *in,
                      const struct logs_group *group)
{
    for (size_t i = 0; i < in->log_group_identifiers.count; i++)
        if (slice_eq(logs_group_name_of(call, in->log_group_identifiers.items[i]), group->name))
            return true;
    return !in->log_group_identifiers.is_set;
}

/* No other account is ever linked, so a list of accounts without the caller's own finds nothing. */
static bool includes_own_account(const struct call *call, const struct logs_account_ids *accounts)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (slice_eq(accounts->items[i], call->account))
            return true;
    return accounts->count == 0;
}

/* With a name pattern AWS gives the names, ARNs and creation times alone. */
static struct logs_log_group describe(struct call *call, const struct logs_group *group,
                                      bool is_short)
{
    struct slice arn = logs_group_arn(call, group->name);
    struct logs_log_group out = {
        .log_group_name = group->name,
        .creation_time = SET_I64(group->created),
        .arn = arena_printf(call->arena, SLICE_FMT ":*", SLICE_ARG(arn)),
        .log_group_arn = arn,
    };
    if (is_short)
        return out;
    out.metric_filter_count = SET_I64(0);
    out.stored_bytes = SET_I64(group->stored_bytes);
    out.log_group_class = group->class;
    out.deletion_protection_enabled = SET_BOOL(group->is_protected);
    return out;
}

struct err logs_describe_log_groups(struct call *call,
                                    const struct logs_describe_log_groups_request *in,
                                    struct logs_describe_log_groups_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    bool has_pattern = slice_is_set(in->log_group_name_pattern);
    struct logs_group group;
    struct logs_group_filter filter = {
        .prefix = in->log_group_name_prefix,
        .part = in->log_group_name_pattern,
        /* AWS lists the Essentials class with this one. */
        .class = slice_eq(in->log_group_class, LOGS_LOG_GROUP_CLASS_ESSENTIALS)
                     ? LOGS_LOG_GROUP_CLASS_INFREQUENT_ACCESS
                     : in->log_group_class,
    };
    TRY(check_filters(call, in));
    if (!page_token_read(call->arena, in->next_token, &filter.after_name))
        return logs_bad_token(call);
    out->log_groups =
        (struct logs_log_groups){ARENA_ARRAY(call->arena, struct logs_log_group, page), 0, true};
    CLEANUP(store_statement_cleanup)
    struct store_statement rows = logs_store_groups(call, &filter);
    bool is_own = includes_own_account(call, &in->account_identifiers);
    while (is_own && logs_store_next_group(call, &rows, &group)) {
        if (!is_wanted(call, in, &group))
            continue;
        if (out->log_groups.count == page) {
            out->next_token =
                page_token(call->arena, out->log_groups.items[page - 1].log_group_name);
            break;
        }
        out->log_groups.items[out->log_groups.count++] = describe(call, &group, has_pattern);
    }
    return store_done(&rows);
}
