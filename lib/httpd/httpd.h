#pragma once
/*
 * An HTTP/1.1 server: libmicrohttpd behind one function call a request.
 *
 * The handler is called once a request, with the whole body, and fills a response. It runs on one
 * of `threads` event-loop threads (workers == 0: for handlers that never wait), or on one of
 * `workers` threads fed by a bounded queue (for handlers that wait on a database or a peer).
 * When that queue is full the request is answered by the handler's `overloaded` refusal.
 *
 * Request slices and the arena live until the response has been sent. Response slices must live
 * as long: literals, or memory of the request's arena.
 *
 * The server refuses what would let two readers disagree about a request's end (RFC 9112 section
 * 6.3): it calls the handler with `refusal` set, so that the answer has the program's own form,
 * and closes the connection after it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/http_header.h"
#include "lib/base/slice.h"

#define HTTP_REQUEST_HEADERS_MAX 100
#define HTTP_RESPONSE_HEADERS_MAX 24

enum http_refusal {
    HTTP_ACCEPTED,
    HTTP_REFUSED_MALFORMED,        /* conflicting or repeated framing headers, two Hosts: 400 */
    HTTP_REFUSED_TOO_MANY_HEADERS, /* 431 */
    HTTP_REFUSED_BODY_TOO_LARGE,   /* 413; `body` is absent */
    HTTP_REFUSED_OVERLOADED        /* the worker queue is full: 503 */
};

struct http_request {
    struct slice method;
    struct slice target;               /* as sent: path and query, still percent-encoded */
    struct slice path;                 /* the target before '?', still percent-encoded */
    struct slice query;                /* after '?'; absent without one */
    const struct http_header *headers; /* in the order received */
    size_t header_count;
    struct slice body;
    struct slice client_address; /* "127.0.0.1" */
    enum http_refusal refusal;
    struct arena *arena;
};

struct http_response {
    int status;
    struct http_header headers[HTTP_RESPONSE_HEADERS_MAX];
    size_t header_count;
    struct slice body;
    bool close;           /* end the connection after this response */
    bool drop;            /* end the connection without a response */
    int64_t delay_micros; /* the answer, or the end, is to come this much later; no thread waits */
};

typedef void http_handler(void *context, const struct http_request *request,
                          struct http_response *response);

struct httpd_options {
    const char *listen; /* "HOST:PORT", "[v6]:PORT"; port 0 takes a free one */
    unsigned threads;   /* event-loop threads, at least 1 */
    unsigned workers;   /* 0: the handler runs on the event-loop threads */
    unsigned queue_max; /* requests that may wait for a worker */
    size_t body_bytes_max;
    unsigned idle_seconds; /* a silent connection is closed after this */
    unsigned connections_max;
    http_handler *handler;
    void *context; /* the caller's; must outlive the server */
};

struct httpd;

extern const struct err_info HTTPD_BAD_ADDRESS;
extern const struct err_info HTTPD_CANNOT_LISTEN; /* errno says why */

struct err httpd_start(const struct httpd_options *options, struct httpd **server);

/* "127.0.0.1:4566" with the port in force; lives as long as the server. */
struct slice httpd_address(const struct httpd *server);

/* Stops accepting, answers what is under way within `drain_ms`, then frees the server. */
void httpd_stop(struct httpd *server, unsigned drain_ms);

/* The first header of that name, ASCII case aside; absent when there is none. */
struct slice http_header_get(const struct http_request *request, struct slice name);

/* Both texts must outlive the response; past the maximum the program aborts (a bug of ours). */
void http_response_header(struct http_response *response, struct slice name, struct slice value);
