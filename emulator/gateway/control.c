/* The emulator's own paths: health, the newest audit records, and reset. */
#include "emulator/audit/read.h"
#include "emulator/gateway/exchange.h"
#include "lib/enc/json.h"

enum { answer_bytes_max = 4 * 1024 * 1024, audit_records_shown = 100, audit_records_max = 1000 };

struct control_path {
    struct slice method;
    struct slice path;
    bool guarded; /* needs the header that no web page can send without a preflight */
    void (*run)(struct gateway *gateway, const struct http_request *request, struct buf *answer);
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

static void health(struct gateway *gateway, const struct http_request *request, struct buf *answer)
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
}

static void newest_audit(struct gateway *gateway, const struct http_request *request,
                         struct buf *answer)
{
    uint64_t limit = audit_records_shown;
    if (slice_starts_with(request->query, SLICE("limit=")) &&
        (!slice_to_u64(slice_from(request->query, 6), &limit) || limit > audit_records_max))
        limit = audit_records_max;
    buf_append(answer, SLICE("{\"records\":["));
    buf_append(answer, audit_read_newest(gateway->options.audit, limit, request->arena));
    buf_append(answer, SLICE("]}"));
}

static void reset(struct gateway *gateway, const struct http_request *request, struct buf *answer)
{
    (void)request;
    pthread_rwlock_wrlock(&gateway->state); /* waits for the calls under way */
    for (size_t i = 0; gateway->services[i]; i++)
        if (gateway->stores[i])
            store_erase(gateway->stores[i]);
    audit_erase(gateway->options.audit);
    pthread_rwlock_unlock(&gateway->state);
    buf_append(answer, SLICE("{\"status\":\"reset\"}"));
}

static const struct control_path paths[] = {
    {SLICE_INIT("GET"),  SLICE_INIT("/_florin/health"),     false, health      },
    {SLICE_INIT("GET"),  SLICE_INIT("/_localstack/health"), false, health      },
    {SLICE_INIT("GET"),  SLICE_INIT("/_florin/audit"),      true,  newest_audit},
    {SLICE_INIT("POST"), SLICE_INIT("/_florin/reset"),      true,  reset       },
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
    path->run(gateway, request, &answer);
    response->status = 200;
    response->body = buf_slice(&answer);
}

bool gateway_control(struct gateway *gateway, const struct http_request *request,
                     struct http_response *response)
{
    bool other_method = false;
    const struct control_path *path = find(request, &other_method);
    if (!path && !slice_starts_with(request->path, SLICE("/_florin/")) && !other_method)
        return false;
    struct exchange x = {.http = request, .call = {.arena = request->arena}};
    http_response_header(response, SLICE("Content-Type"), SLICE("application/json"));
    if (failed(gateway_admit(gateway, &x)))
        refuse(response, x.call.fault->info.http_status,
               arena_printf(request->arena, "{\"message\":\"%s\"}", x.call.fault->info.text));
    else if (path)
        run_path(gateway, path, request, response);
    else if (other_method)
        refuse(response, 405, SLICE("{\"message\":\"this path has another method\"}"));
    else
        refuse(response, 404,
               SLICE("{\"message\":\"no such path: /_florin/health, /_florin/audit "
                     "and /_florin/reset are there\"}"));
    return true;
}
