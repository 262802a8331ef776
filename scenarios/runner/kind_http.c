/* http: a request to the API. */
#include "lib/base/attributes.h"
#include "scenarios/runner/kind.h"
#include "scenarios/runner/worker.h"

enum { headers_max = 50 };

static bool is_method(struct slice text)
{
    static const struct slice methods[] = {
        SLICE_INIT("GET"),    SLICE_INIT("POST"), SLICE_INIT("PUT"),    SLICE_INIT("PATCH"),
        SLICE_INIT("DELETE"), SLICE_INIT("HEAD"), SLICE_INIT("OPTIONS")};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (slice_eq(text, methods[i]))
            return true;
    return false;
}

static bool parse(const struct node *spec, struct complaints *complaints)
{
    static const char *const keys[] = {"method", "path", "url", "headers", "body", "text"};
    if (!node_check_keys(spec, keys, ARRAY_LEN(keys), complaints))
        return false;
    unsigned before = complaints->count;
    const struct node *method = node_get(spec, "method");
    const struct node *headers = node_get(spec, "headers");
    if (method && !is_method(method->text))
        complain(complaints, method, "\"" SLICE_FMT "\" is no method; write GET, POST ...",
                 SLICE_ARG(method->text));
    if (!node_get(spec, "path") == !node_get(spec, "url"))
        complain(complaints, spec, "http needs a path of the API or a whole url, not both");
    if (headers && (headers->kind != NODE_MAP || headers->count > headers_max))
        complain(complaints, headers, "headers is a mapping of at most %d fields", headers_max);
    if (node_get(spec, "body") && node_get(spec, "text"))
        complain(complaints, spec, "http sends a body (as JSON) or a text (as it is), not both");
    return complaints->count == before;
}

static struct slice text_of(const struct value *value, const char *name, struct arena *arena)
{
    const struct value *member = value_get(value, slice_from_cstr(name));
    return member ? value_to_text(member, arena) : SLICE_NONE;
}

static size_t fill_headers(const struct value *value, struct arena *arena,
                           struct http_header *headers)
{
    size_t count = 0;
    const struct value *given = value_get(value, SLICE("headers"));
    for (; given && count < given->count; count++)
        headers[count] =
            (struct http_header){given->names[count], value_to_text(given->items[count], arena)};
    if (value_get(value, SLICE("body")) &&
        !slice_is_set(http_header_find(headers, count, SLICE("content-type"))))
        headers[count++] = (struct http_header){SLICE("Content-Type"), SLICE("application/json")};
    return count;
}

static void read_answer(const struct httpc_response *response, struct arena *arena,
                        struct outcome *outcome)
{
    const struct value *body = value_parse(arena, response->body);
    *outcome = (struct outcome){.answered = true,
                                .succeeded = response->status / 100 == 2,
                                .status = response->status,
                                .headers = response->headers,
                                .header_count = response->header_count,
                                .document = body ? body : value_string(arena, response->body),
                                .elapsed_micros = response->elapsed_micros};
    if (response->body.len == 0)
        outcome->document = value_null(arena);
    if (outcome->succeeded)
        return;
    outcome->error_code = text_of(outcome->document, "code", arena);
    outcome->note = slice_sub(response->body, 0, 500);
}

static void send(struct worker *worker, const struct value *value, struct outcome *outcome)
{
    struct arena *arena = worker->arena;
    struct http_header headers[headers_max + 1];
    struct httpc_response response;
    struct slice method = text_of(value, "method", arena);
    struct slice url = text_of(value, "url", arena);
    const struct value *body = value_get(value, SLICE("body"));
    struct httpc_request request = {.method = slice_is_set(method) ? method : SLICE("GET"),
                                    .headers = headers,
                                    .header_count = fill_headers(value, arena, headers),
                                    .body = body ? value_to_json(body, arena)
                                                 : text_of(value, "text", arena)};
    request.url = slice_is_set(url)
                      ? url
                      : arena_printf(arena, SLICE_FMT SLICE_FMT, SLICE_ARG(worker->target->api),
                                     SLICE_ARG(text_of(value, "path", arena)));
    struct err e = httpc_send(worker_http(worker), &request, arena, &response);
    if (!failed(e)) {
        read_answer(&response, arena, outcome);
        return;
    }
    outcome->note =
        arena_printf(arena, SLICE_FMT " " SLICE_FMT ": %s (%s)", SLICE_ARG(request.method),
                     SLICE_ARG(request.url), e.info->text, httpc_error_text(worker_http(worker)));
}

const struct step_kind HTTP_KIND = {
    .name = "http",
    .help = "a request: {method, path or url, headers, body or text}",
    .service = SERVICE_API,
    .parse = parse,
    .send = send,
};
