#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/httpd/httpd.h"

static void echo(void *context, const struct http_request *request, struct http_response *response)
{
    (void)context;
    static const int refusals[] = {200, 400, 431, 413, 503};
    response->status = refusals[request->refusal];
    http_response_header(response, SLICE("X-Echo"), http_header_get(request, SLICE("x-send")));
    response->body = arena_printf(request->arena, SLICE_FMT " " SLICE_FMT " [" SLICE_FMT "]",
                                  SLICE_ARG(request->method), SLICE_ARG(request->target),
                                  SLICE_ARG(request->body));
}

static struct httpd *start(unsigned workers)
{
    struct httpd_options options = {.listen = "127.0.0.1:0",
                                    .threads = 2,
                                    .workers = workers,
                                    .queue_max = 16,
                                    .body_bytes_max = 1000,
                                    .idle_seconds = 5,
                                    .connections_max = 64,
                                    .handler = echo};
    struct httpd *server = NULL;
    cr_assert_not(failed(httpd_start(&options, &server)));
    return server;
}

static uint16_t port_of(struct httpd *server)
{
    struct slice host;
    struct slice port;
    cr_assert(slice_split_once(httpd_address(server), ':', &host, &port));
    return (uint16_t)strtoul(port.ptr, NULL, 10);
}

/* Sends raw bytes on a fresh connection, `step` bytes a time, and gives all that came back. */
static const char *exchange_at(uint16_t port, const char *bytes, size_t step, char *reply)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t got = 0;
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        for (size_t at = 0, len = strlen(bytes); at < len; at += step)
            send(fd, bytes + at, at + step < len ? step : len - at, MSG_NOSIGNAL);
        shutdown(fd, SHUT_WR);
        for (ssize_t n; (n = recv(fd, reply + got, 4095 - got, 0)) > 0;)
            got += (size_t)n;
    }
    reply[got] = 0;
    close(fd);
    return reply;
}

static const char *exchange(struct httpd *server, const char *bytes, size_t step, char *reply)
{
    return exchange_at(port_of(server), bytes, step, reply);
}

static void expect_reply(unsigned workers, const char *bytes, const char *status, const char *body)
{
    char reply[4096];
    struct httpd *server = start(workers);
    for (size_t step = 1; step < 10000; step *= 10) {
        exchange(server, bytes, step, reply);
        cr_expect(strstr(reply, status), "%s: %s", bytes, reply);
        cr_expect(strstr(reply, body), "%s: %s", bytes, reply);
    }
    httpd_stop(server, 100);
}

Test(httpd, passes_method_raw_target_headers_and_body)
{
    const char *post = "POST /a%2Fb?x=%20 HTTP/1.1\r\nHost: h\r\nX-Send: there\r\n"
                       "Content-Length: 5\r\nConnection: close\r\n\r\nhello";
    expect_reply(0, post, "HTTP/1.1 200", "POST /a%2Fb?x=%20 [hello]");
    expect_reply(0, post, "X-Echo: there", "");
    expect_reply(3, post, "HTTP/1.1 200", "POST /a%2Fb?x=%20 [hello]");
}

Test(httpd, refuses_requests_whose_end_is_ambiguous)
{
    const char *bad[] = {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: g\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_reply(0, bad[i], "HTTP/1.1 400", "");
}

Test(httpd, refuses_bodies_past_the_maximum_announced_or_chunked)
{
    expect_reply(0, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", "413", "[]");
    char chunked[3000] = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    size_t at = strlen(chunked);
    for (int i = 0; i < 11; i++) {
        memcpy(chunked + at, "64\r\n", 4);
        memset(chunked + at + 4, 'x', 100);
        memcpy(chunked + at + 104, "\r\n", 2);
        at += 106;
    }
    memcpy(chunked + at, "0\r\n\r\n", 6);
    expect_reply(0, chunked, "413", "[]");
}

Test(httpd, a_bad_or_taken_address_is_an_error)
{
    struct httpd_options options = {.listen = "nowhere", .threads = 1, .handler = echo};
    struct httpd *server = NULL;
    cr_expect_eq(httpd_start(&options, &server).info, &HTTPD_BAD_ADDRESS);
    options.listen = "192.0.2.1:0"; /* a documentation address: no interface has it */
    cr_expect_eq(httpd_start(&options, &server).info, &HTTPD_CANNOT_LISTEN);
    cr_expect_null(server);
}

/* "/drop/50": ends the connection after 50 ms. "/wait/50": answers after 50 ms. */
static void hesitate(void *context, const struct http_request *request,
                     struct http_response *response)
{
    (void)context;
    uint64_t milliseconds = 0;
    cr_assert(slice_to_u64(slice_from(request->path, 6), &milliseconds));
    response->status = 200;
    response->body = SLICE("answered");
    response->drop = slice_starts_with(request->path, SLICE("/drop"));
    response->delay_micros = (int64_t)milliseconds * 1000;
}

static struct httpd *start_hesitating(unsigned threads, unsigned workers)
{
    struct httpd_options options = {.listen = "127.0.0.1:0",
                                    .threads = threads,
                                    .workers = workers,
                                    .queue_max = 16,
                                    .body_bytes_max = 1000,
                                    .idle_seconds = 5,
                                    .connections_max = 64,
                                    .handler = hesitate};
    struct httpd *server = NULL;
    cr_assert_not(failed(httpd_start(&options, &server)));
    return server;
}

static int64_t ask_timed(struct httpd *server, const char *path, char *reply)
{
    char request[128];
    int64_t start = clock_monotonic_micros();
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
             path);
    exchange(server, request, sizeof request, reply);
    return clock_monotonic_micros() - start;
}

Test(httpd, an_answer_can_be_held_back_and_a_connection_dropped)
{
    char reply[4096];
    for (unsigned workers = 0; workers < 2; workers++) {
        struct httpd *server = start_hesitating(1, workers);
        cr_expect(ask_timed(server, "/wait/50", reply) >= 50000);
        cr_expect(strstr(reply, "answered"));
        cr_expect(ask_timed(server, "/drop/50", reply) >= 50000);
        cr_expect_str_eq(reply, "");
        ask_timed(server, "/drop/0", reply);
        cr_expect_str_eq(reply, "");
        httpd_stop(server, 100);
    }
}

struct waiter {
    struct httpd *server;
    char reply[4096];
    int64_t took;
};

static void *wait_long(void *context)
{
    struct waiter *waiter = context;
    waiter->took = ask_timed(waiter->server, "/wait/2000", waiter->reply);
    return NULL;
}

Test(httpd, a_held_answer_keeps_no_other_waiting_and_leaves_at_the_end)
{
    struct waiter waiter = {.server = start_hesitating(1, 0)};
    char reply[4096];
    pthread_t thread;
    pthread_create(&thread, NULL, wait_long, &waiter);
    for (int i = 0; i < 50; i++)
        ask_timed(waiter.server, "/wait/1", reply);
    cr_expect(strstr(reply, "answered"));
    httpd_stop(waiter.server, 10);
    pthread_join(thread, NULL);
    cr_expect(waiter.took < 2000000, "it did not wait for the held answer");
}

struct caller {
    uint16_t port;
    int answers;
};

static void *ask_until_refused(void *context)
{
    struct caller *caller = context;
    char reply[4096];
    while (strstr(exchange_at(caller->port, "GET /wait/0 HTTP/1.1\r\nHost: h\r\n\r\n", 4096, reply),
                  "answered"))
        caller->answers++;
    return NULL;
}

/* A listener that goes while connections come once ended the process. */
Test(httpd, stops_while_connections_come, .timeout = 60)
{
    int answers = 0;
    for (int i = 0; i < 150; i++) {
        struct httpd *server = start_hesitating(4, 0);
        struct caller caller = {.port = port_of(server)};
        pthread_t thread;
        pthread_create(&thread, NULL, ask_until_refused, &caller);
        usleep(2000);
        httpd_stop(server, 1000);
        pthread_join(thread, NULL);
        answers += caller.answers;
    }
    cr_expect(answers > 0);
}
