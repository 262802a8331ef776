/* The stages of a request, its reply, its log line and its count. */
#include "api/http/front.h"

#include "api/auth/fault.h"
#include "api/auth/role.h"
#include "api/http/fault.h"
#include "api/http/problem.h"
#include "api/http/router.h"
#include "api/http/trace.h"
#include "api/ledger/id.h"

static struct err refuse_framing(const struct http_request *request)
{
    switch (request->refusal) {
    case HTTP_ACCEPTED:
        return OK;
    case HTTP_REFUSED_MALFORMED:
        return ERR(&MALFORMED_REQUEST);
    case HTTP_REFUSED_TOO_MANY_HEADERS:
        return ERR(&HEADERS_TOO_LARGE);
    case HTTP_REFUSED_BODY_TOO_LARGE:
        return ERR(&BODY_TOO_LARGE);
    case HTTP_REFUSED_OVERLOADED:
        return ERR(&OVERLOADED);
    }
    return ERR(&MALFORMED_REQUEST);
}

static struct err admit(const struct front *front, struct call *call)
{
    (void)front;
    const struct http_request *request = call->request;
    TRY(refuse_framing(request));
    if (request->target.len > LIMIT_URL_BYTES)
        return ERR(&URL_TOO_LONG);
    for (size_t i = 0; i < request->header_count; i++)
        if (request->headers[i].value.len > LIMIT_HEADER_BYTES)
            return ERR(&HEADERS_TOO_LARGE);
    struct slice version = http_header_get(request, SLICE("api-version"));
    if (slice_is_set(version) && !slice_eq(version, SLICE(API_VERSION)))
        return ERR(&UNKNOWN_API_VERSION);
    return OK;
}

static struct err find_route(const struct front *front, struct call *call)
{
    switch (router_find(call, front->routes, front->route_count)) {
    case MATCH_FOUND:
        return OK;
    case MATCH_NO_METHOD:
        return ERR(&METHOD_NOT_ALLOWED);
    case MATCH_NO_PATH:
        break;
    }
    return ERR(&UNKNOWN_ROUTE);
}

/* True when a media range of the list covers JSON; quality values are passed over. */
static bool accepts_json(struct slice accept)
{
    struct slice range;
    while (slice_next(&accept, ',', &range)) {
        struct slice type = range;
        struct slice parameters;
        slice_split_once(range, ';', &type, &parameters);
        type = slice_trim(type);
        if (slice_eq(type, SLICE("*/*")) || slice_eq_nocase(type, SLICE("application/*")) ||
            slice_eq_nocase(type, SLICE("application/json")) ||
            slice_eq_nocase(type, SLICE("application/problem+json")))
            return true;
    }
    return false;
}

static struct err negotiate(const struct front *front, struct call *call)
{
    (void)front;
    const struct http_request *request = call->request;
    struct slice accept = http_header_get(request, SLICE("accept"));
    if (slice_is_set(accept) && !accepts_json(accept))
        return ERR(&NOT_ACCEPTABLE);
    if (request->body.len == 0)
        return OK;
    struct slice type = http_header_get(request, SLICE("content-type"));
    struct slice parameters;
    slice_split_once(type, ';', &type, &parameters);
    if (!slice_eq_nocase(slice_trim(type), SLICE("application/json")) ||
        slice_is_set(http_header_get(request, SLICE("content-encoding"))))
        return ERR(&UNSUPPORTED_MEDIA_TYPE);
    return OK;
}

/* "Bearer <token>"; RFC 6750 section 2.1. */
static bool bearer(struct call *call, struct token *token)
{
    struct slice scheme;
    struct slice text;
    struct slice header = http_header_get(call->request, SLICE("authorization"));
    return slice_split_once(header, ' ', &scheme, &text) &&
           slice_eq_nocase(scheme, SLICE("bearer")) &&
           token_read_access(call->arena, slice_trim(text), token);
}

static struct err authenticate(const struct front *front, struct call *call)
{
    if (call->route->flags & ROUTE_PUBLIC)
        return OK;
    struct token token;
    struct session session;
    const struct session_store *store = front->sessions;
    if (!bearer(call, &token))
        return ERR(&UNAUTHENTICATED);
    struct err found = store->get(store->context, token.session, call->route->flags & ROUTE_MONEY,
                                  call->arena, &session);
    if (found.info == &NOT_FOUND)
        return ERR(&UNAUTHENTICATED);
    TRY(found);
    int64_t now = clock_now(front->clock) / MICROS_PER_SECOND;
    TRY(session_judge_access(&session, &token, now));
    if (session_touch_due(&session, now))
        TRY(store->touch(store->context, &session, now));
    call->actor.tenant = session.tenant;
    call->actor.user = session.user;
    call->actor.session = session.id;
    call->role = role_by_name(session.role);
    return OK;
}

static struct err authorize(const struct front *front, struct call *call)
{
    (void)front;
    bool allowed = (call->route->flags & ROUTE_PUBLIC) || (call->route->roles & call->role);
    return allowed ? OK : ERR(&FORBIDDEN);
}

static struct err take_key(const struct front *front, struct call *call)
{
    (void)front;
    if (!(call->route->flags & ROUTE_IDEMPOTENT))
        return OK;
    struct slice key = http_header_get(call->request, SLICE("idempotency-key"));
    if (!slice_is_set(key))
        return ERR(&MISSING_IDEMPOTENCY_KEY);
    bool printable = key.len >= 1 && key.len <= LIMIT_KEY_BYTES;
    for (size_t i = 0; printable && i < key.len; i++)
        printable = key.ptr[i] >= 0x20 && key.ptr[i] < 0x7F;
    if (!printable)
        return ERR(&INVALID_IDEMPOTENCY_KEY);
    call->key = key;
    return OK;
}

static struct err run(const struct front *front, struct call *call)
{
    (void)front;
    return call->route->handle(call);
}

typedef struct err stage(const struct front *front, struct call *call);

/* A request's way, in order; the first error ends it. */
static const struct {
    const char *name;
    stage *run;
} stages[] = {
    {"admit",        admit       },
    {"route",        find_route  },
    {"negotiate",    negotiate   },
    {"authenticate", authenticate},
    {"authorize",    authorize   },
    {"key",          take_key    },
    {"run",          run         },
};

static const struct err_info *walk(const struct front *front, struct call *call, const char **ended)
{
    for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
        struct err result = stages[i].run(front, call);
        if (failed(result)) {
            *ended = stages[i].name;
            return result.info;
        }
    }
    return NULL;
}

static void open_call(const struct front *front, struct call *call, struct slice *traceparent)
{
    struct arena *arena = call->arena;
    struct trace trace =
        trace_begin(arena, front->rand, http_header_get(call->request, SLICE("traceparent")));
    call->actor = (struct actor){
        .address = call->request->client_address,
        .request_id = id_new(arena, "req_", front->clock, front->rand),
        .trace_id = trace.id,
    };
    *traceparent = trace.traceparent;
}

static void send(const struct front *front, struct call *call, const struct err_info *why,
                 struct slice traceparent)
{
    struct http_response *response = call->response;
    call_header(call, SLICE("X-Request-Id"), call->actor.request_id);
    call_header(call, SLICE("traceparent"), traceparent);
    call_header(call, SLICE("API-Version"), SLICE(API_VERSION));
    call_header(call, SLICE("Cache-Control"), SLICE("no-store"));
    call_header(call, SLICE("X-Content-Type-Options"), SLICE("nosniff"));
    if (call->status != 204)
        call_header(call, SLICE("Content-Type"),
                    call->status >= 400 ? SLICE("application/problem+json")
                                        : SLICE("application/json"));
    if (why == &METHOD_NOT_ALLOWED)
        call_header(call, SLICE("Allow"), call->allow);
    if (call->status == 401)
        call_header(call, SLICE("WWW-Authenticate"), SLICE("Bearer"));
    if (call->status == 429 || call->status == 503)
        call_header(call, SLICE("Retry-After"), SLICE("1"));
    response->status = call->status;
    response->body = buf_slice(&call->body);
    response->close = *front->draining;
}

static void account_for(const struct front *front, const struct call *call,
                        const struct err_info *why, const char *ended, int64_t micros)
{
    size_t route = call->route ? (size_t)(call->route - front->routes) : front->route_count;
    metrics_request(front->metrics, route, call->status, micros);
    log_event(front->log, call->status >= 500 ? LOG_ERROR : LOG_INFO, "request",
              LOG_TEXT("request_id", call->actor.request_id),
              LOG_TEXT("trace_id", call->actor.trace_id),
              LOG_TEXT("route", call->route ? slice_from_cstr(call->route->name) : SLICE("none")),
              LOG_NUMBER("status", call->status), LOG_NUMBER("micros", micros),
              LOG_TEXT("user", slice_is_set(call->actor.user) ? call->actor.user : SLICE("")),
              LOG_TEXT("code", why ? slice_from_cstr(why->code) : SLICE("")),
              LOG_TEXT("stage", ended ? slice_from_cstr(ended) : SLICE("")));
}

void front_handle(void *context, const struct http_request *request, struct http_response *response)
{
    const struct front *front = context;
    int64_t began = clock_monotonic_micros();
    struct call *call = ARENA_NEW(request->arena, struct call);
    *call = (struct call){.request = request,
                          .response = response,
                          .arena = request->arena,
                          .services = front->services};
    struct slice traceparent;
    const char *ended = NULL;
    open_call(front, call, &traceparent);
    const struct err_info *why = walk(front, call, &ended);
    if (why)
        problem_reply(call, why);
    send(front, call, why, traceparent);
    account_for(front, call, why, ended, clock_monotonic_micros() - began);
}
