/* Log lines as JSON objects. */
#include "lib/base/log.h"

#include <unistd.h>

#include "lib/base/buf.h"

enum { value_max_bytes = 8 * 1024, line_max_bytes = 256 * 1024 };

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

static void append_field(struct buf *line, const struct log_field *field)
{
    buf_append_char(line, ',');
    buf_append_quoted(line, slice_from_cstr(field->name));
    buf_append_char(line, ':');
    if (slice_is_set(field->text))
        buf_append_quoted(line, slice_sub(field->text, 0, value_max_bytes));
    else
        buf_append_i64(line, field->number);
}

void log_write(const struct log *log, enum log_level level, const char *message,
               const struct log_field *fields, size_t count)
{
    if (level < log->least)
        return;
    struct arena arena = {0};
    struct buf line;
    buf_init_arena(&line, &arena, line_max_bytes);
    struct slice now = clock_format_rfc3339(&arena, clock_now(log->clock), 6);
    buf_printf(&line,
               "{\"time\":\"" SLICE_FMT "\",\"level\":\"%s\",\"program\":\"%s\",\"message\":",
               SLICE_ARG(now), level_names[level], log->program);
    buf_append_quoted(&line, slice_from_cstr(message));
    for (size_t i = 1; i < count; i++)
        append_field(&line, &fields[i]);
    buf_append_cstr(&line, "}\n");
    /* A log that cannot be written has nowhere to say so. */
    ssize_t written = write(log->fd, line.ptr, line.len);
    (void)written;
    arena_done(&arena);
}

bool log_level_parse(struct slice name, enum log_level *level)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (slice_eq_cstr(name, level_names[i])) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}
