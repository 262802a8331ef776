/* Metadata objects, checked and put into one form. */
#include "api/http/metadata.h"

#include <stdlib.h>

#include "api/limits.h"
#include "lib/base/buf.h"

struct pair {
    struct slice name;
    struct slice value;
};

static int compare_pairs(const void *a, const void *b)
{
    return slice_compare(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static const char *check(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t name_length = slice_utf8_length(pairs[i].name);
        if (name_length < 1 || name_length > LIMIT_METADATA_KEY_CHARS)
            return "an object with names of 1 to 40 characters";
        if (slice_utf8_length(pairs[i].value) > LIMIT_METADATA_VALUE_CHARS)
            return "an object with values of at most 500 characters";
        if (slice_contains(pairs[i].value, (struct slice){"", 1}) ||
            slice_contains(pairs[i].name, (struct slice){"", 1}))
            return "an object without NUL characters";
        if (i && slice_eq(pairs[i].name, pairs[i - 1].name))
            return "an object without repeated names";
    }
    return NULL;
}

static struct slice write_pairs(struct arena *arena, const struct pair *pairs, size_t count)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, LIMIT_BODY_BYTES);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    for (size_t i = 0; i < count; i++) {
        json_write_key(&w, pairs[i].name);
        json_write_string(&w, pairs[i].value);
    }
    json_write_object_end(&w);
    return buf_slice(&out);
}

const char *metadata_read(struct json_reader *json, struct arena *arena, struct slice *compact)
{
    struct pair pairs[LIMIT_METADATA_KEYS];
    size_t count = 0;
    const char *expected = NULL;
    struct slice name;
    if (json_peek(json) != JSON_KIND_OBJECT) {
        json_skip(json);
        return "a JSON object of texts";
    }
    json_object_begin(json);
    while (json_object_next(json, &name)) {
        struct slice value = SLICE_NONE;
        if (json_peek(json) == JSON_KIND_STRING)
            json_string(json, &value);
        else if (json_skip(json))
            expected = "a JSON object of texts";
        if (count < LIMIT_METADATA_KEYS)
            pairs[count++] = (struct pair){name, value};
        else
            expected = "an object of at most 20 members";
    }
    if (json->failed || expected)
        return expected;
    qsort(pairs, count, sizeof pairs[0], compare_pairs);
    expected = check(pairs, count);
    if (!expected)
        *compact = write_pairs(arena, pairs, count);
    return expected;
}
