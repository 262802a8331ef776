#include "tests/emulator/services/dynamodb/expression_fixture.h"

static const char item_json[] =
    "{\"s\":{\"S\":\"text\"},\"n\":{\"N\":\"5\"},\"b\":{\"B\":\"AAEC\"},\"f\":{\"BOOL\":false},"
    "\"nothing\":{\"NULL\":true},\"l\":{\"L\":[{\"S\":\"x\"},{\"N\":\"5.0\"}]},"
    "\"m\":{\"M\":{\"k\":{\"N\":\"1\"},\"deep\":{\"L\":[{\"M\":{\"z\":{\"S\":\"te\"}}}]}}},"
    "\"ss\":{\"SS\":[\"y\",\"x\"]},\"ns\":{\"NS\":[\"1\",\"5\"]},\"w\":{\"S\":\"h\xC3\xA9\"}}";

static bool holds(const char *text)
{
    struct bench bench = {0};
    struct node *condition = NULL;
    struct expression_input input = bench_input(&bench, "ConditionExpression", text);
    struct attr_map item = item_of(&bench.arena, item_json);
    const char *words = bench_words(&bench, condition_parse(&input, &condition));
    cr_assert_str_empty(words, "%s: %s", text, words);
    bool result = condition_holds(condition, &item);
    arena_done(&bench.arena);
    return result;
}

Test(condition_eval, what_is_true_holds)
{
    static const char *const texts[] = {
        "s = :s",
        "n = :n",
        "n >= :n AND n <= :n",
        "n > :m",
        ":m < n",
        "s > :te",
        "n BETWEEN :m AND :n",
        "l[1] = :n",
        "m.k = :m",
        "m.deep[0].z = :te",
        "n <> :m",
        "n <> :s",
        "absent <> :s",
        "NOT absent = :s",
        "n IN (:s, :m, :n)",
        "attribute_exists(m.deep[0])",
        "attribute_not_exists(m.deep[1])",
        "attribute_not_exists(s.k)",
        "attribute_type(s, :S)",
        "begins_with(s, :te)",
        "begins_with(s, :empty)",
        "contains(s, :te)",
        "contains(ss, :x)",
        "contains(ns, :n)",
        "contains(l, :n)",
        "ss = :ss",
        "m.deep <> l",
        "size(s) < :n",
        "size(ss) > :m",
        "size(m) > :m",
        "size(l) > size(m.k) OR size(l) > :m",
        "s = :s OR absent = :s AND absent = :s",
        "NOT (s = :s AND n = :m)",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect(holds(texts[i]), "%s", texts[i]);
}

Test(condition_eval, what_is_false_does_not)
{
    static const char *const texts[] = {
        "s = :n",
        "n = :s",
        "n < :n",
        "s < :n",
        "absent = :s",
        "absent < :n",
        "absent = elsewhere",
        "absent BETWEEN :m AND :n",
        "absent IN (:s)",
        "n IN (:s, absent)",
        "s <> :s",
        "attribute_exists(absent)",
        "attribute_exists(l[2])",
        "attribute_exists(l.k)",
        "attribute_not_exists(nothing)",
        "attribute_type(n, :S)",
        "attribute_type(absent, :S)",
        "begins_with(n, :te)",
        "begins_with(s, :x)",
        "begins_with(s, n)",
        "contains(n, :n)",
        "contains(ss, :n)",
        "contains(b, :s)",
        "contains(absent, :s)",
        "size(n) = :m",
        "size(absent) = :m",
        "f = :bool",
        "f < nothing",
        "l = :l",
        "s = :s AND NOT s = :s",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect_not(holds(texts[i]), "%s", texts[i]);
}

Test(condition_eval, size_counts_characters_of_strings_and_bytes_of_binaries)
{
    struct bench bench = {0};
    struct node *condition = NULL;
    struct expression_input input = bench_input(&bench, "FilterExpression", "size(w) = two");
    struct attr_map item =
        item_of(&bench.arena, "{\"w\":{\"S\":\"h\xC3\xA9\"},\"two\":{\"N\":\"2\"}}");
    struct attr_map binary =
        item_of(&bench.arena, "{\"w\":{\"B\":\"AAE=\"},\"two\":{\"N\":\"2\"}}");
    cr_assert_not(failed(condition_parse(&input, &condition)));
    cr_expect(condition_holds(condition, &item));
    cr_expect(condition_holds(condition, &binary));
    arena_done(&bench.arena);
}

static bool is_named(const void *context, struct slice name)
{
    return slice_eq_cstr(name, context);
}

Test(condition_eval, attributes_that_a_condition_names_are_found)
{
    struct bench bench = {0};
    struct node *condition = NULL;
    struct expression_input input =
        bench_input(&bench, "FilterExpression", "n = :n AND NOT contains(#dot, s.k)");
    cr_assert_not(failed(condition_parse(&input, &condition)));
    cr_expect(slice_eq(condition_find_attribute(condition, is_named, "x.y"), SLICE("x.y")));
    cr_expect(slice_eq(condition_find_attribute(condition, is_named, "s"), SLICE("s")));
    cr_expect_not(slice_is_set(condition_find_attribute(condition, is_named, "k")));
    arena_done(&bench.arena);
}
