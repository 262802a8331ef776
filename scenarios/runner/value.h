#pragma once
/*
 * A JSON value as a tree: what a step answers with and what a suite writes into a request.
 *
 * Numbers keep the digits that they were written with, so that money is never rounded. Values live
 * in an arena and do not change once made; any thread may read them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_STRING, VALUE_ARRAY, VALUE_OBJECT };

struct value {
    enum value_kind kind;
    bool truth;                 /* VALUE_BOOL */
    struct slice text;          /* VALUE_NUMBER, VALUE_STRING */
    struct slice *names;        /* VALUE_OBJECT: one a child, in the order written */
    const struct value **items; /* VALUE_ARRAY, VALUE_OBJECT */
    size_t count;
};

const struct value *value_null(struct arena *arena);
const struct value *value_bool(struct arena *arena, bool truth);
const struct value *value_number(struct arena *arena, int64_t number);
const struct value *value_string(struct arena *arena, struct slice text); /* not copied */

/* Children are put in by index; the arrays have room for `count`. */
struct value *value_array(struct arena *arena, size_t count);
struct value *value_object(struct arena *arena, size_t count);
void value_put(struct value *parent, size_t index, struct slice name, const struct value *child);

/* NULL when the text is not JSON. Strings may point into the text. */
const struct value *value_parse(struct arena *arena, struct slice json);
void value_write(const struct value *value, struct buf *out);
struct slice value_to_json(const struct value *value, struct arena *arena);
/* A string as it is, anything else as JSON: how a value stands inside a text. */
struct slice value_to_text(const struct value *value, struct arena *arena);

/* The member of that name, or NULL; NULL, too, when the value is no object. */
const struct value *value_get(const struct value *value, struct slice name);

/* Same kind and content; the order of an object's members does not matter. */
bool value_equal(const struct value *a, const struct value *b);

const char *value_kind_name(enum value_kind kind); /* "number" */
