#pragma once
/* From what a caller names to groups and streams, and to their ARNs. */
#include "emulator/services/logs/logs_store.h"

/* Exactly one of a name and an identifier (a name or an ARN). ResourceNotFoundException. */
struct err logs_resolve_group(struct call *call, struct slice name, struct slice identifier,
                              struct logs_group *group);

struct err logs_resolve_stream(struct call *call, const struct logs_group *group, struct slice name,
                               struct logs_stream *stream);

/* InvalidParameterException for a class whose events only queries can read. */
struct err logs_require_readable(struct call *call, const struct logs_group *group);

/* The group's name within a name or an ARN of the caller's own account and region, else absent. */
struct slice logs_group_name_of(const struct call *call, struct slice identifier);

/* Without AWS's ":*" at the end. */
struct slice logs_group_arn(struct call *call, struct slice group_name);

struct err logs_bad_token(struct call *call);
