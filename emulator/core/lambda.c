/* Finding the endpoints of functions. */
#include "emulator/core/lambda.h"

static const struct slice marker = SLICE_INIT(":function:");

struct slice lambda_name(struct slice arn)
{
    ptrdiff_t at = slice_find(arn, marker);
    struct slice name = at < 0 ? arn : slice_from(arn, (size_t)at + marker.len);
    struct slice qualifier;
    slice_split_once(name, ':', &name, &qualifier);
    return name;
}

/* The ARN without a version or an alias behind the function's name. */
static struct slice unqualified(struct slice arn)
{
    struct slice name = lambda_name(arn);
    return (struct slice){arn.ptr, (size_t)(name.ptr + name.len - arn.ptr)};
}

bool lambda_find(struct slice functions, struct slice arn, struct slice *url)
{
    struct slice entry;
    struct slice name;
    struct slice where;
    while (slice_next(&functions, ',', &entry)) {
        if (!slice_split_once(entry, '=', &name, &where))
            continue;
        if (slice_eq(name, unqualified(arn)) || slice_eq(name, lambda_name(arn))) {
            *url = where;
            return true;
        }
    }
    return false;
}

bool lambda_list_is_valid(struct slice functions)
{
    struct slice entry;
    struct slice name;
    struct slice url;
    while (slice_next(&functions, ',', &entry))
        if (!slice_split_once(entry, '=', &name, &url) || name.len == 0 ||
            !(slice_starts_with(url, SLICE("http://")) ||
              slice_starts_with(url, SLICE("https://"))))
            return false;
    return true;
}
