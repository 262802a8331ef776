/* The emulator's own paths: health, the clock, the newest audit records, and reset. */
#include <stdlib.h>

#include "emulator/audit/read.h"
#include "emulator/core/buckets.h"
#include "emulator/gateway/due.h"
#include "emulator/gateway/exchange.h"
#include "lib/enc/json.h"

enum { answer_bytes_max = 4 * 1024 * 1024, audit_records_shown = 100, audit_records_max = 1000 };

static const int64_t settle_micros_max = 20 * MICROS_PER_SECOND;

struct control_path {
    struct slice method;
    struct slice path;
    bool guarded; /* needs the header that no web page can send without a preflight */
    /* Gives the HTTP status. */
    int (*run)(struct gateway *gateway, const struct http_request *request, struct buf *answer);
};

static void write_services(struct gateway *gateway, struct json_writer *w)
{
    json_write_key(w, SLICE("services"));
    json_write_object_begin(w);
    for (size_t i = 0; gateway->services[i]; i++) {
        json_write_key(w, gateway->services[i]->model->name);
        json_write_string(w, SLICE("available"));
    }
    json_write_object_end(w);
}

static int health(struct gateway *gateway, const struct http_request *request, struct buf *answer)
{
    (void)request;
    struct json_writer w;
    json_writer_init(&w, answer);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("status"));
    json_write_string(&w, SLICE("ok"));
    write_services(gateway, &w);
    json_write_key(&w, SLICE("edition"));
    json_write_string(&w, SLICE("florin"));
    json_write_key(&w, SLICE("version"));
    json_write_string(&w, SLICE(FLORIN_VERSION));
    json_write_key(&w, SLICE("uptimeSeconds"));
    json_write_i64(&w, (clock_monotonic_micros() - gateway->started_micros) / MICROS_PER_SECOND);
    json_write_object_end(&w);
    return 200;
}

static int newest_audit(struct gateway *gateway, const struct http_request *request,
                        struct buf *answer)
{
    uint64_t limit = audit_records_shown;
    if (slice_starts_with(request->query, SLICE("limit=")) &&
        (!slice_to_u64(slice_from(request->query, 6), &limit) || limit > audit_records_max))
        limit = audit_records_max;
    buf_append(answer, SLICE("{\"records\":["));
    buf_append(answer, audit_read_newest(gateway->options.audit, limit, request->arena));
    buf_append(answer, SLICE("]}"));
    return 200;
}

static int reset(struct gateway *gateway, const struct http_request *request, struct buf *answer)
{
    (void)request;
    pthread_rwlock_wrlock(&gateway->state); /* waits for the calls under way */
    for (size_t i = 0; gateway->services[i]; i++)
        if (gateway->stores[i])
            store_erase(gateway->stores[i]);
    audit_erase(gateway->options.audit);
    if (gateway->options.platform->buckets)
        buckets_clear(gateway->options.platform->buckets);
    virtual_clock_reset(gateway->options.clock);
    faults_remove(gateway->faults, SLICE_NONE);
    due_look_again(gateway->due);
    pthread_rwlock_unlock(&gateway->state);
    buf_append(answer, SLICE("{\"status\":\"reset\"}"));
    return 200;
}

struct clock_wish {
    int64_t advance_micros;
    int64_t set_micros; /* INT64_MIN: not asked */
    int freeze;         /* -1: not asked */
};

/* A number of seconds with up to six digits of fraction. */
static bool read_seconds(struct json_reader *r, int64_t *micros)
{
    struct slice text;
    double seconds = -1;
    if (json_number(r, &text))
        seconds = strtod(arena_cstr(r->arena, text), NULL);
    if (!(seconds >= 0 && seconds * 1e6 <= (double)CLOCK_MICROS_MAX))
        return json_reject(r);
    *micros = (int64_t)(seconds * 1e6 + 0.5);
    return true;
}

static bool read_wish(const struct http_request *request, struct clock_wish *wish)
{
    struct json_reader r;
    struct slice key;
    struct slice time;
    bool freeze;
    *wish = (struct clock_wish){.set_micros = INT64_MIN, .freeze = -1};
    json_reader_init(&r, request->body, request->arena);
    if (json_object_begin(&r))
        while (json_object_next(&r, &key)) {
            if (slice_eq(key, SLICE("advance")))
                read_seconds(&r, &wish->advance_micros);
            else if (slice_eq(key, SLICE("set")))
                (void)(json_string(&r, &time) &&
                       (clock_parse_rfc3339(time, &wish->set_micros) || json_reject(&r)));
            else if (slice_eq(key, SLICE("freeze")) && json_bool(&r, &freeze))
                wish->freeze = freeze;
            else
                json_reject(&r);
        }
    return json_finish(&r);
}

static bool grant_wish(struct virtual_clock *clock, const struct clock_wish *wish)
{
    bool moves = wish->set_micros != INT64_MIN || wish->advance_micros;
    int64_t start = wish->set_micros != INT64_MIN ? wish->set_micros : clock_now(&clock->clock);
    if (start < 0 || start > CLOCK_MICROS_MAX - wish->advance_micros)
        return false;
    if (wish->freeze >= 0)
        virtual_clock_freeze(clock, wish->freeze);
    return !moves || virtual_clock_set(clock, start + wish->advance_micros);
}

static int write_message(struct buf *answer, int status, struct slice message)
{
    struct json_writer w;
    json_writer_init(&w, answer);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("message"));
    json_write_string(&w, message);
    json_write_object_end(&w);
    return status;
}

static int show_faults(struct gateway *gateway, const struct http_request *request,
                       struct buf *answer)
{
    (void)request;
    faults_write(gateway->faults, answer);
    return 200;
}

static int add_faults(struct gateway *gateway, const struct http_request *request,
                      struct buf *answer)
{
    struct slice why;
    if (!faults_add(gateway->faults, request->body, request->arena, &why))
        return write_message(answer, 400, why);
    return show_faults(gateway, request, answer);
}

static int remove_faults(struct gateway *gateway, const struct http_request *request,
                         struct buf *answer)
{
    struct slice id = SLICE_NONE;
    if (slice_is_set(request->query)) {
        if (!slice_starts_with(request->query, SLICE("id=")))
            return write_message(answer, 400, SLICE("send ?id=NUMBER, or nothing for all"));
        id = slice_from(request->query, 3);
    }
    if (!faults_remove(gateway->faults, id))
        return write_message(answer, 404, SLICE("there is no fault of that id"));
    return show_faults(gateway, request, answer);
}

static int show_clock(struct gateway *gateway, const struct http_request *request,
                      struct buf *answer)
{
    const struct virtual_clock *clock = gateway->options.clock;
    struct json_writer w;
    json_writer_init(&w, answer);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("now"));
    json_write_string(&w, clock_format_rfc3339(request->arena, clock_now(&clock->clock), 6));
    json_write_key(&w, SLICE("frozen"));
    json_write_bool(&w, virtual_clock_is_frozen(clock));
    json_write_object_end(&w);
    return 200;
}

static int set_clock(struct gateway *gateway, const struct http_request *request,
                     struct buf *answer)
{
    struct clock_wish wish;
    pthread_mutex_lock(&gateway->clock_lock);
    bool done = read_wish(request, &wish) && grant_wish(gateway->options.clock, &wish);
    pthread_mutex_unlock(&gateway->clock_lock);
    if (!done)
        return write_message(
            answer, 400,
            SLICE("send {\"advance\": SECONDS}, {\"set\": "
                  "\"2026-11-22T10:20:30Z\"} or {\"freeze\": true}, from 1970 to 9999"));
    if (due_settle(gateway->due, settle_micros_max))
        return show_clock(gateway, request, answer);
    return write_message(answer, 504,
                         SLICE("the clock is set, but what fell due is not done after 20 seconds: "
                               "the emulator's log tells what failed"));
}

static const struct control_path paths[] = {
    {SLICE_INIT("GET"),    SLICE_INIT("/_florin/health"),     false, health       },
    {SLICE_INIT("GET"),    SLICE_INIT("/_localstack/health"), false, health       },
    {SLICE_INIT("GET"),    SLICE_INIT("/_florin/audit"),      true,  newest_audit },
    {SLICE_INIT("POST"),   SLICE_INIT("/_florin/reset"),      true,  reset        },
    {SLICE_INIT("GET"),    SLICE_INIT("/_florin/faults"),     true,  show_faults  },
    {SLICE_INIT("POST"),   SLICE_INIT("/_florin/faults"),     true,  add_faults   },
    {SLICE_INIT("DELETE"), SLICE_INIT("/_florin/faults"),     true,  remove_faults},
    {SLICE_INIT("GET"),    SLICE_INIT("/_florin/clock"),      true,  show_clock   },
    {SLICE_INIT("POST"),   SLICE_INIT("/_florin/clock"),      true,  set_clock    },
};

static const struct control_path *find(const struct http_request *request, bool *other_method)
{
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (!slice_eq(paths[i].path, request->path))
            continue;
        if (slice_eq(paths[i].method, request->method))
            return &paths[i];
        *other_method = true;
    }
    return NULL;
}

static void refuse(struct http_response *response, int status, struct slice body)
{
    response->status = status;
    response->body = body;
}

static void run_path(struct gateway *gateway, const struct control_path *path,
                     const struct http_request *request, struct http_response *response)
{
    struct slice guard = http_header_get(request, SLICE("x-florin-control"));
    struct buf answer;
    if (path->guarded && !slice_eq(guard, SLICE("1"))) {
        refuse(response, 403,
               SLICE("{\"message\":\"this path needs the header X-Florin-Control: 1\"}"));
        return;
    }
    buf_init_arena(&answer, request->arena, answer_bytes_max);
    response->status = path->run(gateway, request, &answer);
    response->body = buf_slice(&answer);
}

/* What probes of DynamoDB's endpoints ask: GET / without a query or a signature, of the host of a
 * service that greets, or of this machine, where every service is at home. */
static bool asks_for_greeting(const struct gateway *gateway, const struct http_request *request)
{
    struct slice host = http_header_get(request, SLICE("host"));
    if (!slice_eq(request->method, SLICE("GET")) || !slice_eq(request->path, SLICE("/")) ||
        request->query.len > 0 || slice_is_set(http_header_get(request, SLICE("authorization"))))
        return false;
    for (size_t i = 0; gateway->services[i]; i++) {
        struct slice prefix = gateway->services[i]->model->endpoint_prefix;
        bool its_own = slice_starts_with(host, prefix) &&
                       slice_starts_with(slice_from(host, prefix.len), SLICE("."));
        if (gateway->services[i]->greets && (its_own || gateway_is_loopback(host)))
            return true;
    }
    return false;
}

/* With the space at the end that DynamoDB sends. */
static void greet(const struct http_request *request, struct http_response *response)
{
    response->status = 200;
    http_response_header(response, SLICE("Content-Type"), SLICE("text/plain"));
    response->body = arena_printf(request->arena, "healthy: " SLICE_FMT " ",
                                  SLICE_ARG(http_header_get(request, SLICE("host"))));
}

bool gateway_control(struct gateway *gateway, const struct http_request *request,
                     struct http_response *response)
{
    bool other_method = false;
    bool greeting = asks_for_greeting(gateway, request);
    const struct control_path *path = find(request, &other_method);
    if (!greeting && !path && !slice_starts_with(request->path, SLICE("/_florin/")) &&
        !other_method)
        return false;
    struct exchange x = {.http = request, .call = {.arena = request->arena}};
    struct err admitted = gateway_admit(gateway, &x);
    if (greeting && !failed(admitted)) {
        greet(request, response);
        return true;
    }
    http_response_header(response, SLICE("Content-Type"), SLICE("application/json"));
    if (failed(admitted))
        refuse(response, x.call.fault->info.http_status,
               arena_printf(request->arena, "{\"message\":\"%s\"}", x.call.fault->info.text));
    else if (path)
        run_path(gateway, path, request, response);
    else if (other_method)
        refuse(response, 405, SLICE("{\"message\":\"this path has another method\"}"));
    else
        refuse(response, 404,
               SLICE("{\"message\":\"no such path: /_florin/health, /_florin/clock, "
                     "/_florin/faults, /_florin/audit and /_florin/reset are there\"}"));
    return true;
}
