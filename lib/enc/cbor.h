#pragma once
/*
 * A pull reader and a writer for CBOR (RFC 8949), in the form of json.h: no tree is built.
 *
 * The reader walks bytes that the caller keeps alive. Definite-length strings are slices of them;
 * strings in chunks are joined in the arena. Errors are sticky: after the first, every function
 * returns false and `failed` is true with `error_offset` where the bytes went wrong. Depth is
 * limited to CBOR_DEPTH_MAX. Text must be UTF-8, map keys must be text. Half, single and double
 * floats are read; tag 1 (epoch time) has a kind of its own and every other tag is passed over.
 * Duplicate keys are passed on in order.
 *
 *   if (cbor_map_begin(&r))
 *       while (cbor_map_next(&r, &key))
 *           if (slice_eq(key, SLICE("Name"))) cbor_string(&r, &name); else cbor_skip(&r);
 *   if (!cbor_finish(&r)) ... malformed ...
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define CBOR_DEPTH_MAX 192

enum cbor_kind {
    CBOR_KIND_INVALID, /* the end of the bytes, or a byte that starts no value */
    CBOR_KIND_NULL,    /* null or undefined */
    CBOR_KIND_BOOL,
    CBOR_KIND_INTEGER,
    CBOR_KIND_FLOAT,
    CBOR_KIND_STRING,
    CBOR_KIND_BYTES,
    CBOR_KIND_ARRAY,
    CBOR_KIND_MAP,
    CBOR_KIND_TIMESTAMP /* tag 1 */
};

struct cbor_reader {
    const unsigned char *start;
    const unsigned char *next;
    const unsigned char *end;
    struct arena *arena;
    size_t error_offset;
    unsigned depth;
    bool failed;
    uint64_t left[CBOR_DEPTH_MAX]; /* per level: elements to come, or UINT64_MAX: until a break */
};

void cbor_reader_init(struct cbor_reader *r, struct slice bytes, struct arena *arena);

enum cbor_kind cbor_peek(struct cbor_reader *r); /* the kind of the next value */

bool cbor_map_begin(struct cbor_reader *r);
bool cbor_map_next(struct cbor_reader *r, struct slice *key); /* false at the end or on error */
bool cbor_array_begin(struct cbor_reader *r);
bool cbor_array_next(struct cbor_reader *r); /* true: an element follows, read it */

bool cbor_string(struct cbor_reader *r, struct slice *value);
bool cbor_bytes(struct cbor_reader *r, struct slice *value);
bool cbor_i64(struct cbor_reader *r, int64_t *value);        /* fails past int64_t */
bool cbor_double(struct cbor_reader *r, double *value);      /* an integer is taken, too */
bool cbor_timestamp(struct cbor_reader *r, int64_t *micros); /* within the years 0 to 9999 or so */
bool cbor_bool(struct cbor_reader *r, bool *value);
bool cbor_null(struct cbor_reader *r);
bool cbor_skip(struct cbor_reader *r); /* any one value, checked for form */
/* The bytes of the next value, whole, passed over as by cbor_skip. */
bool cbor_raw(struct cbor_reader *r, struct slice *bytes);

/* True when nothing failed and no byte is left. */
bool cbor_finish(struct cbor_reader *r);

/* Marks the bytes as bad from the caller's side. Always returns false. */
bool cbor_reject(struct cbor_reader *r);

/*
 * The writer appends to a buffer. Maps and arrays are of indefinite length, so that nobody counts
 * beforehand. Every begin has its end; a key is followed by exactly one value.
 */
struct cbor_writer {
    struct buf *out;
};

void cbor_writer_init(struct cbor_writer *w, struct buf *out);
void cbor_write_map_begin(struct cbor_writer *w);
void cbor_write_map_end(struct cbor_writer *w);
void cbor_write_array_begin(struct cbor_writer *w);
void cbor_write_array_end(struct cbor_writer *w);
void cbor_write_key(struct cbor_writer *w, struct slice key);
void cbor_write_string(struct cbor_writer *w, struct slice value);
void cbor_write_bytes(struct cbor_writer *w, struct slice value);
void cbor_write_i64(struct cbor_writer *w, int64_t value);
void cbor_write_double(struct cbor_writer *w, double value); /* single where nothing is lost */
/* Tag 1: whole seconds as an integer, others as a double. */
void cbor_write_timestamp(struct cbor_writer *w, int64_t micros);
void cbor_write_bool(struct cbor_writer *w, bool value);
void cbor_write_null(struct cbor_writer *w);
void cbor_write_raw(struct cbor_writer *w, struct slice cbor); /* already valid CBOR */
