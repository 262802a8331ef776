/*
 * Fuzz target: JSON items (attr_map_read), numbers, the stored form (item_bytes.h) and key bytes.
 * What is accepted reads back equal from JSON and from bytes; bytes that were never written by
 * item_to_bytes are refused or read, never followed outside.
 */
#include <stdlib.h>

#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodb/value/number.h"
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

static void check_number(struct slice text)
{
    struct number number;
    struct number again;
    char printed[NUMBER_TEXT_MAX];
    uint8_t key[NUMBER_KEY_MAX];
    if (number_parse(text, &number) != NUMBER_FINE)
        return;
    struct slice canonical = {printed, number_print(&number, printed)};
    require(number_parse(canonical, &again) == NUMBER_FINE && number_compare(&number, &again) == 0);
    size_t len = number_encode(&number, key);
    require(number_decode(key, len, &again) == len && number_compare(&number, &again) == 0);
}

static void check_number_key(const uint8_t *data, size_t size)
{
    struct number number;
    uint8_t key[NUMBER_KEY_MAX];
    size_t used = number_decode(data, size, &number);
    if (used > 0) /* one number, one encoding */
        require(number_encode(&number, key) == used &&
                slice_eq((struct slice){(const char *)key, used},
                         (struct slice){(const char *)data, used}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice text = {(const char *)data, size};
    check_json(&arena, text);
    check_bytes(&arena, text);
    check_number(text);
    check_number_key(data, size);
    arena_done(&arena);
    return 0;
}
