#include "tests/emulator/services/dynamodb/fixture.h"

Test(value, members_are_found_sorted_and_the_last_of_a_name_counts)
{
    struct arena arena = {0};
    struct attr_map item =
        item_of(&arena, "{\"b\":{\"N\":\"1\"},\"a\":{\"S\":\"x\"},\"c\":{\"BOOL\":true},"
                        "\"b\":{\"N\":\"2\"}}");
    cr_assert_eq(item.count, 3);
    cr_expect(slice_eq(item.members[0].name, SLICE("a")));
    cr_expect(slice_eq(attr_map_get(&item, SLICE("b"))->text, SLICE("2")));
    cr_expect_null(attr_map_get(&item, SLICE("d")));
    cr_expect_null(attr_map_get(&item, SLICE("")));
    arena_done(&arena);
}

Test(value, with_leaves_the_original_alone)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, "{\"a\":{\"S\":\"x\"},\"c\":{\"S\":\"z\"}}");
    struct attr_value y = attr_string(SLICE("y"));
    struct attr_map more = attr_map_with(&arena, &item, SLICE("b"), &y);
    struct attr_map changed = attr_map_with(&arena, &more, SLICE("c"), &y);
    cr_expect_str_eq(json_of(&arena, &item), "{\"a\":{\"S\":\"x\"},\"c\":{\"S\":\"z\"}}");
    cr_expect_str_eq(json_of(&arena, &more),
                     "{\"a\":{\"S\":\"x\"},\"b\":{\"S\":\"y\"},\"c\":{\"S\":\"z\"}}");
    cr_expect_str_eq(json_of(&arena, &changed),
                     "{\"a\":{\"S\":\"x\"},\"b\":{\"S\":\"y\"},\"c\":{\"S\":\"y\"}}");
    arena_done(&arena);
}

static bool equal(const char *a, const char *b)
{
    struct arena arena = {0};
    struct attr_map x = item_of(&arena, a);
    struct attr_map y = item_of(&arena, b);
    bool result = attr_equal(&x.members[0].value, &y.members[0].value);
    arena_done(&arena);
    return result;
}

Test(value, equality_knows_numbers_and_unordered_sets)
{
    cr_expect(equal("{\"a\":{\"N\":\"1.0\"}}", "{\"a\":{\"N\":\"1\"}}"));
    cr_expect(equal("{\"a\":{\"NS\":[\"2\",\"1\"]}}", "{\"a\":{\"NS\":[\"1.0\",\"2\"]}}"));
    cr_expect(equal("{\"a\":{\"M\":{\"x\":{\"S\":\"1\"},\"y\":{\"NULL\":true}}}}",
                    "{\"a\":{\"M\":{\"y\":{\"NULL\":true},\"x\":{\"S\":\"1\"}}}}"));
    cr_expect_not(equal("{\"a\":{\"S\":\"1\"}}", "{\"a\":{\"N\":\"1\"}}"));
    cr_expect_not(equal("{\"a\":{\"SS\":[\"a\"]}}", "{\"a\":{\"SS\":[\"a\",\"b\"]}}"));
    cr_expect_not(equal("{\"a\":{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"}]}}",
                        "{\"a\":{\"L\":[{\"S\":\"b\"},{\"S\":\"a\"}]}}"));
    cr_expect_not(equal("{\"a\":{\"BOOL\":true}}", "{\"a\":{\"BOOL\":false}}"));
    cr_expect_not(equal("{\"a\":{\"M\":{\"x\":{\"S\":\"1\"}}}}", "{\"a\":{\"M\":{}}}"));
}

static size_t size_of(const char *json)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, json);
    size_t size = attr_map_size(&item);
    arena_done(&arena);
    return size;
}

Test(value, sizes_are_counted_as_aws_counts_them)
{
    cr_expect_eq(size_of("{\"abc\":{\"S\":\"h\xC3\xA9\"}}"), 6);
    cr_expect_eq(size_of("{\"a\":{\"N\":\"0\"}}"), 2);
    cr_expect_eq(size_of("{\"a\":{\"N\":\"12\"}}"), 3);
    cr_expect_eq(size_of("{\"a\":{\"N\":\"-123\"}}"), 5);
    cr_expect_eq(size_of("{\"a\":{\"N\":\"1000000\"}}"), 3);
    cr_expect_eq(size_of("{\"a\":{\"BOOL\":true}}"), 2);
    cr_expect_eq(size_of("{\"a\":{\"NULL\":true}}"), 2);
    cr_expect_eq(size_of("{\"a\":{\"B\":\"AAEC\"}}"), 4);
    cr_expect_eq(size_of("{\"a\":{\"SS\":[\"x\",\"yz\"]}}"), 4);
    cr_expect_eq(size_of("{\"a\":{\"L\":[]}}"), 4);
    cr_expect_eq(size_of("{\"a\":{\"L\":[{\"S\":\"x\"}]}}"), 6);
    cr_expect_eq(size_of("{\"a\":{\"M\":{\"k\":{\"S\":\"x\"}}}}"), 7);
}

Test(value, depth_counts_lists_and_maps)
{
    struct arena arena = {0};
    struct attr_map item = item_of(
        &arena, "{\"a\":{\"L\":[{\"S\":\"x\"},{\"M\":{\"k\":{\"L\":[]}}}]},\"b\":{\"S\":\"\"}}");
    cr_expect_eq(attr_depth(&item.members[0].value), 3);
    cr_expect_eq(attr_depth(&item.members[1].value), 0);
    arena_done(&arena);
}

Test(value, type_names_read_back)
{
    for (int i = 0; i < ATTR_TYPE_COUNT; i++) {
        enum attr_type type = ATTR_TYPE_COUNT;
        cr_expect(attr_type_parse(attr_type_name((enum attr_type)i), &type));
        cr_expect_eq(type, (enum attr_type)i);
    }
    enum attr_type type;
    cr_expect_not(attr_type_parse(SLICE("s"), &type));
}

Test(value, a_map_fits_into_its_own_size_and_no_less)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, "{\"m\":{\"M\":{\"l\":{\"L\":[{\"N\":\"-12.5\"},{\"SS\":"
                                           "[\"a\",\"bc\"]},{\"NULL\":true}]}}}}");
    size_t size = attr_map_size(&item);
    cr_expect(attr_map_fits(&item, size));
    for (size_t less = 0; less < size; less++)
        cr_expect_not(attr_map_fits(&item, less), "%zu of %zu bytes", less, size);
    arena_done(&arena);
}
