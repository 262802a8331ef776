#pragma once
/* A server that gives scripted answers and keeps what it was asked, for the tests of awsc. */
#include "lib/base/arena.h"
#include "lib/base/http_header.h"
#include "lib/httpd/httpd.h"

#define SERVER_CALLS_MAX 8

struct canned_answer {
    int status; /* 0: the last answer of the script is repeated */
    struct http_header header;
    struct slice body;
};

struct kept_request {
    struct slice target;
    struct slice body;
    struct http_header headers[HTTP_REQUEST_HEADERS_MAX];
    size_t header_count;
};

struct server {
    struct arena arena;
    struct httpd *httpd;
    struct slice url; /* "http://127.0.0.1:40213" */
    struct canned_answer script[SERVER_CALLS_MAX];
    struct kept_request requests[SERVER_CALLS_MAX];
    size_t calls;
};

void server_start(struct server *server);
void server_stop(struct server *server);
struct slice server_header(const struct server *server, size_t call, const char *name);
