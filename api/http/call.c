/* Failing, replying, and the members that replies have in common. */
#include "api/http/call.h"

#include "lib/base/clock.h"

struct err call_fail(struct call *call, const struct err_info *info, struct slice param,
                     const char *detail, ...)
{
    if (call->error_count < LIMIT_FIELD_ERRORS) {
        va_list arguments;
        va_start(arguments, detail);
        call->errors[call->error_count++] = (struct field_error){
            .info = info,
            .param = param,
            .detail = arena_vprintf(call->arena, detail, arguments),
        };
        va_end(arguments);
    }
    return ERR(info);
}

struct err call_result(const struct call *call)
{
    return call->error_count ? ERR(call->errors[0].info) : OK;
}

struct json_writer call_reply(struct call *call, int status)
{
    struct json_writer writer;
    call->status = status;
    buf_init_arena(&call->body, call->arena, LIMIT_REPLY_BYTES);
    json_writer_init(&writer, &call->body);
    return writer;
}

void call_header(struct call *call, struct slice name, struct slice value)
{
    http_response_header(call->response, name, value);
}

void write_text(struct json_writer *w, const char *key, struct slice value)
{
    json_write_key(w, slice_from_cstr(key));
    if (slice_is_set(value))
        json_write_string(w, value);
    else
        json_write_null(w);
}

void write_number(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_i64(w, value);
}

void write_bool(struct json_writer *w, const char *key, bool value)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_bool(w, value);
}

void write_null(struct json_writer *w, const char *key)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_null(w);
}

void write_raw(struct json_writer *w, const char *key, struct slice json)
{
    json_write_key(w, slice_from_cstr(key));
    if (slice_is_set(json))
        json_write_raw(w, json);
    else
        json_write_null(w);
}

void write_micros(struct json_writer *w, const char *key, struct arena *arena, int64_t micros)
{
    write_text(w, key, clock_format_rfc3339(arena, micros, 6));
}
