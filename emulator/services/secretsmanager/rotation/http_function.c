/* Posts Lambda's rotation event, and reads whether the function succeeded. */
#include "emulator/services/secretsmanager/rotation/http_function.h"

#include "lib/enc/json.h"
#include "lib/httpc/httpc.h"

enum { event_bytes_max = 8192, answer_bytes_max = 64 * 1024, answer_bytes_told = 300 };

static void free_client(struct httpc **client)
{
    httpc_free(*client);
}

static struct slice write_event(struct call *call, const struct rotation_event *event)
{
    const struct {
        struct slice name;
        struct slice value;
    } members[] = {
        {SLICE_INIT("Step"),               rotation_step_name(event->step)},
        {SLICE_INIT("SecretId"),           event->secret_arn              },
        {SLICE_INIT("ClientRequestToken"), event->version_id              },
        {SLICE_INIT("RotationToken"),      event->token                   },
    };
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena, event_bytes_max);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_write_key(&w, members[i].name);
        json_write_string(&w, members[i].value);
    }
    json_write_object_end(&w);
    return buf_slice(&out);
}

/* Lambda answers a function that raised an error with {"errorMessage": ..., "errorType": ...}. */
static struct slice error_message(struct call *call, struct slice body)
{
    struct json_reader r;
    struct slice key;
    struct slice message = SLICE_NONE;
    json_reader_init(&r, body, call->arena);
    if (json_peek(&r) != JSON_KIND_OBJECT || !json_object_begin(&r))
        return SLICE_NONE;
    while (json_object_next(&r, &key))
        if (!slice_eq_cstr(key, "errorMessage") || !json_string(&r, &message))
            json_skip(&r);
    return message;
}

static struct slice judge(struct call *call, const struct httpc_response *response)
{
    struct slice message = error_message(call, response->body);
    if (slice_is_set(message))
        return message;
    if (response->status >= 200 && response->status < 300)
        return SLICE_NONE;
    struct slice told = slice_sub(response->body, 0, answer_bytes_told);
    return arena_printf(call->arena, "the rotation function answered HTTP %d: " SLICE_FMT,
                        response->status, SLICE_ARG(told));
}

struct slice http_function_run(struct call *call, const struct rotation_event *event,
                               struct slice url)
{
    CLEANUP(free_client) struct httpc *client = httpc_new();
    const struct http_header headers[] = {
        {SLICE_INIT("Content-Type"), SLICE_INIT("application/json")}
    };
    const struct httpc_request request = {
        .method = SLICE("POST"),
        .url = url,
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .body = write_event(call, event),
        .total_ms = HTTP_FUNCTION_SECONDS * 1000,
        .response_bytes_max = answer_bytes_max,
    };
    struct httpc_response response;
    struct err e = httpc_send(client, &request, call->arena, &response);
    if (!failed(e))
        return judge(call, &response);
    return arena_printf(call->arena, "the rotation function at " SLICE_FMT " does not answer: %s",
                        SLICE_ARG(url), httpc_error_text(client));
}
