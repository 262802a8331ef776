#include "tests/emulator/services/dynamodb/expression_fixture.h"

static const char *words_of_values(struct arena *arena, const char *json,
                                   struct slice value_refusal)
{
    struct placeholders placeholders;
    struct ddb_refusal refusal = {.arena = arena};
    struct attr_map values = item_of(arena, json);
    struct err e = placeholders_init(&placeholders, arena, &values, value_refusal, &refusal);
    return failed(e) ? arena_cstr(arena, refusal.message) : "";
}

static const char *words_of_name(struct arena *arena, const char *key, const char *name)
{
    struct placeholders placeholders;
    struct ddb_refusal refusal = {.arena = arena};
    cr_assert_not(failed(placeholders_init(&placeholders, arena, NULL, SLICE_NONE, &refusal)));
    struct err e = placeholders_add_name(&placeholders, 1, slice_from_cstr(key),
                                         slice_from_cstr(name), arena, &refusal);
    return failed(e) ? arena_cstr(arena, refusal.message) : "";
}

Test(placeholders, bad_keys_and_values_are_refused)
{
    struct arena arena = {0};
    cr_expect_str_eq(words_of_values(&arena, "{\":a\":{\"S\":\"\"}}", SLICE_NONE), "");
    cr_expect_str_eq(words_of_values(&arena, "{}", SLICE_NONE),
                     "ExpressionAttributeValues must not be empty");
    cr_expect_str_eq(words_of_values(&arena, "{\"a\":{\"S\":\"\"}}", SLICE_NONE),
                     "ExpressionAttributeValues contains invalid key: Syntax error; key: \"a\"");
    cr_expect_str_eq(words_of_values(&arena, "{\":a\":{\"S\":\"\"}}", SLICE("what was noted")),
                     "ExpressionAttributeValues contains invalid value: what was noted");
    cr_expect_str_eq(words_of_name(&arena, "#a_1", "x"), "");
    cr_expect_str_eq(words_of_name(&arena, "a", "x"),
                     "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
    cr_expect_str_eq(words_of_name(&arena, "#", "x"),
                     "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\"");
    cr_expect_str_eq(words_of_name(&arena, "#a-b", "x"),
                     "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
    arena_done(&arena);
}

Test(placeholders, unused_ones_are_refused_names_first)
{
    struct bench bench = {0};
    struct node *condition;
    struct expression_input input = bench_input(
        &bench, "ConditionExpression",
        "#status = :s AND a IN (:n, :m, :b, :bool, :null, :l, :map, :ss, :ns, :bs, :te, :S)");
    cr_assert_not(failed(condition_parse(&input, &condition)));
    struct err e = placeholders_check_used(&bench.placeholders, &bench.refusal);
    cr_expect_str_eq(
        bench_words(&bench, e),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #dot}");
    bench.refusal.message = SLICE_NONE;
    struct slice name;
    cr_expect(placeholders_name(&bench.placeholders, SLICE("#a"), &name));
    cr_expect(placeholders_name(&bench.placeholders, SLICE("#dot"), &name));
    e = placeholders_check_used(&bench.placeholders, &bench.refusal);
    cr_expect_str_eq(
        bench_words(&bench, e),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:empty, :x}");
    arena_done(&bench.arena);
}
