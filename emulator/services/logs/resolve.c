/* Naming groups and streams. */
#include "emulator/services/logs/resolve.h"

#include "emulator/core/arn.h"
#include "emulator/services/logs_api.h"

static const struct slice group_prefix = SLICE_INIT("log-group:");

struct slice logs_group_arn(struct call *call, struct slice group_name)
{
    return arena_printf(call->arena,
                        "arn:aws:logs:" SLICE_FMT ":" SLICE_FMT ":log-group:" SLICE_FMT,
                        SLICE_ARG(call->region), SLICE_ARG(call->account), SLICE_ARG(group_name));
}

struct slice logs_group_name_of(const struct call *call, struct slice identifier)
{
    struct arn arn;
    if (!slice_starts_with(identifier, SLICE("arn:")))
        return identifier;
    if (!arn_parse(identifier, &arn) || !slice_eq(arn.service, SLICE("logs")) ||
        !slice_eq(arn.region, call->region) || !slice_eq(arn.account, call->account) ||
        !slice_starts_with(arn.resource, group_prefix))
        return SLICE_NONE;
    return slice_from(arn.resource, group_prefix.len);
}

struct err logs_resolve_group(struct call *call, struct slice name, struct slice identifier,
                              struct logs_group *group)
{
    if (slice_is_set(name) && slice_is_set(identifier))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
    if (!slice_is_set(name) && !slice_is_set(identifier))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "Either logGroupName or logGroupIdentifier must be specified.");
    name = slice_is_set(name) ? name : logs_group_name_of(call, identifier);
    *group = (struct logs_group){0};
    if (slice_is_set(name))
        TRY(logs_store_find_group(call, name, group));
    if (group->id)
        return OK;
    return fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION,
                "The specified log group does not exist.");
}

struct err logs_resolve_stream(struct call *call, const struct logs_group *group, struct slice name,
                               struct logs_stream *stream)
{
    TRY(logs_store_find_stream(call, group->id, name, stream));
    if (stream->id)
        return OK;
    return fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION,
                "The specified log stream does not exist.");
}

struct err logs_require_readable(struct call *call, const struct logs_group *group)
{
    if (!slice_eq(group->class, LOGS_LOG_GROUP_CLASS_INFREQUENT_ACCESS))
        return OK;
    return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                SLICE_FMT " is not supported for log groups of the class " SLICE_FMT ".",
                SLICE_ARG(call->operation->name), SLICE_ARG(group->class));
}

struct err logs_bad_token(struct call *call)
{
    return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "The specified nextToken is invalid.");
}
