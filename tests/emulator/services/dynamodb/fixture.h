#pragma once
/* Items and expressions from text, for the tests of DynamoDB's pure parts. */
#include <string.h>

#include <criterion/criterion.h>

#include "emulator/services/dynamodb/value/value_json.h"

/* Reads {"name": {"S": "..."}}; dies when it cannot. */
static inline struct attr_map item_of(struct arena *arena, const char *json)
{
    struct json_reader reader;
    struct attr_map item;
    struct ddb_refusal refusal = {.arena = arena};
    json_reader_init(&reader, slice_from_cstr(json), arena);
    cr_assert_not(failed(attr_map_read(&reader, &item, &refusal)), "%s", json);
    cr_assert_not(slice_is_set(refusal.message), "%s: " SLICE_FMT, json,
                  SLICE_ARG(refusal.message));
    return item;
}

static inline const char *json_of(struct arena *arena, const struct attr_map *item)
{
    struct buf out;
    struct json_writer writer;
    buf_init_arena(&out, arena, 1024UL * 1024);
    json_writer_init(&writer, &out);
    attr_map_write(&writer, item);
    return arena_cstr(arena, buf_slice(&out));
}
