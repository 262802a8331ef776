#include <stdlib.h>

#include <criterion/criterion.h>

#include "scenarios/runner/variables.h"

struct fixture {
    struct arena arena;
    struct secrets secrets;
    struct surroundings surroundings;
    struct variables suite;
    struct variables scenario;
    struct render render;
};

static void start(struct fixture *f)
{
    *f = (struct fixture){0};
    secrets_init(&f->secrets);
    f->surroundings = (struct surroundings){
        .run_id = SLICE("abcdefgh"),
        .rand = rand_seeded(7),
        .secrets = &f->secrets,
        .target = value_parse(&f->arena, SLICE("{\"user\":\"ann\"}")),
    };
    pthread_mutex_init(&f->surroundings.rand_lock, NULL);
    variables_init(&f->suite, NULL, &f->surroundings);
    variables_init(&f->scenario, &f->suite, &f->surroundings);
    f->render = (struct render){.variables = &f->scenario, .arena = &f->arena, .index = 3};
}

static void stop(struct fixture *f)
{
    variables_done(&f->scenario);
    variables_done(&f->suite);
    secrets_done(&f->secrets);
    arena_done(&f->arena);
}

/* The value that a one-line YAML text becomes, as JSON; absent when it has none. */
static struct slice rendered(struct fixture *f, const char *yaml)
{
    struct complaints complaints;
    complaints_init(&complaints, SLICE("t"), &f->arena);
    const struct node *node = yaml_parse(slice_from_cstr(yaml), &f->arena, &complaints);
    cr_assert(node, "%s", yaml);
    const struct value *value = render_value(&f->render, node);
    return value ? value_to_json(value, &f->arena) : SLICE_NONE;
}

static void expect_json(struct fixture *f, const char *yaml, const char *json)
{
    struct slice got = rendered(f, yaml);
    cr_expect(slice_eq_cstr(got, json), "%s: " SLICE_FMT, yaml, SLICE_ARG(got));
}

Test(variables, plain_whole_numbers_and_three_words_are_values_and_all_else_is_text)
{
    struct fixture f;
    start(&f);
    expect_json(&f, "{a: 12, b: -3, c: true, d: null, e: false}",
                "{\"a\":12,\"b\":-3,\"c\":true,\"d\":null,\"e\":false}");
    expect_json(&f, "[no, yes, on, 1.5, 007, -0, 1e3, 2026-01-01, ~]",
                "[\"no\",\"yes\",\"on\",\"1.5\",\"007\",\"-0\",\"1e3\",\"2026-01-01\",\"~\"]");
    expect_json(&f, "['12', \"true\", '', \"null\"]", "[\"12\",\"true\",\"\",\"null\"]");
    expect_json(&f, "99999999999999999999", "\"99999999999999999999\"");
    stop(&f);
}

Test(variables, a_lone_variable_keeps_its_type_and_one_inside_a_text_is_text)
{
    struct fixture f;
    start(&f);
    variables_set(&f.scenario, SLICE("n"), value_parse(&f.arena, SLICE("12")));
    variables_set(&f.scenario, SLICE("o"), value_parse(&f.arena, SLICE("{\"a\":[1]}")));
    expect_json(&f, "${n}", "12");
    expect_json(&f, "['${n}']", "[12]");
    expect_json(&f, "'${n} '", "\"12 \"");
    expect_json(&f, "x${n}y", "\"x12y\"");
    expect_json(&f, "${o}", "{\"a\":[1]}");
    expect_json(&f, "'is ${o}'", "\"is {\\\"a\\\":[1]}\"");
    expect_json(&f, "{'${n}': 1}", "{\"12\":1}");
    expect_json(&f, "'$${n} costs $5'", "\"${n} costs $5\"");
    stop(&f);
}

Test(variables, a_scenario_sees_and_covers_its_suites_variables)
{
    struct fixture f;
    start(&f);
    variables_set(&f.suite, SLICE("a"), value_string(&f.arena, SLICE("suite")));
    expect_json(&f, "${a}", "\"suite\"");
    variables_set(&f.scenario, SLICE("a"), value_string(&f.arena, SLICE("first")));
    variables_set(&f.scenario, SLICE("a"), value_string(&f.arena, SLICE("second")));
    expect_json(&f, "${a}", "\"second\"");
    stop(&f);
}

Test(variables, built_ins_environment_and_target_have_values)
{
    struct fixture f;
    start(&f);
    setenv("FLORIN_TEST_TOKEN", "hidden-token", 1);
    expect_json(&f, "${run_id}", "\"abcdefgh\"");
    expect_json(&f, "${index}", "3");
    expect_json(&f, "${target:user}", "\"ann\"");
    expect_json(&f, "${env:FLORIN_TEST_TOKEN}", "\"hidden-token\"");
    cr_expect(
        slice_eq(secrets_mask(&f.secrets, SLICE("a hidden-token"), &f.arena), SLICE("a ***")));
    struct slice first = rendered(&f, "${uuid}");
    struct slice second = rendered(&f, "${uuid}");
    cr_expect_eq(first.len, 38);
    cr_expect_not(slice_eq(first, second));
    stop(&f);
}

Test(variables, the_same_seed_gives_the_same_uuids)
{
    struct fixture f;
    struct fixture g;
    start(&f);
    start(&g);
    cr_expect(slice_eq(rendered(&f, "${uuid}"), rendered(&g, "${uuid}")));
    stop(&f);
    stop(&g);
}

static void expect_problem(const char *yaml, const char *problem, bool missing)
{
    struct fixture f;
    start(&f);
    cr_expect_not(slice_is_set(rendered(&f, yaml)), "%s", yaml);
    cr_expect(slice_contains(f.render.problem, slice_from_cstr(problem)), "%s: " SLICE_FMT, yaml,
              SLICE_ARG(f.render.problem));
    cr_expect_eq(f.render.missing, missing);
    stop(&f);
}

Test(variables, what_is_not_set_is_a_problem_with_its_name)
{
    unsetenv("FLORIN_TEST_ABSENT");
    expect_problem("${a}", "${a} is not set: no step before captured it", true);
    expect_problem("[1, 'x ${a}']", "${a} is not set", true);
    expect_problem("{'${k}': 1}", "${k} is not set", true);
    expect_problem("${env:FLORIN_TEST_ABSENT}", "no such environment variable", true);
    expect_problem("${target:absent}", "the target has no such value", true);
    expect_problem("'a ${b'", "without its \"}\"", false);
}

Test(variables, names_are_words_and_no_built_ins)
{
    cr_expect(variables_is_name(SLICE("a_1")));
    cr_expect(variables_is_name(SLICE("_x")));
    cr_expect_not(variables_is_name(SLICE("")));
    cr_expect_not(variables_is_name(SLICE("1a")));
    cr_expect_not(variables_is_name(SLICE("a-b")));
    cr_expect_not(variables_is_name(SLICE("env:A")));
    cr_expect_not(variables_is_name(SLICE("uuid")));
}
