#include <criterion/criterion.h>

#include "scenarios/runner/check.h"

static const char reply[] =
    "{\"n\":5,\"big\":\"12.5\",\"s\":\"hello\",\"l\":[1,\"two\"],\"o\":{\"k\":1},\"z\":null}";

struct fixture {
    struct arena arena;
    struct complaints complaints;
    struct check_list checks;
    struct secrets secrets;
    struct surroundings surroundings;
    struct variables variables;
};

static bool parse(struct fixture *f, const char *yaml)
{
    *f = (struct fixture){0};
    complaints_init(&f->complaints, SLICE("t"), &f->arena);
    const struct node *list = yaml_parse(slice_from_cstr(yaml), &f->arena, &f->complaints);
    cr_assert(list, "%s", yaml);
    return check_list_parse(list, &f->arena, &f->complaints, &f->checks);
}

static bool holds(struct fixture *f, struct slice *difference)
{
    static const struct http_header headers[] = {
        {SLICE_INIT("ETag"), SLICE_INIT("v1")}
    };
    struct outcome outcome = {.answered = true,
                              .status = 409,
                              .error_code = SLICE("busy"),
                              .headers = headers,
                              .header_count = 1,
                              .document = value_parse(&f->arena, slice_from_cstr(reply))};
    f->surroundings.secrets = &f->secrets;
    variables_init(&f->variables, NULL, &f->surroundings);
    variables_set(&f->variables, SLICE("five"), value_number(&f->arena, 5));
    struct render render = {.variables = &f->variables, .arena = &f->arena};
    bool result = check_holds(&f->checks.items[0], &outcome, &render, difference);
    variables_done(&f->variables);
    return result;
}

static void expect_check(const char *yaml, bool expected)
{
    struct fixture f;
    struct slice difference = SLICE_NONE;
    cr_assert(parse(&f, yaml), SLICE_FMT, SLICE_ARG(buf_slice(&f.complaints.text)));
    cr_expect_eq(holds(&f, &difference), expected, "%s: " SLICE_FMT, yaml, SLICE_ARG(difference));
    cr_expect_eq(slice_is_set(difference), !expected, "%s", yaml);
    arena_done(&f.arena);
}

Test(check, each_operator_holds_and_does_not_hold)
{
    static const struct {
        const char *yes;
        const char *no;
    } pairs[] = {
        {"[{path: $.n, value: 5}]",                      "[{path: $.n, value: '5'}]"                },
        {"[{path: $.n, value: '${five}'}]",              "[{path: $.n, op: equals, value: 6}]"      },
        {"[{path: $.n, op: not_equals, value: 6}]",      "[{path: $.n, op: not_equals, value: 5}]"  },
        {"[{path: $.z, op: exists}]",                    "[{path: $.y, op: exists}]"                },
        {"[{path: $.y, op: absent}]",                    "[{path: $.z, op: absent}]"                },
        {"[{path: $.n, op: less, value: 6}]",            "[{path: $.n, op: less, value: 5}]"        },
        {"[{path: $.n, op: greater, value: 4}]",         "[{path: $.n, op: greater, value: 5}]"     },
        {"[{path: $.n, op: at_least, value: 5}]",        "[{path: $.n, op: at_least, value: 6}]"    },
        {"[{path: $.n, op: at_most, value: 5}]",         "[{path: $.n, op: at_most, value: 4}]"     },
        {"[{path: $.big, op: greater, value: '12.25'}]", "[{path: $.s, op: greater, value: 1}]"     },
        {"[{path: $.s, op: contains, value: ell}]",      "[{path: $.s, op: contains, value: xx}]"   },
        {"[{path: $.l, op: contains, value: two}]",      "[{path: $.l, op: contains, value: '1'}]"  },
        {"[{path: $.o, op: contains, value: k}]",        "[{path: $.o, op: contains, value: j}]"    },
        {"[{path: $.l, op: lacks, value: 2}]",           "[{path: $.l, op: lacks, value: 1}]"       },
        {"[{path: $.s, op: starts_with, value: he}]",    "[{path: $.s, op: starts_with, value: el}]"},
        {"[{path: $.s, op: matches, value: '^h.*o$'}]",  "[{path: $.s, op: matches, value: '^o'}]"  },
        {"[{path: $.n, op: one_of, value: [4, 5]}]",     "[{path: $.n, op: one_of, value: ['5']}]"  },
        {"[{path: $.l, op: type, value: list}]",         "[{path: $.n, op: type, value: string}]"   },
        {"[{path: $.l, op: length, value: 2}]",          "[{path: $.s, op: length, value: 4}]"      },
        {"[{status: 409}]",                              "[{status: 200}]"                          },
        {"[{status: [200, 409]}]",                       "[{status: [200, 201]}]"                   },
        {"[{error: busy}]",                              "[{error: Busy}]"                          },
        {"[{header: etag, value: v1}]",                  "[{header: x-none, op: exists}]"           },
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        expect_check(pairs[i].yes, true);
        expect_check(pairs[i].no, false);
    }
}

Test(check, nothing_at_the_path_fails_every_comparison)
{
    const char *checks[] = {"[{path: $.y, op: not_equals, value: 1}]",
                            "[{path: $.y, op: lacks, value: 1}]",
                            "[{path: $.y, op: less, value: 1}]"};
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        expect_check(checks[i], false);
}

Test(check, the_difference_names_path_expectation_and_finding)
{
    struct fixture f;
    struct slice difference = SLICE_NONE;
    cr_assert(parse(&f, "[{path: $.n, op: at_least, value: 7}]"));
    cr_expect_not(holds(&f, &difference));
    cr_expect(slice_eq(difference, SLICE("expected $.n to be at least 7, found 5")), SLICE_FMT,
              SLICE_ARG(difference));
    arena_done(&f.arena);
}

Test(check, a_missing_variable_is_no_difference)
{
    struct fixture f;
    struct slice difference = SLICE_NONE;
    cr_assert(parse(&f, "[{path: $.n, value: '${absent}'}]"));
    cr_expect_not(holds(&f, &difference));
    cr_expect_not(slice_is_set(difference));
    arena_done(&f.arena);
}

Test(check, malformed_assertions_are_complained_about)
{
    static const char *const cases[][2] = {
        {"{path: $.n}",                         "assertions are a list"    },
        {"[{path: n, value: 1}]",               "a path begins with $"     },
        {"[{path: $.n, op: equal, value: 1}]",  "did you mean \"equals\"?" },
        {"[{path: $.n, op: equals}]",           "op equals takes a value"  },
        {"[{path: $.n, op: exists, value: 1}]", "op exists takes no value" },
        {"[{value: 1}]",                        "an assertion needs a path"},
        {"[{status: 200, error: x}]",           "stand alone"              },
        {"[{path: $.n, header: h, value: 1}]",  "about one thing"          },
        {"[{pth: $.n, value: 1}]",              "did you mean \"path\"?"   },
        {"[status]",                            "a mapping was expected"   },
        {"[{path: [a], value: 1}]",             "an assertion needs a path"},
        {"[{path: $.n, op: [a], value: 1}]",    "unknown op"               },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        cr_expect_not(parse(&f, cases[i][0]), "%s", cases[i][0]);
        cr_expect(slice_contains(buf_slice(&f.complaints.text), slice_from_cstr(cases[i][1])),
                  "%s: " SLICE_FMT, cases[i][0], SLICE_ARG(buf_slice(&f.complaints.text)));
        arena_done(&f.arena);
    }
}
