/* Growing buffers: capacity doubles up to the maximum. */
#include "lib/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { first_capacity = 256 };

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max = max_bytes};
}

void buf_init_arena(struct buf *buf, struct arena *arena, size_t max_bytes)
{
    *buf = (struct buf){.max = max_bytes, .arena = arena};
}

void buf_done(struct buf *buf)
{
    if (!buf->arena)
        free(buf->ptr);
    *buf = (struct buf){0};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->overflowed = false;
}

static void grow(struct buf *buf, size_t needed)
{
    size_t capacity = buf->capacity ? buf->capacity : first_capacity;
    while (capacity < needed)
        capacity *= 2;
    if (buf->arena) {
        char *bigger = arena_alloc(buf->arena, capacity);
        if (buf->len)
            memcpy(bigger, buf->ptr, buf->len);
        buf->ptr = bigger;
    } else {
        buf->ptr = realloc(buf->ptr, capacity);
        if (!buf->ptr)
            abort();
    }
    buf->capacity = capacity;
}

char *buf_reserve(struct buf *buf, size_t len)
{
    if (buf->overflowed || len > buf->max - buf->len) {
        buf->overflowed = true;
        return NULL;
    }
    if (buf->len + len > buf->capacity)
        grow(buf, buf->len + len);
    return buf->ptr + buf->len;
}

void buf_advance(struct buf *buf, size_t len)
{
    buf->len += len;
}

void buf_append_slowly(struct buf *buf, struct slice s)
{
    char *room = buf_reserve(buf, s.len);
    if (!room)
        return;
    memcpy(room, s.ptr, s.len);
    buf->len += s.len;
}

void buf_append_cstr(struct buf *buf, const char *text)
{
    buf_append(buf, slice_from_cstr(text));
}

void buf_append_u64(struct buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    buf_append(buf, (struct slice){digits + at, sizeof digits - at});
}

void buf_append_i64(struct buf *buf, int64_t value)
{
    if (value < 0)
        buf_append_char(buf, '-');
    buf_append_u64(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *room = len >= 0 ? buf_reserve(buf, (size_t)len + 1) : NULL;
    if (room) {
        vsnprintf(room, (size_t)len + 1, format, arguments);
        buf->len += (size_t)len;
    }
    va_end(arguments);
}

static void append_escape(struct buf *buf, unsigned char c)
{
    static const char short_forms[] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
                                       ['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't'};
    if (c < sizeof short_forms && short_forms[c]) {
        const char escape[] = {'\\', short_forms[c]};
        buf_append(buf, (struct slice){escape, sizeof escape});
    } else {
        buf_printf(buf, "\\u%04x", c);
    }
}

void buf_append_quoted(struct buf *buf, struct slice text)
{
    buf_append_char(buf, '"');
    size_t plain = 0; /* start of the run that needs no change */
    for (size_t i = slice_plain_len(text); i < text.len;) {
        unsigned char c = (unsigned char)text.ptr[i];
        size_t step = c < 0x80 ? 1 : slice_utf8_step(slice_from(text, i));
        if (step > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) {
            i += step;
            i += slice_plain_len(slice_from(text, i));
            continue;
        }
        buf_append(buf, slice_sub(text, plain, i - plain));
        if (step > 0)
            append_escape(buf, c);
        else
            buf_append(buf, SLICE("\xEF\xBF\xBD"));
        plain = ++i;
    }
    buf_append(buf, slice_from(text, plain));
    buf_append_char(buf, '"');
}

struct slice buf_slice(const struct buf *buf)
{
    return (struct slice){buf->ptr ? buf->ptr : "", buf->len};
}

const char *buf_cstr(struct buf *buf)
{
    char *room = buf_reserve(buf, 1);
    if (!room)
        return "";
    *room = '\0';
    return buf->ptr;
}
