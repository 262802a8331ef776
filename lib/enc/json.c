/* The JSON pull reader and the writer. */
#include "lib/enc/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_reader_init(struct json_reader *r, struct slice text, struct arena *arena)
{
    r->start = text.ptr ? text.ptr : "";
    r->next = r->start;
    r->end = r->start + text.len;
    r->arena = arena;
    r->error_offset = 0;
    r->depth = 0;
    r->failed = false;
}

bool json_reject(struct json_reader *r)
{
    if (!r->failed) {
        r->failed = true;
        r->error_offset = (size_t)(r->next - r->start);
    }
    return false;
}

static void skip_space(struct json_reader *r)
{
    while (r->next < r->end &&
           (*r->next == ' ' || *r->next == '\n' || *r->next == '\r' || *r->next == '\t'))
        r->next++;
}

static bool take(struct json_reader *r, char c)
{
    skip_space(r);
    if (r->next == r->end || *r->next != c)
        return false;
    r->next++;
    return true;
}

static bool expect(struct json_reader *r, char c)
{
    return !r->failed && (take(r, c) || json_reject(r));
}

enum json_kind json_peek(struct json_reader *r)
{
    skip_space(r);
    if (r->failed || r->next == r->end)
        return JSON_KIND_INVALID;
    switch (*r->next) {
    case '{':
        return JSON_KIND_OBJECT;
    case '[':
        return JSON_KIND_ARRAY;
    case '"':
        return JSON_KIND_STRING;
    case 't':
    case 'f':
        return JSON_KIND_BOOL;
    case 'n':
        return JSON_KIND_NULL;
    default:
        return *r->next == '-' || (*r->next >= '0' && *r->next <= '9') ? JSON_KIND_NUMBER
                                                                       : JSON_KIND_INVALID;
    }
}

static bool begin(struct json_reader *r, char open)
{
    if (!expect(r, open))
        return false;
    if (r->depth == JSON_DEPTH_MAX)
        return json_reject(r);
    r->entered[r->depth++] = 0;
    return true;
}

/* True when another element follows; leaves the level at its closing mark. */
static bool next_element(struct json_reader *r, char close)
{
    if (r->failed || r->depth == 0)
        return false;
    if (take(r, close)) {
        r->depth--;
        return false;
    }
    if (r->entered[r->depth - 1] && !expect(r, ','))
        return false;
    r->entered[r->depth - 1] = 1;
    return true;
}

bool json_object_begin(struct json_reader *r)
{
    return begin(r, '{');
}

bool json_object_next(struct json_reader *r, struct slice *key)
{
    return next_element(r, '}') && json_string(r, key) && expect(r, ':');
}

bool json_array_begin(struct json_reader *r)
{
    return begin(r, '[');
}

bool json_array_next(struct json_reader *r)
{
    return next_element(r, ']');
}

static bool hex4(struct json_reader *r, unsigned *value)
{
    if (r->end - r->next < 4)
        return json_reject(r);
    *value = 0;
    for (int i = 0; i < 4; i++) {
        char c = *r->next;
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return json_reject(r);
        *value = *value * 16 + digit;
        r->next++;
    }
    return true;
}

static bool surrogate_pair(struct json_reader *r, unsigned *point)
{
    unsigned low;
    if (*point >= 0xDC00 || r->end - r->next < 2 || r->next[0] != '\\' || r->next[1] != 'u')
        return json_reject(r);
    r->next += 2;
    if (!hex4(r, &low))
        return false;
    if (low < 0xDC00 || low > 0xDFFF)
        return json_reject(r);
    *point = 0x10000 + ((*point - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static char *put_utf8(char *out, unsigned point)
{
    if (point < 0x80) {
        *out++ = (char)point;
    } else if (point < 0x800) {
        *out++ = (char)(0xC0 | point >> 6);
        *out++ = (char)(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        *out++ = (char)(0xE0 | point >> 12);
        *out++ = (char)(0x80 | (point >> 6 & 0x3F));
        *out++ = (char)(0x80 | (point & 0x3F));
    } else {
        *out++ = (char)(0xF0 | point >> 18);
        *out++ = (char)(0x80 | (point >> 12 & 0x3F));
        *out++ = (char)(0x80 | (point >> 6 & 0x3F));
        *out++ = (char)(0x80 | (point & 0x3F));
    }
    return out;
}

/* After a backslash; NULL when the escape is malformed. */
static char *unescape(struct json_reader *r, char *out)
{
    static const char plain[] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                 ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    unsigned char c = r->next < r->end ? (unsigned char)*r->next : 0;
    if (c == 'u') {
        unsigned point;
        r->next++;
        if (!hex4(r, &point))
            return NULL;
        if (point >= 0xD800 && point <= 0xDFFF && !surrogate_pair(r, &point))
            return NULL;
        return put_utf8(out, point);
    }
    if (c >= sizeof plain || !plain[c]) {
        json_reject(r);
        return NULL;
    }
    r->next++;
    *out++ = plain[c];
    return out;
}

/* The text from the opening quote's successor to the closing quote, which is not consumed. */
static bool find_closing_quote(struct json_reader *r, const char **close, bool *escaped, bool *wide)
{
    *escaped = *wide = false;
    for (const char *p = r->next; p < r->end; p++) {
        p += slice_plain_len((struct slice){p, (size_t)(r->end - p)});
        if (p == r->end)
            break;
        unsigned char c = (unsigned char)*p;
        if (c == '"') {
            *close = p;
            return true;
        }
        if (c == '\\') {
            *escaped = true;
            p++;
        } else if (c >= 0x80) {
            *wide = true;
        } else if (c < 0x20) {
            r->next = p;
            return json_reject(r);
        }
    }
    r->next = r->end;
    return json_reject(r);
}

bool json_string(struct json_reader *r, struct slice *value)
{
    const char *close = NULL;
    bool escaped;
    bool wide;
    if (!expect(r, '"') || !find_closing_quote(r, &close, &escaped, &wide))
        return false;
    struct slice text = {r->next, (size_t)(close - r->next)};
    if (wide && !slice_is_utf8(text))
        return json_reject(r);
    if (escaped) {
        char *decoded = arena_alloc(r->arena, text.len + 1); /* decoding never lengthens */
        char *out = decoded;
        while (r->next < close) {
            if (*r->next != '\\') {
                *out++ = *r->next++;
                continue;
            }
            r->next++;
            out = unescape(r, out);
            if (!out)
                return false;
        }
        text = (struct slice){decoded, (size_t)(out - decoded)};
    }
    r->next = close + 1;
    *value = text;
    return true;
}

static size_t take_digits(struct json_reader *r)
{
    const char *first = r->next;
    while (r->next < r->end && *r->next >= '0' && *r->next <= '9')
        r->next++;
    return (size_t)(r->next - first);
}

static bool take_here(struct json_reader *r, char c)
{
    if (r->next == r->end || *r->next != c)
        return false;
    r->next++;
    return true;
}

bool json_number(struct json_reader *r, struct slice *text)
{
    skip_space(r);
    const char *first = r->next;
    if (r->failed)
        return false;
    take_here(r, '-');
    bool leading_zero = r->next < r->end && *r->next == '0';
    size_t digits = take_digits(r);
    if (digits == 0 || (leading_zero && digits > 1))
        return json_reject(r);
    if (take_here(r, '.') && take_digits(r) == 0)
        return json_reject(r);
    if (take_here(r, 'e') || take_here(r, 'E')) {
        if (!take_here(r, '+'))
            take_here(r, '-');
        if (take_digits(r) == 0)
            return json_reject(r);
    }
    *text = (struct slice){first, (size_t)(r->next - first)};
    return true;
}

static bool take_word(struct json_reader *r, struct slice word)
{
    skip_space(r);
    if (r->failed || !slice_starts_with((struct slice){r->next, (size_t)(r->end - r->next)}, word))
        return false;
    r->next += word.len;
    return true;
}

bool json_bool(struct json_reader *r, bool *value)
{
    if (take_word(r, SLICE("true")))
        *value = true;
    else if (take_word(r, SLICE("false")))
        *value = false;
    else
        return json_reject(r);
    return true;
}

bool json_null(struct json_reader *r)
{
    return take_word(r, SLICE("null")) || json_reject(r);
}

bool json_skip(struct json_reader *r)
{
    struct slice ignored;
    bool flag;
    switch (json_peek(r)) {
    case JSON_KIND_OBJECT:
        json_object_begin(r);
        while (json_object_next(r, &ignored))
            json_skip(r);
        return !r->failed;
    case JSON_KIND_ARRAY:
        json_array_begin(r);
        while (json_array_next(r))
            json_skip(r);
        return !r->failed;
    case JSON_KIND_STRING:
        return json_string(r, &ignored);
    case JSON_KIND_NUMBER:
        return json_number(r, &ignored);
    case JSON_KIND_BOOL:
        return json_bool(r, &flag);
    case JSON_KIND_NULL:
        return json_null(r);
    case JSON_KIND_INVALID:
        break;
    }
    return json_reject(r);
}

bool json_raw(struct json_reader *r, struct slice *text)
{
    skip_space(r);
    const char *first = r->next;
    if (!json_skip(r))
        return false;
    *text = (struct slice){first, (size_t)(r->next - first)};
    return true;
}

bool json_finish(struct json_reader *r)
{
    skip_space(r);
    return !r->failed && (r->next == r->end || json_reject(r));
}

void json_writer_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){.out = out};
}

static void separate(struct json_writer *w)
{
    if (w->needs_comma)
        buf_append_char(w->out, ',');
    w->needs_comma = true;
}

static void open_level(struct json_writer *w, char mark)
{
    separate(w);
    buf_append_char(w->out, mark);
    w->needs_comma = false;
}

static void close_level(struct json_writer *w, char mark)
{
    buf_append_char(w->out, mark);
    w->needs_comma = true;
}

void json_write_object_begin(struct json_writer *w)
{
    open_level(w, '{');
}

void json_write_object_end(struct json_writer *w)
{
    close_level(w, '}');
}

void json_write_array_begin(struct json_writer *w)
{
    open_level(w, '[');
}

void json_write_array_end(struct json_writer *w)
{
    close_level(w, ']');
}

void json_write_key(struct json_writer *w, struct slice key)
{
    separate(w);
    buf_append_quoted(w->out, key);
    buf_append_char(w->out, ':');
    w->needs_comma = false;
}

void json_write_string(struct json_writer *w, struct slice value)
{
    separate(w);
    buf_append_quoted(w->out, value);
}

void json_write_i64(struct json_writer *w, int64_t value)
{
    separate(w);
    buf_append_i64(w->out, value);
}

void json_write_double(struct json_writer *w, double value)
{
    if (isnan(value)) {
        json_write_string(w, SLICE("NaN"));
    } else if (isinf(value)) {
        json_write_string(w, value > 0 ? SLICE("Infinity") : SLICE("-Infinity"));
    } else {
        char text[32];
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value)
                break;
        }
        json_write_raw(w, slice_from_cstr(text));
    }
}

void json_write_bool(struct json_writer *w, bool value)
{
    json_write_raw(w, value ? SLICE("true") : SLICE("false"));
}

void json_write_null(struct json_writer *w)
{
    json_write_raw(w, SLICE("null"));
}

void json_write_raw(struct json_writer *w, struct slice json)
{
    separate(w);
    buf_append(w->out, json);
}
