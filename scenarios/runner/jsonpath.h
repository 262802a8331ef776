#pragma once
/*
 * A subset of JSONPath (RFC 9535): $, .name, ['name'], [0], [-1] (from the end), [*] (all members
 * or items), and .length() for the size of a list, object or text. A path with [*] finds a list;
 * any other finds one value or nothing.
 */
#include "lib/base/arena.h"
#include "scenarios/runner/value.h"

struct jsonpath_step;

struct jsonpath {
    struct slice text; /* as written */
    struct jsonpath_step *steps;
    size_t count;
};

/* NULL on success, else what is wrong with the text. */
const char *jsonpath_parse(struct slice text, struct arena *arena, struct jsonpath *path);

/* NULL when there is nothing at the path. */
const struct value *jsonpath_find(const struct jsonpath *path, const struct value *root,
                                  struct arena *arena);
