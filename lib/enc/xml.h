#pragma once
/*
 * As much XML 1.0 as AWS's query and REST protocols speak: a pull reader and a writer.
 *
 * The reader walks text that the caller keeps alive; text without entities is a slice of it, other
 * text is decoded into the arena. It knows elements, character data, CDATA and the five named and
 * the numeric entities; it passes over attributes, comments and processing instructions, and drops
 * namespace prefixes. A document type declaration is refused, so that no entity can be defined.
 * Errors are sticky: after the first, xml_next gives XML_FAILED and `error_offset` tells where.
 *
 *   while ((event = xml_next(&r)) != XML_FINISHED && event != XML_FAILED) ...
 */
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define XML_DEPTH_MAX 64

enum xml_event {
    XML_FAILED,
    XML_BEGIN, /* `name` is set; <a/> gives XML_BEGIN and XML_END */
    XML_TEXT,  /* `text` is set; never empty; one run of text may come in several events */
    XML_END,   /* `name` is set */
    XML_FINISHED
};

struct xml_reader {
    struct slice name;
    struct slice text;
    const char *start;
    const char *next;
    const char *end;
    struct arena *arena;
    size_t error_offset;
    bool failed;
    bool closing; /* an empty-element tag owes its XML_END */
    bool rooted;  /* the root element was seen */
    unsigned depth;
    struct slice open[XML_DEPTH_MAX]; /* names as written, prefix and all */
};

void xml_reader_init(struct xml_reader *r, struct slice text, struct arena *arena);
enum xml_event xml_next(struct xml_reader *r);

/* After XML_BEGIN: passes over the element's content up to and with its XML_END. */
bool xml_skip(struct xml_reader *r);
/* After XML_BEGIN: the element's character data, joined, up to and with its XML_END. An element
 * inside fails. */
bool xml_content(struct xml_reader *r, struct slice *text);

/*
 * The writer appends to a buffer; attributes come right after their begin. Characters that XML
 * cannot hold (controls, bad UTF-8) become U+FFFD.
 */
struct xml_writer {
    struct buf *out;
    bool tag_open; /* the begin tag waits for attributes or its '>' */
};

void xml_writer_init(struct xml_writer *w, struct buf *out);
void xml_write_declaration(struct xml_writer *w); /* <?xml version="1.0" encoding="UTF-8"?> */
void xml_write_begin(struct xml_writer *w, struct slice name);
void xml_write_attribute(struct xml_writer *w, struct slice name, struct slice value);
void xml_write_text(struct xml_writer *w, struct slice text);
void xml_write_end(struct xml_writer *w, struct slice name);
void xml_write_element(struct xml_writer *w, struct slice name, struct slice text);
