/* Splitting and joining ARNs. */
#include "emulator/core/arn.h"

bool arn_parse(struct slice text, struct arn *arn)
{
    struct slice prefix;
    struct arn parts;
    if (!slice_split_once(text, ':', &prefix, &text) || !slice_eq(prefix, SLICE("arn")) ||
        !slice_split_once(text, ':', &parts.partition, &text) ||
        !slice_split_once(text, ':', &parts.service, &text) ||
        !slice_split_once(text, ':', &parts.region, &text) ||
        !slice_split_once(text, ':', &parts.account, &parts.resource))
        return false;
    *arn = parts;
    return true;
}

struct slice arn_format(struct arena *arena, const struct arn *arn)
{
    return arena_printf(arena,
                        "arn:" SLICE_FMT ":" SLICE_FMT ":" SLICE_FMT ":" SLICE_FMT ":" SLICE_FMT,
                        SLICE_ARG(arn->partition), SLICE_ARG(arn->service), SLICE_ARG(arn->region),
                        SLICE_ARG(arn->account), SLICE_ARG(arn->resource));
}
