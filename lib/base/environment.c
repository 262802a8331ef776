/* The one door to getenv. */
#include "lib/base/environment.h"

#include <stdlib.h>

struct slice environment_get(const char *name)
{
    struct slice value = slice_from_cstr(getenv(name)); // NOLINT(concurrency-mt-unsafe)
    return value.len > 0 ? value : SLICE_NONE;
}
