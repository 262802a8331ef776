#pragma once
/*
 * One request on its way through the API: what came in, who sent it, what goes out.
 *
 * A call belongs to one worker thread. Everything in it lives in the request's arena and dies with
 * the response. `services` is what handlers work with; this layer only passes it on.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/ledger/ports.h"
#include "api/limits.h"
#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/enc/json.h"
#include "lib/httpd/httpd.h"

struct call;
struct services;

typedef struct err handler(struct call *call);

enum route_flag {
    ROUTE_PUBLIC = 1,     /* no token is asked for */
    ROUTE_MONEY = 2,      /* the session is read consistently */
    ROUTE_IDEMPOTENT = 4, /* Idempotency-Key is required */
};

struct route {
    const char *method;
    const char *pattern; /* "/v1/accounts/{id}/balances" */
    handler *handle;
    unsigned roles; /* who may call; 0 for public routes */
    unsigned flags;
    const char *name; /* in metrics and logs: "accounts.balances" */
};

struct field_error {
    const struct err_info *info;
    struct slice param;
    struct slice detail;
};

struct call {
    const struct http_request *request;
    struct http_response *response;
    struct arena *arena;
    struct services *services;
    const struct route *route;              /* NULL until it is found */
    struct slice params[LIMIT_PATH_PARAMS]; /* the {parts} of the path, decoded */
    struct actor actor;
    unsigned role;
    struct slice key; /* Idempotency-Key; absent where the route asks for none */
    struct field_error errors[LIMIT_FIELD_ERRORS];
    size_t error_count;
    struct slice instance; /* in a problem: the request that decided; absent: this one */
    struct slice allow;    /* of a 405 */
    struct buf body;
    int status; /* 0: 200 */
};

/* Adds what is wrong, naming the member or parameter; further ones past the maximum are dropped. */
struct err call_fail(struct call *call, const struct err_info *info, struct slice param,
                     const char *detail, ...) PRINTF_LIKE(4, 5);

/* The first failure added so far, or OK. */
struct err call_result(const struct call *call);

/* Begins the reply's body. The writer is valid until the handler returns. */
struct json_writer call_reply(struct call *call, int status);

void call_header(struct call *call, struct slice name, struct slice value);

/* Helpers for members that every reply has in the same form. */
void write_text(struct json_writer *w, const char *key, struct slice value); /* absent: null */
void write_number(struct json_writer *w, const char *key, int64_t value);
void write_bool(struct json_writer *w, const char *key, bool value);
void write_null(struct json_writer *w, const char *key);
void write_raw(struct json_writer *w, const char *key, struct slice json); /* absent: null */
/* RFC 3339, UTC, microseconds. */
void write_micros(struct json_writer *w, const char *key, struct arena *arena, int64_t micros);
