#include <criterion/criterion.h>

#include "scenarios/runner/suite.h"

struct fixture {
    struct arena arena;
    struct complaints complaints;
    struct suite *suite;
};

static void parse(struct fixture *f, const char *text)
{
    *f = (struct fixture){0};
    complaints_init(&f->complaints, SLICE("s"), &f->arena);
    f->suite = suite_parse(SLICE("s"), slice_from_cstr(text), &f->arena, &f->complaints);
}

Test(suite, reads_every_part_of_a_step)
{
    struct fixture f;
    parse(&f, "suite: money\n"
              "vars: {currency: EUR}\n"
              "scenarios:\n"
              "  - name: one\n"
              "    steps:\n"
              "      - name: pay\n"
              "        http: {method: POST, path: /v1/transfers, body: {amount: 1}}\n"
              "        duplicate: 16\n"
              "        capture:\n"
              "          id: $.replies[0].body.id\n"
              "          token: {path: $.t, secret: true}\n"
              "        assert:\n"
              "          - {path: $.equal, value: true}\n"
              "        cleanup:\n"
              "          - redis: [DEL, k]\n"
              "      - sql: {query: select 1}\n"
              "        until: [{path: $.count, value: 1}]\n"
              "        within: 2m\n"
              "        every: 250ms\n"
              "      - parallel:\n"
              "          - wait: 1ms\n"
              "          - aws: {service: kms, operation: ListKeys}\n"
              "    cleanup:\n"
              "      - wait: 1s\n");
    cr_assert(f.suite, SLICE_FMT, SLICE_ARG(buf_slice(&f.complaints.text)));
    const struct scenario *scenario = &f.suite->scenarios[0];
    const struct step *steps = scenario->steps.items;
    cr_assert_eq(scenario->steps.count, 3);
    cr_expect(slice_eq(steps[0].name, SLICE("pay")));
    cr_expect_eq(steps[0].kind, &HTTP_KIND);
    cr_expect_eq(steps[0].duplicate, 16);
    cr_expect_eq(steps[0].capture_count, 2);
    cr_expect_not(steps[0].captures[0].secret);
    cr_expect(steps[0].captures[1].secret);
    cr_expect_eq(steps[0].cleanup.count, 1);
    cr_expect(slice_eq(steps[1].name, SLICE("sql at line 16")));
    cr_expect_eq(steps[1].until.count, 1);
    cr_expect_eq(steps[1].within_ms, 120000);
    cr_expect_eq(steps[1].every_ms, 250);
    cr_expect_eq(steps[2].nested.count, 2);
    cr_expect_eq(scenario->cleanup.count, 1);
    cr_expect_eq(f.suite->needs & ~1U,
                 1U << SERVICE_API | 1U << SERVICE_AWS | 1U << SERVICE_SQL | 1U << SERVICE_REDIS);
    arena_done(&f.arena);
}

#define STEP(text) "suite: s\nscenarios:\n  - name: n\n    steps:\n      - " text "\n"

Test(suite, complains_about_each_thing_that_does_not_fit)
{
    static const char *const cases[][2] = {
        {"scenarios: []\n",                                                        "s:1:1: a suite file needs"                   },
        {"suite: s\n",                                                             "s:1:1: a suite file needs"                   },
        {"suite: s\nscenario: []\n",                                               "did you mean \"scenarios\"?"                 },
        {"suite: s\nscenarios:\n  - steps: []\n",                                  "s:3:5: a scenario needs a name and steps"    },
        {"suite: s\nvars: [a]\nscenarios: []\n",                                   "s:2:7: vars is a mapping"                    },
        {"suite: s\nvars: {a-b: 1}\nscenarios: []\n",                              "\"a-b\" cannot be a variable"                },
        {STEP("name: x"),                                                          "s:5:9: a step needs one of http, aws"        },
        {STEP("{wait: 1s, redis: [PING]}"),                                        "a step does one thing: wait or redis"        },
        {STEP("htp: {path: /}"),                                                   "did you mean \"http\"?"                      },
        {STEP("wait: soon"),                                                       "wait takes a time"                           },
        {STEP("redis: PING"),                                                      "redis takes a command as a list"             },
        {STEP("redis: []"),                                                        "redis takes a command as a list"             },
        {STEP("sql: {params: [1]}"),                                               "sql needs a query"                           },
        {STEP("sql: {query: x, params: 1}"),                                       "params is a list"                            },
        {STEP("aws: {service: kms}"),                                              "aws needs a service and an operation"        },
        {STEP("aws: {service: kmss, operation: X}"),                               "unknown service \"kmss\""                    },
        {STEP("http: {method: GET}"),                                              "http needs a path of the API or a whole url" },
        {STEP("http: {path: /, url: 'http://x'}"),                                 "http needs a path of the API or a whole url" },
        {STEP("http: {path: /, method: FETCH}"),                                   "\"FETCH\" is no method"                      },
        {STEP("http: {path: /, body: {}, text: x}"),                               "not both"                                    },
        {STEP("http: {path: /, headers: [a]}"),                                    "headers is a mapping"                        },
        {STEP("{wait: 1s, within: 2h}"),                                           "within takes a time"                         },
        {STEP("{wait: 1s, within: 61m}"),                                          "an hour at most"                             },
        {STEP("{wait: 1s, duplicate: 0}"),                                         "duplicate takes a whole number from 1 to 256"},
        {STEP("{wait: 1s, repeat: x}"),                                            "repeat takes a whole number"                 },
        {STEP("{wait: 1s, duplicate: 2, repeat: 2}"),                              "a step has one of them"                      },
        {STEP("{wait: 1s, repeat: 2, until: []}"),                                 "until polls one request"                     },
        {STEP("{wait: 1s, capture: [a]}"),                                         "capture is a mapping"                        },
        {STEP("{wait: 1s, capture: {uuid: $.a}}"),                                 "\"uuid\" cannot be a variable"               },
        {STEP("{wait: 1s, capture: {a: x}}"),                                      "a path begins with $"                        },
        {STEP("{wait: 1s, capture: {a: {secret: true}}}"),                         "a capture needs a path"                      },
        {STEP("{wait: 1s, cleanup: {wait: 1s}}"),                                  "a list of steps was expected"                },
        {STEP("parallel: [{parallel: [{parallel: [{parallel: [{wait: 1s}]}]}]}]"),
         "nested too deeply"                                                                                                     },
        {STEP("{wait: 1s, name: [x]}"),                                            "a name is text"                              },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        parse(&f, cases[i][0]);
        cr_expect_null(f.suite, "%s", cases[i][0]);
        cr_expect(slice_contains(buf_slice(&f.complaints.text), slice_from_cstr(cases[i][1])),
                  "%s: " SLICE_FMT, cases[i][0], SLICE_ARG(buf_slice(&f.complaints.text)));
        arena_done(&f.arena);
    }
}

Test(suite, durations_are_whole_numbers_with_a_unit)
{
    unsigned ms = 7;
    cr_expect(suite_parse_duration(SLICE("250ms"), &ms) && ms == 250);
    cr_expect(suite_parse_duration(SLICE("5s"), &ms) && ms == 5000);
    cr_expect(suite_parse_duration(SLICE("60m"), &ms) && ms == 3600000);
    const char *bad[] = {"", "5", "s", "-1s", "1.5s", "5 s", "61m", "99999999999999999999s", "1h"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(suite_parse_duration(slice_from_cstr(bad[i]), &ms), "%s", bad[i]);
}
