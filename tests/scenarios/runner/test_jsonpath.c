#include <criterion/criterion.h>

#include "scenarios/runner/jsonpath.h"

static const struct slice document =
    SLICE_INIT("{\"a\":{\"b\":[10,20,{\"c\":null}]},\"x y\":\"\xC3\xBC!\",\"e\":[],"
               "\"rows\":[{\"n\":1},{\"n\":2},{\"m\":3}],\"200\":true}");

static void expect_found(const char *text, const char *expected)
{
    struct arena arena = {0};
    struct jsonpath path;
    const char *problem = jsonpath_parse(slice_from_cstr(text), &arena, &path);
    cr_assert_null(problem, "%s: %s", text, problem);
    const struct value *found = jsonpath_find(&path, value_parse(&arena, document), &arena);
    struct slice json = found ? value_to_json(found, &arena) : SLICE("nothing");
    cr_expect(slice_eq_cstr(json, expected), "%s: " SLICE_FMT, text, SLICE_ARG(json));
    arena_done(&arena);
}

Test(jsonpath, finds_members_items_and_lengths)
{
    expect_found("$.a.b[0]", "10");
    expect_found("$.a.b[-1]", "{\"c\":null}");
    expect_found("$.a.b[2].c", "null");
    expect_found("$['x y']", "\"\xC3\xBC!\"");
    expect_found("$['a']['b'][1]", "20");
    expect_found("$.200", "true");
    expect_found("$.a.b.length()", "3");
    expect_found("$['x y'].length()", "2");
    expect_found("$.length()", "5");
}

Test(jsonpath, a_star_finds_a_list)
{
    expect_found("$.rows[*].n", "[1,2]");
    expect_found("$.rows[*].zz", "[]");
    expect_found("$.e[*]", "[]");
    expect_found("$[*][*].n", "[1,2]");
    expect_found("$.a.b[*]", "[10,20,{\"c\":null}]");
}

Test(jsonpath, finds_nothing_where_nothing_is)
{
    expect_found("$.z", "nothing");
    expect_found("$.a.b[3]", "nothing");
    expect_found("$.a.b[-4]", "nothing");
    expect_found("$.a[0]", "nothing");
    expect_found("$.a.b.c", "nothing");
    expect_found("$.200.length()", "nothing");
}

Test(jsonpath, says_what_is_wrong_with_a_path)
{
    const char *bad[] = {"",      "a",   "$a",    "$.",     "$..a",
                         "$[",    "$[]", "$[x]",  "$['a]",  "$.size()",
                         "$.a b", "$[1", "$[0]x", "$[1.5]", "$[99999999999999999999]"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena arena = {0};
        struct jsonpath path;
        cr_expect_not_null(jsonpath_parse(slice_from_cstr(bad[i]), &arena, &path), "%s", bad[i]);
        arena_done(&arena);
    }
}

Test(jsonpath, has_a_limit_of_steps)
{
    struct arena arena = {0};
    struct jsonpath path;
    struct buf text;
    buf_init_arena(&text, &arena, 1000);
    buf_append_char(&text, '$');
    for (int i = 0; i < 32; i++)
        buf_append_cstr(&text, ".a");
    cr_expect_null(jsonpath_parse(buf_slice(&text), &arena, &path));
    buf_append_cstr(&text, ".a");
    cr_expect_not_null(jsonpath_parse(buf_slice(&text), &arena, &path));
    arena_done(&arena);
}
