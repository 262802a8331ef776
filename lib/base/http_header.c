/* Looking up header fields. */
#include "lib/base/http_header.h"

struct slice http_header_find(const struct http_header *headers, size_t count, struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq_nocase(headers[i].name, name))
            return headers[i].value;
    return SLICE_NONE;
}
