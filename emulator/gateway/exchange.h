#pragma once
/* The inside of the gateway, shared by its own files alone. */
#include <pthread.h>

#include "emulator/core/call.h"
#include "emulator/core/service.h"
#include "emulator/gateway/faults.h"
#include "emulator/gateway/gateway.h"
#include "emulator/store/store.h"
#include "emulator/wire/wire.h"
#include "lib/base/buf.h"

enum gateway_limits { SERVICES_MAX = 32, ALLOWED_HOSTS_MAX = 16 };

struct gateway {
    struct gateway_options options;
    const struct service *services[SERVICES_MAX + 1]; /* ends with NULL */
    struct store *stores[SERVICES_MAX];               /* by the same index; NULL: keeps nothing */
    struct slice allowed_hosts[ALLOWED_HOSTS_MAX];
    size_t allowed_host_count;
    int64_t started_micros;
    struct rand request_ids; /* ids are no secret, and a system call each would be a waste */
    pthread_rwlock_t state;  /* calls read; a reset writes */
    struct due *due;
    struct faults *faults;
    pthread_mutex_t clock_lock; /* who sets the clock */
};

/* One request on its way down the table of stages. */
struct exchange {
    struct call call;
    const struct http_request *http;
    struct http_response *response;
    struct wire_request wire;
    struct wire_route route;
    int64_t started_micros; /* monotonic */
    void *in;
    void *out;
    struct buf body;
};

/* Whether a Host header names this machine itself, whatever the port. */
bool gateway_is_loopback(struct slice host);

/* Refuses foreign Host and Origin headers: a web page must not drive a local tool. */
struct err gateway_admit(struct gateway *gateway, struct exchange *x);

/* Validates, authorizes and runs an operation whose input is decoded, in its transaction. */
struct err gateway_run(struct gateway *gateway, struct call *call, const void *in, void *out);

/* Has a service do what is due at that moment; `next` is when it has work again. */
struct err gateway_run_due(struct gateway *gateway, size_t index, int64_t moment_micros,
                           struct arena *arena, int64_t *next_micros);

/* AccessDenied unless the caller may do this. */
struct err gateway_authorize(struct call *call);

/* platform.call_internal: see emulator/core/call.h. */
struct err gateway_call_internal(struct call *call, const char *service, const char *operation,
                                 const void *in, void *out);

/* platform.record_event: see emulator/core/call.h. */
void gateway_record_event(struct call *call, const char *event, struct slice resource,
                          struct slice problem);

/* `in` is the decoded input, or NULL when there is none. */
void gateway_audit(struct gateway *gateway, struct call *call, const void *in,
                   enum protocol protocol, struct slice source, struct slice user_agent,
                   int64_t started_micros, int status);

/* Turns a breakage into a fault that tells the client nothing, and logs what happened. */
void gateway_note_breakage(struct gateway *gateway, struct call *call, struct err e);

/* Paths under /_florin/ and health checks. False when the path is none of these. */
bool gateway_control(struct gateway *gateway, const struct http_request *request,
                     struct http_response *response);
