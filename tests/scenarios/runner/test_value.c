#include <criterion/criterion.h>

#include "scenarios/runner/value.h"

static bool equal(const char *a, const char *b)
{
    struct arena arena = {0};
    bool same = value_equal(value_parse(&arena, slice_from_cstr(a)),
                            value_parse(&arena, slice_from_cstr(b)));
    arena_done(&arena);
    return same;
}

Test(value, writes_what_it_read_with_numbers_as_they_were)
{
    struct arena arena = {0};
    struct slice json = SLICE("{\"a\":[1.10,-0,12345678901234567890,1e5],\"b\":{},\"c\":\"\\n\","
                              "\"d\":null,\"e\":[true,false,[]]}");
    cr_expect(slice_eq(value_to_json(value_parse(&arena, json), &arena), json));
    arena_done(&arena);
}

Test(value, reads_long_lists_whole)
{
    struct arena arena = {0};
    struct buf text;
    buf_init_arena(&text, &arena, 100000);
    buf_append_cstr(&text, "[0");
    for (int i = 1; i < 1000; i++)
        buf_printf(&text, ",%d", i);
    buf_append_cstr(&text, "]");
    const struct value *list = value_parse(&arena, buf_slice(&text));
    cr_assert(list && list->count == 1000);
    cr_expect(slice_eq(list->items[999]->text, SLICE("999")));
    arena_done(&arena);
}

Test(value, is_nothing_when_the_text_is_not_json)
{
    struct arena arena = {0};
    const char *bad[] = {"", "{", "{\"a\":}", "[1,]", "1 2", "nul"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_null(value_parse(&arena, slice_from_cstr(bad[i])), "%s", bad[i]);
    arena_done(&arena);
}

Test(value, equality_knows_kinds_and_ignores_the_order_of_members)
{
    cr_expect(equal("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}"));
    cr_expect_not(equal("{\"a\":1}", "{\"a\":1,\"b\":2}"));
    cr_expect_not(equal("{\"a\":1,\"b\":2}", "{\"a\":1}"));
    cr_expect_not(equal("[1,2]", "[2,1]"));
    cr_expect_not(equal("1", "\"1\""));
    cr_expect_not(equal("true", "false"));
    cr_expect(equal("null", "null"));
    cr_expect_not(equal("[]", "{}"));
}
