/* Endpoint rules: configured, by service, by environment, AWS's own. */
#include "lib/awsc/endpoint.h"

#include "lib/base/environment.h"

static struct slice choose_url(const struct awsc_service *service, struct slice configured,
                               struct slice region, struct arena *arena)
{
    struct slice by_service =
        arena_printf(arena, "AWS_ENDPOINT_URL_" SLICE_FMT, SLICE_ARG(service->id));
    const struct slice choices[] = {configured, environment_get(by_service.ptr),
                                    environment_get("AWS_ENDPOINT_URL")};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        if (slice_is_set(choices[i]))
            return choices[i];
    return arena_printf(arena, "https://" SLICE_FMT "." SLICE_FMT ".amazonaws.com",
                        SLICE_ARG(service->endpoint_prefix), SLICE_ARG(region));
}

bool awsc_endpoint_find(const struct awsc_service *service, struct slice configured,
                        struct slice region, struct arena *arena, struct awsc_endpoint *endpoint)
{
    struct slice url = choose_url(service, configured, region, arena);
    size_t scheme = slice_starts_with(url, SLICE("http://"))    ? 7
                    : slice_starts_with(url, SLICE("https://")) ? 8
                                                                : 0;
    struct slice host = slice_from(url, scheme);
    ptrdiff_t slash = slice_index(host, '/');
    struct slice path = slash < 0 ? SLICE("/") : slice_from(host, (size_t)slash);
    if (slash >= 0)
        host = slice_sub(host, 0, (size_t)slash);
    if (scheme == 0 || host.len == 0 || slice_index(url, '?') >= 0 || slice_index(url, '#') >= 0)
        return false;
    endpoint->host = host;
    endpoint->path = path;
    endpoint->url = slash < 0 ? arena_printf(arena, SLICE_FMT "/", SLICE_ARG(url)) : url;
    return true;
}
