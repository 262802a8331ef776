/* ARNs of backups, exports and imports. */
#include "emulator/services/dynamodb/backup/part_arn.h"

#include "emulator/core/arn.h"

enum { micros_per_milli = 1000 };

bool ddb_part_arn_parse(struct slice text, struct slice kind, struct ddb_part_arn *part)
{
    struct arn arn;
    struct slice rest;
    struct slice first;
    struct slice third;
    struct slice name;
    struct slice id;
    if (!arn_parse(text, &arn) || !slice_eq(arn.service, SLICE("dynamodb")) ||
        !slice_split_once(arn.resource, '/', &first, &rest) || !slice_eq(first, SLICE("table")) ||
        !slice_split_once(rest, '/', &name, &rest) || !slice_split_once(rest, '/', &third, &id) ||
        !slice_eq(third, kind) || id.len == 0 || slice_index(id, '/') >= 0)
        return false;
    *part = (struct ddb_part_arn){arn.account, arn.region, name, id};
    return true;
}

bool ddb_part_arn_is_here(const struct call *call, const struct ddb_part_arn *arn)
{
    return slice_eq(arn->account, call->account) && slice_eq(arn->region, call->region);
}

struct slice ddb_part_arn_format(struct call *call, struct slice kind, struct slice table_name,
                                 struct slice id)
{
    return arena_printf(call->arena, SLICE_FMT "/" SLICE_FMT "/" SLICE_FMT,
                        SLICE_ARG(ddb_table_arn(call, table_name)), SLICE_ARG(kind), SLICE_ARG(id));
}

struct slice ddb_part_id(struct call *call)
{
    return arena_printf(call->arena, "%014lld-%08llx",
                        (long long)(call->now_micros / micros_per_milli),
                        (unsigned long long)rand_below(call->platform->rand, UINT64_C(1) << 32));
}
