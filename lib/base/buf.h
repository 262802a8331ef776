#pragma once
/*
 * A growing byte buffer with a maximum given at its start.
 *
 * The bytes come from the heap (buf_init, freed by buf_done) or from an arena (buf_init_arena, no
 * buf_done needed). Past the maximum nothing is appended and `overflowed` stays true: check it
 * once at the end instead of at each append. One thread at a time.
 */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/attributes.h"
#include "lib/base/slice.h"

struct buf {
    char *ptr;
    size_t len;
    size_t capacity;
    size_t max;
    struct arena *arena; /* NULL: heap */
    bool overflowed;
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_init_arena(struct buf *buf, struct arena *arena, size_t max_bytes);
void buf_done(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps the memory */

/* Room for `len` more bytes, or NULL past the maximum; take them with buf_advance. */
char *buf_reserve(struct buf *buf, size_t len);
void buf_advance(struct buf *buf, size_t len);

/* What buf_append and buf_append_char do where there is no room yet. */
void buf_append_slowly(struct buf *buf, struct slice s);

static inline bool buf_has_room(const struct buf *buf, size_t len)
{
    return !buf->overflowed && len <= buf->capacity - buf->len && len <= buf->max - buf->len;
}

static inline void buf_append(struct buf *buf, struct slice s)
{
    if (s.len == 0)
        return;
    if (!buf_has_room(buf, s.len)) {
        buf_append_slowly(buf, s);
        return;
    }
    memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
}

static inline void buf_append_char(struct buf *buf, char c)
{
    if (buf_has_room(buf, 1))
        buf->ptr[buf->len++] = c;
    else
        buf_append_slowly(buf, (struct slice){&c, 1});
}

void buf_append_cstr(struct buf *buf, const char *text);
void buf_append_u64(struct buf *buf, uint64_t value);
void buf_append_i64(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* The text as a JSON string with its quotes (RFC 8259 section 7); bad UTF-8 becomes U+FFFD. */
void buf_append_quoted(struct buf *buf, struct slice text);

struct slice buf_slice(const struct buf *buf); /* valid until the next append */
const char *buf_cstr(struct buf *buf);         /* NUL-terminated; the NUL is not counted */
