#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/httpc/httpc.h"
#include "lib/httpd/httpd.h"

static void echo(void *context, const struct http_request *request, struct http_response *response)
{
    int *calls = context;
    ++*calls;
    response->status = slice_eq(request->path, SLICE("/moved")) ? 302 : 200;
    http_response_header(response, SLICE("Location"), SLICE("/elsewhere"));
    http_response_header(response, SLICE("X-Empty"), SLICE(""));
    response->body = arena_printf(
        request->arena, SLICE_FMT " " SLICE_FMT " [" SLICE_FMT "] type=" SLICE_FMT " x=" SLICE_FMT,
        SLICE_ARG(request->method), SLICE_ARG(request->target), SLICE_ARG(request->body),
        SLICE_ARG(http_header_get(request, SLICE("content-type"))),
        SLICE_ARG(http_header_get(request, SLICE("x-send"))));
}

struct fixture {
    struct arena arena;
    struct httpd *server;
    struct httpc *client;
    int calls;
};

static void start(struct fixture *f)
{
    struct httpd_options options = {.listen = "127.0.0.1:0",
                                    .threads = 1,
                                    .body_bytes_max = 1000,
                                    .idle_seconds = 5,
                                    .connections_max = 8,
                                    .handler = echo,
                                    .context = &f->calls};
    cr_assert_not(failed(httpd_start(&options, &f->server)));
    f->client = httpc_new();
}

static void stop(struct fixture *f)
{
    httpc_free(f->client);
    httpd_stop(f->server, 100);
    arena_done(&f->arena);
}

static struct slice url(struct fixture *f, const char *path)
{
    return arena_printf(&f->arena, "http://" SLICE_FMT "%s", SLICE_ARG(httpd_address(f->server)),
                        path);
}

static void expect_body(struct fixture *f, struct httpc_request request, int status,
                        const char *body)
{
    struct httpc_response response = {0};
    struct err e = httpc_send(f->client, &request, &f->arena, &response);
    cr_assert_not(failed(e), "%s", httpc_error_text(f->client));
    cr_expect_eq(response.status, status);
    cr_expect(slice_eq_cstr(response.body, body), SLICE_FMT, SLICE_ARG(response.body));
}

Test(httpc, sends_method_raw_target_headers_and_body)
{
    struct fixture f = {0};
    const struct http_header headers[] = {
        {SLICE("X-Send"),       SLICE("there")           },
        {SLICE("Content-Type"), SLICE("application/json")},
    };
    start(&f);
    expect_body(&f,
                (struct httpc_request){.method = SLICE("POST"),
                                       .url = url(&f, "/a/../b%2Fc//?x=%20"),
                                       .headers = headers,
                                       .header_count = ARRAY_LEN(headers),
                                       .body = SLICE("hello")},
                200, "POST /a/../b%2Fc//?x=%20 [hello] type=application/json x=there");
    expect_body(&f, (struct httpc_request){.method = SLICE("GET"), .url = url(&f, "/")}, 200,
                "GET / [] type= x=");
    expect_body(
        &f, (struct httpc_request){.method = SLICE("PUT"), .url = url(&f, "/"), .body = SLICE("")},
        200, "PUT / [] type= x=");
    expect_body(&f, (struct httpc_request){.method = SLICE("DELETE"), .url = url(&f, "/")}, 200,
                "DELETE / [] type= x=");
    expect_body(&f, (struct httpc_request){.method = SLICE("HEAD"), .url = url(&f, "/")}, 200, "");
    stop(&f);
}

Test(httpc, a_redirect_is_an_answer_like_any_other)
{
    struct fixture f = {0};
    struct httpc_response response = {0};
    start(&f);
    struct httpc_request request = {.method = SLICE("GET"), .url = url(&f, "/moved")};
    cr_assert_not(failed(httpc_send(f.client, &request, &f.arena, &response)));
    cr_expect_eq(response.status, 302);
    cr_expect_eq(f.calls, 1);
    cr_expect(slice_eq(http_header_find(response.headers, response.header_count, SLICE("LOCATION")),
                       SLICE("/elsewhere")));
    stop(&f);
}

Test(httpc, asks_no_proxy_that_the_environment_names)
{
    struct fixture f = {0};
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    start(&f);
    expect_body(&f, (struct httpc_request){.method = SLICE("GET"), .url = url(&f, "/")}, 200,
                "GET / [] type= x=");
    stop(&f);
}

static void expect_error(struct fixture *f, struct httpc_request request,
                         const struct err_info *expected, bool sent)
{
    struct httpc_response response = {.status = -1};
    struct err e = httpc_send(f->client, &request, &f->arena, &response);
    cr_expect_eq(e.info, expected, "%s: %s", e.info ? e.info->code : "none",
                 httpc_error_text(f->client));
    cr_expect_neq(httpc_error_text(f->client)[0], '\0');
    cr_expect_eq(httpc_was_sent(f->client), sent);
    cr_expect_eq(response.status, -1);
}

Test(httpc, refuses_to_send_what_would_forge_a_header)
{
    struct fixture f = {0};
    const struct http_header bad[] = {
        {SLICE("X-A"),         SLICE("1\r\nX-B: 2")},
        {SLICE("X-A\nX-B"),    SLICE("1")          },
        {SLICE("X-A: 1\tX-B"), SLICE("1")          },
        {SLICE(""),            SLICE("1")          },
    };
    start(&f);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_error(
            &f,
            (struct httpc_request){
                .method = SLICE("GET"), .url = url(&f, "/"), .headers = &bad[i], .header_count = 1},
            &HTTPC_BAD_REQUEST, false);
    expect_error(&f, (struct httpc_request){.method = SLICE("GET"), .url = SLICE("file:///etc")},
                 &HTTPC_BAD_REQUEST, false);
    expect_error(&f, (struct httpc_request){.url = url(&f, "/")}, &HTTPC_BAD_REQUEST, false);
    cr_expect_eq(f.calls, 0);
    stop(&f);
}

Test(httpc, a_body_past_the_cap_is_too_large)
{
    struct fixture f = {0};
    start(&f);
    expect_error(&f,
                 (struct httpc_request){
                     .method = SLICE("GET"), .url = url(&f, "/"), .response_bytes_max = 5},
                 &HTTPC_TOO_LARGE, true);
    stop(&f);
}

/* A listening socket that nobody accepts from; its port in *port. */
static int listen_silently(unsigned *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    cr_assert_eq(listen(fd, 4), 0);
    getsockname(fd, (struct sockaddr *)&at, &len);
    *port = ntohs(at.sin_port);
    return fd;
}

Test(httpc, tells_refused_timeout_tls_and_resolve_apart)
{
    struct fixture f = {0};
    unsigned port;
    start(&f);
    int fd = listen_silently(&port);
    struct slice silent = arena_printf(&f.arena, "http://127.0.0.1:%u/", port);
    expect_error(&f, (struct httpc_request){.method = SLICE("GET"), .url = silent, .total_ms = 100},
                 &HTTPC_TIMEOUT, true);
    close(fd);
    expect_error(&f, (struct httpc_request){.method = SLICE("GET"), .url = silent}, &HTTPC_REFUSED,
                 false);
    struct slice secure =
        arena_printf(&f.arena, "https://" SLICE_FMT "/", SLICE_ARG(httpd_address(f.server)));
    expect_error(&f, (struct httpc_request){.method = SLICE("GET"), .url = secure}, &HTTPC_TLS,
                 false);
    expect_error(&f, (struct httpc_request){.method = SLICE("GET"), .url = SLICE("http://a..b/")},
                 &HTTPC_RESOLVE, false);
    stop(&f);
}

Test(httpc, a_connection_that_ends_early_is_cut_off)
{
    struct fixture f = {0};
    unsigned port;
    start(&f);
    int fd = listen_silently(&port);
    if (fork() == 0) {
        static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
        char request[1000];
        int peer = accept(fd, NULL, NULL);
        if (recv(peer, request, sizeof request, 0) > 0)
            send(peer, half, sizeof half - 1, MSG_NOSIGNAL);
        close(peer);
        _exit(0);
    }
    struct slice at = arena_printf(&f.arena, "http://127.0.0.1:%u/", port);
    expect_error(&f, (struct httpc_request){.method = SLICE("GET"), .url = at, .total_ms = 2000},
                 &HTTPC_CUT_OFF, true);
    close(fd);
    stop(&f);
}
