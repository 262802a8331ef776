/* One thread of libmicrohttpd writes, and the test reads after its answer came. */
#include "tests/lib/awsc/server.h"

#include <criterion/criterion.h>

#include "lib/base/attributes.h"

static void keep_request(struct server *server, const struct http_request *request)
{
    struct kept_request *kept = &server->requests[server->calls];
    kept->target = arena_dup(&server->arena, request->target);
    kept->body = arena_dup(&server->arena, request->body);
    kept->header_count = request->header_count;
    for (size_t i = 0; i < request->header_count; i++)
        kept->headers[i] =
            (struct http_header){arena_dup(&server->arena, request->headers[i].name),
                                 arena_dup(&server->arena, request->headers[i].value)};
}

static void answer(void *context, const struct http_request *request,
                   struct http_response *response)
{
    struct server *server = context;
    cr_assert_lt(server->calls, SERVER_CALLS_MAX);
    keep_request(server, request);
    size_t at = server->calls++;
    while (at > 0 && server->script[at].status == 0)
        at--;
    response->status = server->script[at].status ? server->script[at].status : 200;
    response->body = server->script[at].body.ptr ? server->script[at].body : SLICE("{}");
    if (server->script[at].header.name.len > 0)
        http_response_header(response, server->script[at].header.name,
                             server->script[at].header.value);
}

void server_start(struct server *server)
{
    struct httpd_options options = {.listen = "127.0.0.1:0",
                                    .threads = 1,
                                    .body_bytes_max = 100000,
                                    .idle_seconds = 5,
                                    .connections_max = 8,
                                    .handler = answer,
                                    .context = server};
    cr_assert_not(failed(httpd_start(&options, &server->httpd)));
    server->url =
        arena_printf(&server->arena, "http://" SLICE_FMT, SLICE_ARG(httpd_address(server->httpd)));
}

void server_stop(struct server *server)
{
    httpd_stop(server->httpd, 100);
    arena_done(&server->arena);
}

struct slice server_header(const struct server *server, size_t call, const char *name)
{
    cr_assert_lt(call, server->calls);
    return http_header_find(server->requests[call].headers, server->requests[call].header_count,
                            slice_from_cstr(name));
}
