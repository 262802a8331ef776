#pragma once
/* Where a service answers. */
#include <stdbool.h>

#include "lib/awsc/service.h"
#include "lib/base/arena.h"

struct awsc_endpoint {
    struct slice url;  /* whole, with the path */
    struct slice host; /* "127.0.0.1:4566", as the Host header says */
    struct slice path; /* "/" or what the configured URL has */
};

/*
 * `configured` is the endpoint for every service, or absent: then AWS_ENDPOINT_URL_<ID>, then
 * AWS_ENDPOINT_URL, then AWS's own in `region`. False when the URL is not http:// or https:// with
 * a host.
 */
bool awsc_endpoint_find(const struct awsc_service *service, struct slice configured,
                        struct slice region, struct arena *arena, struct awsc_endpoint *endpoint);
