#include "tests/api/http/support.h"

void fake_call_init(struct fake_call *fake, const char *body, const char *query)
{
    *fake = (struct fake_call){
        .route = {.method = "GET", .pattern = "/x", .name = "x"}
    };
    fake->request = (struct http_request){.method = SLICE("GET"),
                                          .path = SLICE("/x"),
                                          .body = slice_from_cstr(body),
                                          .query = slice_from_cstr(query),
                                          .arena = &fake->arena};
    fake->call = (struct call){
        .request = &fake->request,
        .response = &fake->response,
        .arena = &fake->arena,
        .route = &fake->route,
        .actor = {.tenant = SLICE("ten_1"), .request_id = SLICE("req_1")}
    };
}

void fake_call_done(struct fake_call *fake)
{
    arena_done(&fake->arena);
}
