#pragma once
/* A call made by hand, for tests of what works on one. */
#include "api/http/call.h"

struct fake_call {
    struct arena arena;
    struct http_request request;
    struct http_response response;
    struct route route;
    struct call call;
};

/* Both texts may be NULL. Free with fake_call_done. */
void fake_call_init(struct fake_call *fake, const char *body, const char *query);
void fake_call_done(struct fake_call *fake);
