#pragma once
/*
 * The way of a request: a const array of named stages in front.c, each of which may end it with an
 * error. What comes out is a reply, a log line and a count.
 */
#include <stdbool.h>

#include <stdatomic.h>

#include "api/auth/ports.h"
#include "api/http/call.h"
#include "api/telemetry/metrics.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/rand.h"
#include "lib/httpd/httpd.h"

/* Shared by all workers; constant after start. */
struct front {
    const struct route *routes;
    size_t route_count;
    struct services *services;
    const struct session_store *sessions;
    const struct clock *clock;
    struct rand *rand; /* a system source */
    const struct log *log;
    struct metrics *metrics;
    const atomic_bool *draining; /* set by the main thread: every reply ends its connection */
};

/* An http_handler; `context` is the struct front. */
void front_handle(void *context, const struct http_request *request,
                  struct http_response *response);
