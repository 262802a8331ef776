/* Path patterns, segment by segment. */
#include "api/http/router.h"

#include "lib/enc/uri.h"

static bool is_parameter(struct slice segment)
{
    return slice_starts_with(segment, SLICE("{"));
}

static bool take_parameter(struct arena *arena, struct slice raw, struct slice *value)
{
    return uri_decode(arena, raw, false, value) && value->len > 0 && slice_is_utf8(*value) &&
           slice_index(*value, '/') < 0 && slice_index(*value, '\0') < 0;
}

static bool path_matches(struct arena *arena, const char *pattern, struct slice path,
                         struct slice params[LIMIT_PATH_PARAMS])
{
    struct slice want = slice_from_cstr(pattern);
    struct slice expected;
    struct slice actual;
    size_t taken = 0;
    while (slice_next(&want, '/', &expected)) {
        if (!slice_next(&path, '/', &actual))
            return false;
        if (is_parameter(expected)) {
            if (taken == LIMIT_PATH_PARAMS || !take_parameter(arena, actual, &params[taken++]))
                return false;
        } else if (!slice_eq(expected, actual)) {
            return false;
        }
    }
    return !slice_is_set(path);
}

enum match router_find(struct call *call, const struct route *routes, size_t count)
{
    struct buf allow;
    buf_init_arena(&allow, call->arena, 256);
    for (size_t i = 0; i < count; i++) {
        if (!path_matches(call->arena, routes[i].pattern, call->request->path, call->params))
            continue;
        if (slice_eq_cstr(call->request->method, routes[i].method)) {
            call->route = &routes[i];
            return MATCH_FOUND;
        }
        buf_printf(&allow, "%s%s", allow.len ? ", " : "", routes[i].method);
    }
    call->allow = buf_slice(&allow);
    return allow.len ? MATCH_NO_METHOD : MATCH_NO_PATH;
}
