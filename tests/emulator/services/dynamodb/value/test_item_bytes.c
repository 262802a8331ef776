#include "emulator/services/dynamodb/value/item_bytes.h"
#include "lib/base/rand.h"
#include "tests/emulator/services/dynamodb/fixture.h"

static const char every_type[] =
    "{\"b\":{\"B\":\"AAH/\"},\"bs\":{\"BS\":[\"AA==\",\"AQ==\"]},\"f\":{\"BOOL\":false},"
    "\"l\":{\"L\":[{\"N\":\"-1.5\"},{\"NULL\":true},{\"L\":[]}]},"
    "\"m\":{\"M\":{\"a\":{\"S\":\"\\\"\"},\"b\":{\"M\":{}}}},\"n\":{\"N\":\"100\"},"
    "\"ns\":{\"NS\":[\"1\",\"2\"]},\"s\":{\"S\":\"text\"},\"ss\":{\"SS\":[\"x\",\"y\"]},"
    "\"t\":{\"BOOL\":true}}";

static const char *written(struct arena *arena, struct slice bytes)
{
    struct buf out;
    struct json_writer writer;
    buf_init_arena(&out, arena, 1024UL * 1024);
    json_writer_init(&writer, &out);
    return item_bytes_write(&writer, bytes) ? buf_cstr(&out) : "damaged";
}

Test(item_bytes, json_is_written_from_the_bytes)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, every_type);
    cr_expect_str_eq(written(&arena, item_to_bytes(&arena, &item)), every_type);
    arena_done(&arena);
}

Test(item_bytes, the_tree_reads_back)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, every_type);
    struct attr_map again;
    cr_assert(item_from_bytes(&arena, item_to_bytes(&arena, &item), &again));
    cr_expect_str_eq(json_of(&arena, &again), every_type);
    arena_done(&arena);
}

Test(item_bytes, one_attribute_is_found_without_the_others)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, every_type);
    struct slice bytes = item_to_bytes(&arena, &item);
    struct attr_value value;
    for (size_t i = 0; i < item.count; i++) {
        cr_assert_eq(item_bytes_find(&arena, bytes, item.members[i].name, &value), 1);
        cr_expect(attr_equal(&value, &item.members[i].value));
    }
    cr_expect_eq(item_bytes_find(&arena, bytes, SLICE("a"), &value), 0);
    cr_expect_eq(item_bytes_find(&arena, bytes, SLICE("zz"), &value), 0);
    arena_done(&arena);
}

Test(item_bytes, the_size_needs_no_tree)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, every_type);
    size_t size = 0;
    cr_assert(item_bytes_size(item_to_bytes(&arena, &item), &size));
    cr_expect_eq(size, attr_map_size(&item));
    arena_done(&arena);
}

Test(item_bytes, the_writer_puts_its_comma_before_an_item)
{
    struct arena arena = {0};
    struct buf out;
    struct json_writer writer;
    struct attr_map item = item_of(&arena, "{\"a\":{\"S\":\"x\"}}");
    struct slice bytes = item_to_bytes(&arena, &item);
    buf_init_arena(&out, &arena, 1000);
    json_writer_init(&writer, &out);
    json_write_array_begin(&writer);
    cr_assert(item_bytes_write(&writer, bytes));
    cr_assert(item_bytes_write(&writer, bytes));
    json_write_array_end(&writer);
    cr_expect(slice_eq(buf_slice(&out), SLICE("[{\"a\":{\"S\":\"x\"}},{\"a\":{\"S\":\"x\"}}]")));
    arena_done(&arena);
}

/* Every cut and 20,000 seeded byte changes: an answer, never a step outside the bytes. */
Test(item_bytes, damaged_bytes_are_reported_never_followed)
{
    struct arena arena = {0};
    struct arena scratch = {0};
    struct rand rand = rand_seeded(5);
    struct attr_map item = item_of(&arena, every_type);
    struct slice good = item_to_bytes(&arena, &item);
    for (size_t cut = 0; cut < good.len; cut++) {
        struct slice bytes = arena_dup(&scratch, slice_sub(good, 0, cut));
        struct attr_map again;
        size_t size;
        cr_expect_not(item_from_bytes(&scratch, bytes, &again));
        cr_expect_not(item_bytes_size(bytes, &size));
        cr_expect_str_eq(written(&scratch, bytes), "damaged");
        arena_reset(&scratch);
    }
    for (int i = 0; i < 20000; i++) {
        struct slice bytes = arena_dup(&scratch, good);
        struct attr_map again;
        struct attr_value value;
        size_t size;
        ((char *)(uintptr_t)bytes.ptr)[rand_below(&rand, good.len)] = (char)rand_below(&rand, 256);
        bool whole = item_from_bytes(&scratch, bytes, &again);
        cr_expect_eq(strcmp(written(&scratch, bytes), "damaged") != 0 || !whole, true);
        (void)item_bytes_size(bytes, &size);
        (void)item_bytes_find(&scratch, bytes, SLICE("ns"), &value);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    arena_done(&arena);
}
