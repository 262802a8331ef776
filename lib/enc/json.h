#pragma once
/*
 * A pull reader and a writer for JSON (RFC 8259), for the wire's hot path: no tree is built.
 *
 * The reader walks text that the caller keeps alive. Strings without escapes are slices of that
 * text; others are decoded into the arena. Errors are sticky: after the first, every function
 * returns false and `failed` is true with `error_offset` where the text went wrong. Depth is
 * limited to JSON_DEPTH_MAX. Strings must be UTF-8; a lone surrogate escape is refused.
 * Duplicate object keys are passed on in order: their meaning is the caller's.
 *
 *   if (json_object_begin(&r))
 *       while (json_object_next(&r, &key))
 *           if (slice_eq(key, SLICE("Name"))) json_string(&r, &name); else json_skip(&r);
 *   if (!json_finish(&r)) ... malformed ...
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define JSON_DEPTH_MAX 192

enum json_kind {
    JSON_KIND_INVALID, /* the end of the text, or a byte that starts no value */
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT
};

struct json_reader {
    const char *start;
    const char *next;
    const char *end;
    struct arena *arena;
    size_t error_offset;
    unsigned depth;
    bool failed;
    unsigned char entered[JSON_DEPTH_MAX]; /* per level: a first element was read */
};

void json_reader_init(struct json_reader *r, struct slice text, struct arena *arena);

enum json_kind json_peek(struct json_reader *r); /* the kind of the next value */

bool json_object_begin(struct json_reader *r);
bool json_object_next(struct json_reader *r, struct slice *key); /* false at the end or on error */
bool json_array_begin(struct json_reader *r);
bool json_array_next(struct json_reader *r); /* true: an element follows, read it */

bool json_string(struct json_reader *r, struct slice *value);
bool json_number(struct json_reader *r, struct slice *text); /* as written, checked for form */
bool json_bool(struct json_reader *r, bool *value);
bool json_null(struct json_reader *r);
bool json_skip(struct json_reader *r); /* any one value, checked for form */
/* The text of the next value, whole, passed over as by json_skip. */
bool json_raw(struct json_reader *r, struct slice *text);

/* True when nothing failed and only white space is left. */
bool json_finish(struct json_reader *r);

/* Marks the text as bad from the caller's side. Always returns false. */
bool json_reject(struct json_reader *r);

/*
 * The writer appends to a buffer and puts the commas itself. Every begin has its end; a key is
 * followed by exactly one value.
 */
struct json_writer {
    struct buf *out;
    bool needs_comma;
};

void json_writer_init(struct json_writer *w, struct buf *out);
void json_write_object_begin(struct json_writer *w);
void json_write_object_end(struct json_writer *w);
void json_write_array_begin(struct json_writer *w);
void json_write_array_end(struct json_writer *w);
void json_write_key(struct json_writer *w, struct slice key);
void json_write_string(struct json_writer *w, struct slice value);
void json_write_i64(struct json_writer *w, int64_t value);
/* Shortest form that reads back equal; not-a-number and infinities as AWS's strings. */
void json_write_double(struct json_writer *w, double value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_raw(struct json_writer *w, struct slice json); /* already valid JSON */
