#pragma once
/*
 * An HTTP/1.1 client: a libcurl handle behind one function call a request.
 *
 * A client keeps its connections open for the next request to the same host. It belongs to one
 * thread at a time; make one a worker. It follows no redirect, asks no proxy unless told to, sends
 * the path as it is given, and speaks http and https alone.
 *
 * The response lives in the arena that the caller gives. A status of any kind is an answer, not an
 * error; an error means that no whole answer came, and httpc_error_text says more in libcurl's
 * words.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/http_header.h"
#include "lib/base/slice.h"

#define HTTPC_RESPONSE_HEADERS_MAX 100

struct httpc_request {
    struct slice method;
    struct slice url; /* percent-encoded */
    const struct http_header *headers;
    size_t header_count;
    struct slice body;         /* absent: none; present and empty: Content-Length: 0 */
    struct slice proxy;        /* absent: none, whatever the environment says */
    unsigned connect_ms;       /* 0: 3 s */
    unsigned total_ms;         /* connect to last byte; 0: 30 s */
    size_t response_bytes_max; /* of the body; 0: 16 MiB */
};

struct httpc_response {
    int status;
    const struct http_header *headers; /* in the order received, trailers included */
    size_t header_count;
    struct slice body;
    int64_t elapsed_micros;
};

extern const struct err_info HTTPC_BAD_REQUEST; /* the URL or a header cannot be sent */
extern const struct err_info HTTPC_RESOLVE;     /* the host has no address */
extern const struct err_info HTTPC_REFUSED;     /* nobody listens there */
extern const struct err_info HTTPC_TLS;
extern const struct err_info HTTPC_TIMEOUT;
extern const struct err_info HTTPC_TOO_LARGE; /* past response_bytes_max, or too many headers */
extern const struct err_info HTTPC_CUT_OFF;   /* the connection ended before the answer did */

struct httpc;

struct httpc *httpc_new(void); /* never NULL */
void httpc_free(struct httpc *client);

struct err httpc_send(struct httpc *client, const struct httpc_request *request,
                      struct arena *arena, struct httpc_response *response);

/* About the last httpc_send that failed; "" after a success. Valid until the next one. */
const char *httpc_error_text(const struct httpc *client);

/*
 * True when a byte of the last request left, so that a failure leaves open whether the server did
 * what was asked.
 */
bool httpc_was_sent(const struct httpc *client);
