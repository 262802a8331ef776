/*
 * Fuzz target: JSON items (attr_map_read) and the stored form (item_bytes.h).
 * What is accepted reads back equal from JSON and from bytes; bytes that were never written by
 * item_to_bytes are refused or read, never followed outside.
 */
#include <stdlib.h>

#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodb/value/value_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool read_item(struct arena *arena, struct slice json, struct attr_map *item)
{
    struct json_reader reader;
    struct ddb_refusal refusal = {.arena = arena};
    json_reader_init(&reader, json, arena);
    return !failed(attr_map_read(&reader, item, &refusal)) && json_finish(&reader) &&
           !slice_is_set(refusal.message);
}

static bool items_equal(const struct attr_map *a, const struct attr_map *b)
{
    struct attr_value x = {.type = ATTR_M, .map = *a};
    struct attr_value y = {.type = ATTR_M, .map = *b};
    return attr_equal(&x, &y);
}

static void check_json(struct arena *arena, struct slice text)
{
    struct attr_map item;
    struct attr_map again;
    struct buf out;
    struct json_writer writer;
    size_t bytes_size;
    if (!read_item(arena, text, &item))
        return;
    struct slice bytes = item_to_bytes(arena, &item);
    require(item_from_bytes(arena, bytes, &again) && items_equal(&item, &again));
    require(item_bytes_size(bytes, &bytes_size) && bytes_size == attr_map_size(&item));
    buf_init_arena(&out, arena, SIZE_MAX / 4);
    json_writer_init(&writer, &out);
    require(item_bytes_write(&writer, bytes));
    require(read_item(arena, buf_slice(&out), &again) && items_equal(&item, &again));
}

static void check_bytes(struct arena *arena, struct slice bytes)
{
    struct attr_map item;
    struct attr_value value;
    struct buf out;
    struct json_writer writer;
    size_t size;
    buf_init_arena(&out, arena, SIZE_MAX / 4);
    json_writer_init(&writer, &out);
    bool whole = item_from_bytes(arena, bytes, &item);
    require(item_bytes_write(&writer, bytes) == whole);
    require(item_bytes_size(bytes, &size) == whole);
    (void)item_bytes_find(arena, bytes, SLICE("a"), &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice text = {(const char *)data, size};
    check_json(&arena, text);
    check_bytes(&arena, text);
    arena_done(&arena);
    return 0;
}
