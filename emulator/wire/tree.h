#pragma once
/*
 * What JSON and CBOR share: both are trees of maps, arrays and scalars with the same pull reader
 * and writer, so one walk over the shape tables serves both.
 */
#include "emulator/core/call.h"
#include "emulator/core/service.h"
#include "emulator/model/shape.h"
#include "lib/enc/cbor.h"
#include "lib/enc/json.h"

enum tree_kind { TREE_INVALID, TREE_NULL, TREE_SCALAR, TREE_ARRAY, TREE_MAP };

struct tree_reader;
struct tree_writer;

struct tree_reader_form {
    enum tree_kind (*peek)(struct tree_reader *r);
    bool (*map_begin)(struct tree_reader *r);
    bool (*map_next)(struct tree_reader *r, struct slice *key);
    bool (*array_begin)(struct tree_reader *r);
    bool (*array_next)(struct tree_reader *r);
    bool (*skip)(struct tree_reader *r);
    bool (*finish)(struct tree_reader *r);
    bool (*has_failed)(const struct tree_reader *r);
    /* Reads a scalar of the shape's kind into `out`; fails the call on another type of value. */
    struct err (*scalar)(struct call *call, struct tree_reader *r, const struct shape *shape,
                         void *out);
    struct err (*custom)(struct call *call, struct tree_reader *r, const struct shape *shape,
                         void *out);
};

struct tree_reader {
    const struct tree_reader_form *form;
    union {
        struct json_reader json;
        struct cbor_reader cbor;
    };
};

struct tree_writer_form {
    void (*map_begin)(struct tree_writer *w);
    void (*map_end)(struct tree_writer *w);
    void (*array_begin)(struct tree_writer *w);
    void (*array_end)(struct tree_writer *w);
    void (*key)(struct tree_writer *w, struct slice key);
    void (*scalar)(struct tree_writer *w, const struct shape *shape, const void *value);
};

struct tree_writer {
    const struct tree_writer_form *form;
    struct arena *arena;
    union {
        struct json_writer json;
        struct cbor_writer cbor;
    };
};

/* Reads the whole body into the operation's zeroed input struct. An empty body is an empty map. */
struct err tree_decode(struct call *call, struct tree_reader *r, struct slice body, void *in);

/* Writes a struct's members that are set; `shape` may be NULL: an empty map. */
void tree_encode(struct tree_writer *w, const struct shape *shape, const void *value);

/*
 * The same of the members that are named, under names that begin with a small letter, as CloudTrail
 * writes them. `names` ends with NULL. What the model calls sensitive is left out in any case.
 */
void tree_encode_named(struct tree_writer *w, const struct shape *shape, const void *value,
                       const char *const *names);

/* Writes {"__type": …, "message": …} and the fault's other members. */
void tree_encode_fault(struct tree_writer *w, const struct call *call, enum protocol protocol);
