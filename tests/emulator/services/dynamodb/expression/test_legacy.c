#include "emulator/services/dynamodb/expression/legacy.h"
#include "tests/emulator/services/dynamodb/fixture.h"

static const char item_json[] =
    "{\"n\":{\"N\":\"5\"},\"s\":{\"S\":\"text\"},\"ss\":{\"SS\":[\"x\"]}}";

/* One test whose values are {"0": value, "1": value} in their order. */
static struct legacy_test test_of(struct arena *arena, const char *name, const char *comparison,
                                  const char *values_json)
{
    struct attr_map map = item_of(arena, values_json);
    struct attr_value *values = ARENA_ARRAY(arena, struct attr_value, map.count);
    for (size_t i = 0; i < map.count; i++)
        values[i] = map.members[i].value;
    return (struct legacy_test){slice_from_cstr(name), slice_from_cstr(comparison), values,
                                map.count};
}

/* "yes", "no", or why it was refused. */
static const char *verdict(struct arena *arena, enum node_kind joint,
                           const struct legacy_test *tests, size_t count)
{
    struct ddb_refusal refusal = {.arena = arena};
    struct attr_map item = item_of(arena, item_json);
    struct node *condition = NULL;
    if (failed(legacy_condition(arena, tests, count, joint, &condition, &refusal)))
        return arena_cstr(arena, refusal.message);
    return !condition || condition_holds(condition, &item) ? "yes" : "no";
}

Test(legacy, each_operator_becomes_its_tree)
{
    static const struct {
        const char *name, *comparison, *values, *answer;
    } cases[] = {
        {"n",    "EQ",           "{\"0\":{\"N\":\"5.0\"}}",                   "yes"},
        {"n",    "NE",           "{\"0\":{\"N\":\"5\"}}",                     "no" },
        {"none", "NE",           "{\"0\":{\"N\":\"5\"}}",                     "yes"},
        {"n",    "BETWEEN",      "{\"0\":{\"N\":\"5\"},\"1\":{\"N\":\"6\"}}", "yes"},
        {"n",    "IN",           "{\"0\":{\"N\":\"4\"},\"1\":{\"N\":\"5\"}}", "yes"},
        {"none", "NULL",         "{}",                                        "yes"},
        {"n",    "NOT_NULL",     "{}",                                        "yes"},
        {"s",    "CONTAINS",     "{\"0\":{\"S\":\"ex\"}}",                    "yes"},
        {"ss",   "NOT_CONTAINS", "{\"0\":{\"S\":\"y\"}}",                     "yes"},
        {"none", "NOT_CONTAINS", "{\"0\":{\"S\":\"y\"}}",                     "no" },
        {"s",    "BEGINS_WITH",  "{\"0\":{\"S\":\"te\"}}",                    "yes"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(arena_done) struct arena arena = {0};
        struct legacy_test test =
            test_of(&arena, cases[i].name, cases[i].comparison, cases[i].values);
        cr_expect_str_eq(verdict(&arena, NODE_AND, &test, 1), cases[i].answer, "%s %s",
                         cases[i].name, cases[i].comparison);
    }
}

Test(legacy, tests_are_joined_by_and_or_or_and_none_always_hold)
{
    CLEANUP(arena_done) struct arena arena = {0};
    const struct legacy_test tests[] = {
        test_of(&arena, "n", "EQ", "{\"0\":{\"N\":\"5\"}}"),
        test_of(&arena, "s", "EQ", "{\"0\":{\"S\":\"other\"}}"),
    };
    cr_expect_str_eq(verdict(&arena, NODE_AND, tests, 2), "no");
    cr_expect_str_eq(verdict(&arena, NODE_OR, tests, 2), "yes");
    cr_expect_str_eq(verdict(&arena, NODE_AND, tests, 0), "yes");
}

Test(legacy, arguments_are_counted_before_their_types_are_looked_at)
{
    CLEANUP(arena_done) struct arena arena = {0};
    struct legacy_test many =
        test_of(&arena, "n", "LT", "{\"0\":{\"BOOL\":true},\"1\":{\"N\":\"1\"}}");
    struct legacy_test typed = test_of(&arena, "n", "LT", "{\"0\":{\"BOOL\":true}}");
    cr_expect_str_eq(verdict(&arena, NODE_AND, &many, 1),
                     "One or more parameter values were invalid: Invalid number of argument(s) for "
                     "the LT ComparisonOperator");
    cr_expect_str_eq(
        verdict(&arena, NODE_AND, &typed, 1),
        "One or more parameter values were invalid: ComparisonOperator LT is not valid "
        "for BOOL AttributeValue type");
}

Test(legacy, an_update_that_only_removes_is_known_as_such)
{
    CLEANUP(arena_done) struct arena arena = {0};
    struct ddb_refusal refusal = {.arena = &arena};
    struct update update;
    struct attr_value set = {.type = ATTR_SS};
    struct attr_value number = attr_number(SLICE("1"));
    const struct legacy_change changes[] = {
        {SLICE("a"), SLICE("DELETE"), NULL   },
        {SLICE("b"), SLICE("DELETE"), &set   },
        {SLICE("c"), SLICE("ADD"),    &number},
    };
    cr_assert_not(failed(legacy_update(&arena, changes, 2, &update, &refusal)));
    cr_expect(update.is_legacy && update_only_removes(&update));
    cr_assert_not(failed(legacy_update(&arena, changes, 3, &update, &refusal)));
    cr_expect_not(update_only_removes(&update));
    cr_assert_not(failed(legacy_update(&arena, changes, 0, &update, &refusal)));
    cr_expect_not(update_only_removes(&update), "an update of nothing makes an item");
}
