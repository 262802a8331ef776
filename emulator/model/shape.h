#pragma once
/*
 * The shapes of an API model as const tables: what the wire codecs and the validator walk.
 *
 * modelgen writes the tables and, from the same model, the C structs that they describe:
 *   string, blob, enum   struct slice, absent when ptr is NULL
 *   integer, long        struct opt_i64         boolean   struct opt_bool
 *   float, double        struct opt_double      timestamp struct opt_time
 *   structure            a pointer, absent when NULL; held by value in lists and maps
 *   list, map            the layout of struct shape_list, with typed items or entries
 *   custom               the service's own type, behind a struct shape_codec
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/slice.h"

struct call;
struct json_reader;
struct json_writer;

enum shape_kind {
    SHAPE_STRUCTURE,
    SHAPE_LIST,
    SHAPE_MAP,
    SHAPE_STRING,
    SHAPE_BLOB,
    SHAPE_BOOLEAN,
    SHAPE_INTEGER,
    SHAPE_LONG,
    SHAPE_DOUBLE,
    SHAPE_TIMESTAMP,
    SHAPE_CUSTOM
};

struct opt_bool {
    bool value;
    bool is_set;
};

struct opt_i64 {
    int64_t value;
    bool is_set;
};

struct opt_double {
    double value;
    bool is_set;
};

struct opt_time {
    int64_t micros; /* since 1970-01-01T00:00:00Z */
    bool is_set;
};

/* Every generated list and map begins like this; a map's items are its entries, key first. */
struct shape_list {
    void *items;
    size_t count;
    bool is_set;
};

#define SET_BOOL(v) ((struct opt_bool){.value = (v), .is_set = true})
#define SET_I64(v) ((struct opt_i64){.value = (v), .is_set = true})
#define SET_DOUBLE(v) ((struct opt_double){.value = (v), .is_set = true})
#define SET_TIME(v) ((struct opt_time){.micros = (v), .is_set = true})

/* A pattern of the form [class]{least,most}: nearly all of AWS's. `most` < 0: no upper bound. */
struct class_pattern {
    uint64_t bytes[4]; /* bit per byte value */
    int least;
    int most;
};

/* How a service reads and writes a shape of its own. */
struct shape_codec {
    /* Reads one value into `out`; fails the call with the service's own words. */
    struct err (*decode_json)(struct call *call, struct json_reader *reader, void *out);
    void (*encode_json)(struct json_writer *writer, const void *in);
    bool (*is_set)(const void *in);
};

struct member {
    struct slice name;
    struct slice wire_name; /* locationName, where the model has one */
    const struct shape *shape;
    size_t offset;
    bool required;
};

struct shape {
    struct slice name;
    enum shape_kind kind;
    size_t size; /* of the C value: of the struct itself for structures */
    const struct member *members;
    size_t member_count;
    const struct shape *element; /* of a list; the value of a map */
    const struct shape *key;     /* of a map */
    size_t entry_size;           /* of a map's entry; its key is at offset 0 */
    size_t value_offset;
    bool flattened; /* awsQuery: no "member" level */
    bool sensitive; /* never shown in an error or a log */
    bool has_min;
    bool has_max;
    int64_t min;
    int64_t max;
    const struct slice *enums;
    size_t enum_count;
    struct slice pattern_text; /* as the model has it, for the message */
    const struct class_pattern *class_pattern;
    const char *posix_pattern;
    const struct shape_codec *codec;
};

/* Whether the member at `value` holds anything. */
bool shape_is_set(const struct shape *shape, const void *value);
