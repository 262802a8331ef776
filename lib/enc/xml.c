/* The XML pull reader and the writer. */
#include "lib/enc/xml.h"

#include <stdint.h>
#include <string.h>

enum { text_bytes_max = 64 * 1024 * 1024 };

void xml_reader_init(struct xml_reader *r, struct slice text, struct arena *arena)
{
    const char *start = text.ptr ? text.ptr : "";
    *r =
        (struct xml_reader){.start = start, .next = start, .end = start + text.len, .arena = arena};
}

static bool reject(struct xml_reader *r)
{
    if (!r->failed) {
        r->failed = true;
        r->error_offset = (size_t)(r->next - r->start);
    }
    return false;
}

static struct slice rest(const struct xml_reader *r)
{
    return (struct slice){r->next, (size_t)(r->end - r->next)};
}

static bool take(struct xml_reader *r, struct slice word)
{
    if (!slice_starts_with(rest(r), word))
        return false;
    r->next += word.len;
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(struct xml_reader *r)
{
    while (r->next < r->end && is_space(*r->next))
        r->next++;
}

/* Up to and with the mark; the text before it in `before`. */
static bool take_through(struct xml_reader *r, struct slice mark, struct slice *before)
{
    ptrdiff_t at = slice_find(rest(r), mark);
    if (at < 0)
        return reject(r);
    *before = slice_sub(rest(r), 0, (size_t)at);
    r->next += (size_t)at + mark.len;
    return true;
}

/* Wide enough for every name that AWS uses; anything above ASCII is taken as a letter. */
static bool is_name_char(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
                  (unsigned char)c >= 0x80;
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

static bool take_name(struct xml_reader *r, struct slice *name)
{
    const char *first = r->next;
    while (r->next < r->end && is_name_char(*r->next, r->next == first))
        r->next++;
    *name = (struct slice){first, (size_t)(r->next - first)};
    return name->len > 0 || reject(r);
}

static struct slice local_name(struct slice name)
{
    return slice_from(name, (size_t)(slice_index(name, ':') + 1));
}

static bool skip_attribute(struct xml_reader *r)
{
    struct slice ignored;
    if (!take_name(r, &ignored))
        return false;
    skip_space(r);
    if (!take(r, SLICE("=")))
        return reject(r);
    skip_space(r);
    if (take(r, SLICE("\"")))
        return take_through(r, SLICE("\""), &ignored);
    return take(r, SLICE("'")) ? take_through(r, SLICE("'"), &ignored) : reject(r);
}

static enum xml_event close_element(struct xml_reader *r)
{
    r->name = local_name(r->open[--r->depth]);
    return XML_END;
}

static enum xml_event begin_tag(struct xml_reader *r)
{
    struct slice name;
    if (!take_name(r, &name))
        return XML_FAILED;
    if (r->depth == XML_DEPTH_MAX || (r->depth == 0 && r->rooted)) {
        reject(r);
        return XML_FAILED;
    }
    for (;;) {
        const char *before = r->next;
        skip_space(r);
        r->closing = take(r, SLICE("/>"));
        if (r->closing || take(r, SLICE(">")))
            break;
        if (r->next == before || !skip_attribute(r)) {
            reject(r);
            return XML_FAILED;
        }
    }
    r->rooted = true;
    r->open[r->depth++] = name;
    r->name = local_name(name);
    return XML_BEGIN;
}

static enum xml_event end_tag(struct xml_reader *r)
{
    struct slice name;
    if (!take_name(r, &name))
        return XML_FAILED;
    skip_space(r);
    if (r->depth == 0 || !slice_eq(name, r->open[r->depth - 1]) || !take(r, SLICE(">"))) {
        reject(r);
        return XML_FAILED;
    }
    return close_element(r);
}

static bool is_xml_char(uint32_t point)
{
    return point == '\t' || point == '\n' || point == '\r' || (point >= 0x20 && point <= 0xD7FF) ||
           (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

static void append_utf8(struct buf *out, uint32_t point)
{
    if (point < 0x80) {
        buf_append_char(out, (char)point);
        return;
    }
    unsigned tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char marks[] = {0, 0xC0, 0xE0, 0xF0};
    buf_append_char(out, (char)(marks[tail] | point >> 6 * tail));
    while (tail-- > 0)
        buf_append_char(out, (char)(0x80 | (point >> 6 * tail & 0x3F)));
}

static bool parse_character(struct slice digits, uint32_t *point)
{
    bool hex = slice_starts_with(digits, SLICE("x"));
    unsigned base = hex ? 16 : 10;
    digits = slice_from(digits, hex);
    *point = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = (char)(digits.ptr[i] | 0x20);
        unsigned value = digits.ptr[i] >= '0' && digits.ptr[i] <= '9' ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f'                       ? (unsigned)(c - 'a' + 10)
                                                                      : 16;
        if (value >= base || *point > 0x10FFFF)
            return false;
        *point = *point * base + value;
    }
    return digits.len > 0 && is_xml_char(*point);
}

static bool append_entity(struct buf *out, struct slice name)
{
    static const struct {
        struct slice name;
        char c;
    } entities[] = {
        {SLICE_INIT("amp"),  '&' },
        {SLICE_INIT("lt"),   '<' },
        {SLICE_INIT("gt"),   '>' },
        {SLICE_INIT("quot"), '"' },
        {SLICE_INIT("apos"), '\''}
    };
    uint32_t point;
    for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
        if (slice_eq(name, entities[i].name)) {
            buf_append_char(out, entities[i].c);
            return true;
        }
    }
    if (!slice_starts_with(name, SLICE("#")) || !parse_character(slice_from(name, 1), &point))
        return false;
    append_utf8(out, point);
    return true;
}

static bool decode(struct xml_reader *r, struct slice raw, struct slice *text)
{
    if (slice_index(raw, '&') < 0) {
        *text = raw;
        return slice_is_utf8(raw) || reject(r);
    }
    struct buf out;
    buf_init_arena(&out, r->arena, raw.len);
    while (raw.len > 0) {
        ptrdiff_t mark = slice_index(raw, '&');
        buf_append(&out, slice_sub(raw, 0, mark < 0 ? raw.len : (size_t)mark));
        if (mark < 0)
            break;
        raw = slice_from(raw, (size_t)mark + 1);
        struct slice name;
        if (!slice_split_once(raw, ';', &name, &raw) || !append_entity(&out, name))
            return reject(r);
    }
    *text = buf_slice(&out);
    return slice_is_utf8(*text) || reject(r);
}

/* Outside the root only white space may stand; it is no event. */
static bool character_data(struct xml_reader *r, bool *is_event)
{
    ptrdiff_t mark = slice_index(rest(r), '<');
    struct slice raw = slice_sub(rest(r), 0, mark < 0 ? rest(r).len : (size_t)mark);
    if (r->depth == 0 && slice_trim(raw).len > 0)
        return reject(r);
    *is_event = r->depth > 0;
    r->next += raw.len;
    return decode(r, raw, &r->text);
}

static bool cdata(struct xml_reader *r, bool *is_event)
{
    if (r->depth == 0 || !take_through(r, SLICE("]]>"), &r->text) || !slice_is_utf8(r->text))
        return reject(r);
    *is_event = r->text.len > 0;
    return true;
}

enum xml_event xml_next(struct xml_reader *r)
{
    struct slice ignored;
    if (r->closing && !r->failed) {
        r->closing = false;
        return close_element(r);
    }
    while (!r->failed && r->next < r->end) {
        bool is_event = false;
        if (take(r, SLICE("<!--"))) {
            take_through(r, SLICE("-->"), &ignored);
        } else if (take(r, SLICE("<?"))) {
            take_through(r, SLICE("?>"), &ignored);
        } else if (take(r, SLICE("<![CDATA["))) {
            if (cdata(r, &is_event) && is_event)
                return XML_TEXT;
        } else if (take(r, SLICE("</"))) {
            return end_tag(r);
        } else if (take(r, SLICE("<"))) {
            return begin_tag(r);
        } else if (character_data(r, &is_event) && is_event) {
            return XML_TEXT;
        }
    }
    if (!r->failed && r->rooted && r->depth == 0)
        return XML_FINISHED;
    reject(r);
    return XML_FAILED;
}

bool xml_skip(struct xml_reader *r)
{
    unsigned outside = r->depth - 1;
    while (r->depth > outside)
        if (xml_next(r) == XML_FAILED)
            return false;
    return true;
}

bool xml_content(struct xml_reader *r, struct slice *text)
{
    struct buf joined;
    buf_init_arena(&joined, r->arena, text_bytes_max);
    for (;;) {
        enum xml_event event = xml_next(r);
        if (event == XML_END) {
            *text = buf_slice(&joined);
            return true;
        }
        if (event != XML_TEXT)
            return reject(r);
        buf_append(&joined, r->text);
    }
}

void xml_writer_init(struct xml_writer *w, struct buf *out)
{
    *w = (struct xml_writer){.out = out};
}

static void finish_tag(struct xml_writer *w)
{
    if (w->tag_open)
        buf_append_char(w->out, '>');
    w->tag_open = false;
}

void xml_write_declaration(struct xml_writer *w)
{
    buf_append(w->out, SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
}

void xml_write_begin(struct xml_writer *w, struct slice name)
{
    finish_tag(w);
    buf_append_char(w->out, '<');
    buf_append(w->out, name);
    w->tag_open = true;
}

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#xD;"; /* a bare one would be read back as a line feed */
    case '\t':
    case '\n':
        return NULL;
    default:
        return (unsigned char)c < 0x20 ? "\xEF\xBF\xBD" : NULL;
    }
}

static void append_escaped(struct buf *out, struct slice text)
{
    size_t plain = 0; /* start of the run that needs no change */
    for (size_t i = 0; i < text.len;) {
        size_t step = slice_utf8_step(slice_from(text, i));
        const char *escape = step == 0 ? "\xEF\xBF\xBD" : escape_of(text.ptr[i]);
        if (escape) {
            buf_append(out, slice_sub(text, plain, i - plain));
            buf_append_cstr(out, escape);
            plain = i + 1;
        }
        i += step ? step : 1;
    }
    buf_append(out, slice_from(text, plain));
}

void xml_write_attribute(struct xml_writer *w, struct slice name, struct slice value)
{
    buf_append_char(w->out, ' ');
    buf_append(w->out, name);
    buf_append(w->out, SLICE("=\""));
    append_escaped(w->out, value);
    buf_append_char(w->out, '"');
}

void xml_write_text(struct xml_writer *w, struct slice text)
{
    finish_tag(w);
    append_escaped(w->out, text);
}

void xml_write_end(struct xml_writer *w, struct slice name)
{
    if (w->tag_open) {
        buf_append(w->out, SLICE("/>"));
        w->tag_open = false;
        return;
    }
    buf_append(w->out, SLICE("</"));
    buf_append(w->out, name);
    buf_append_char(w->out, '>');
}

void xml_write_element(struct xml_writer *w, struct slice name, struct slice text)
{
    xml_write_begin(w, name);
    xml_write_text(w, text);
    xml_write_end(w, name);
}
