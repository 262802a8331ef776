/*
 * Problem details. The members and their order are part of the contract: a stored refusal is
 * rendered anew at each replay and must come out byte for byte.
 */
#include "api/http/problem.h"

static const char *const type_base = "https://errors.florin.example/";
static const char *const doc_base = "https://docs.florin.example/errors/";

bool problem_is_retryable(const struct err_info *info)
{
    return info->http_status == 429 || info->http_status == 503 || info->http_status == 504 ||
           info == &IDEMPOTENCY_IN_PROGRESS;
}

/* "insufficient_funds" to "Insufficient funds". */
static struct slice title_of(struct arena *arena, const char *code)
{
    char *title = arena_cstr(arena, slice_from_cstr(code));
    for (char *c = title; *c; c++)
        if (*c == '_')
            *c = ' ';
    if (title[0] >= 'a' && title[0] <= 'z')
        title[0] = (char)(title[0] - 'a' + 'A');
    return slice_from_cstr(title);
}

static struct slice detail_of(const struct field_error *error)
{
    return error->detail.len ? error->detail : slice_from_cstr(error->info->text);
}

static void write_errors(struct json_writer *w, const struct call *call)
{
    json_write_key(w, SLICE("errors"));
    json_write_array_begin(w);
    for (size_t i = 0; i < call->error_count; i++) {
        const struct field_error *error = &call->errors[i];
        json_write_object_begin(w);
        write_text(w, "code", slice_from_cstr(error->info->code));
        write_text(w, "param", error->param);
        write_text(w, "detail", detail_of(error));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

void problem_reply(struct call *call, const struct err_info *why)
{
    const struct field_error bare = {.info = why};
    const struct field_error *first =
        call->error_count && call->errors[0].info == why ? &call->errors[0] : &bare;
    struct arena *arena = call->arena;
    struct json_writer w = call_reply(call, why->http_status);
    json_write_object_begin(&w);
    write_text(&w, "type", arena_printf(arena, "%s%s", type_base, why->code));
    write_text(&w, "title", title_of(arena, why->code));
    write_number(&w, "status", why->http_status);
    write_text(&w, "detail", detail_of(first));
    write_text(&w, "instance",
               slice_is_set(call->instance) ? call->instance : call->actor.request_id);
    write_text(&w, "code", slice_from_cstr(why->code));
    write_text(&w, "param", first->param);
    write_errors(&w, call);
    write_bool(&w, "retryable", problem_is_retryable(why));
    write_text(&w, "doc_url", arena_printf(arena, "%s%s", doc_base, why->code));
    json_write_object_end(&w);
}
