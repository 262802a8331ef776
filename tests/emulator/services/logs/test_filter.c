#include <criterion/criterion.h>

#include "emulator/services/logs/filter.h"
#include "lib/base/attributes.h"

static enum logs_filter_result parse(const char *pattern, struct arena *arena,
                                     struct logs_filter *filter, struct slice *problem)
{
    *problem = SLICE_NONE;
    return logs_filter_parse(arena, slice_from_cstr(pattern), filter, problem);
}

static bool matches(const char *pattern, const char *message)
{
    struct arena arena = {0};
    struct logs_filter filter;
    struct slice problem;
    bool is_read = parse(pattern, &arena, &filter, &problem) == LOGS_FILTER_OK;
    cr_expect(is_read, "%s: " SLICE_FMT, pattern, SLICE_ARG(problem));
    bool found = is_read && logs_filter_matches(&filter, slice_from_cstr(message), &arena);
    arena_done(&arena);
    return found;
}

struct expectation {
    const char *pattern;
    const char *message;
    bool matches;
};

static void check(const struct expectation *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(matches(cases[i].pattern, cases[i].message), cases[i].matches, "%s on %s",
                     cases[i].pattern, cases[i].message);
}

Test(filter, without_a_pattern_matches_every_message)
{
    struct arena arena = {0};
    struct logs_filter filter;
    struct slice problem;
    cr_expect(matches("", "anything"));
    cr_expect(matches("  \t", ""));
    cr_expect_eq(logs_filter_parse(&arena, SLICE_NONE, &filter, &problem), LOGS_FILTER_OK);
    cr_expect(logs_filter_matches(&filter, SLICE("anything"), &arena));
    arena_done(&arena);
}

Test(filter, terms_must_all_be_there_in_their_case)
{
    static const struct expectation cases[] = {
        {"ERROR",              "[ERROR] A fatal exception has occurred", true },
        {"ERROR",              "Exiting with ERRORCODE: -1",             true },
        {"ERROR",              "an error",                               false},
        {"ERROR Exception",    "[ERROR] Unhandled Exception",            true },
        {"ERROR Exception",    "[ERROR] Unhandled",                      false},
        {"Exception ERROR",    "[ERROR] Unhandled Exception",            true },
        {"\"to process the\"", "Failed to process the request",          true },
        {"\"process to the\"", "Failed to process the request",          false},
        {"\"[ERROR]\"",        "x [ERROR] y",                            true },
        {"\"say \\\"hi\\\"\"", "they say \"hi\"",                        true },
        {"\"back\\\\slash\"",  "a back\\slash",                          true },
        {"a_1",                "xa_1x",                                  true },
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, terms_may_be_excluded)
{
    static const struct expectation cases[] = {
        {"ERROR -WARN",             "ERROR message",              true },
        {"ERROR -WARN",             "ERROR WARN message",         false},
        {"ERROR -\"Exiting with\"", "Exiting with ERRORCODE: -1", false},
        {"\"ERROR\" - \"Exiting\"", "Exiting with ERRORCODE: -1", false},
        {"-ERROR",                  "fine",                       true },
        {"-ERROR",                  "ERROR",                      false},
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, either_of_the_terms_with_question_marks_is_enough)
{
    static const struct expectation cases[] = {
        {"?ERROR ?WARN",         "ERROR message", true },
        {"?ERROR ?WARN",         "WARN message",  true },
        {"?ERROR ?WARN",         "message",       false},
        {"?\"two words\" ?x",    "two words",     true },
 /* beside other terms they are ignored, as AWS documents */
        {"?ERROR ?WARN REQUEST", "a REQUEST",     true },
        {"?ERROR ?WARN REQUEST", "an ERROR",      false},
        {"?ERROR -DEBUG",        "anything",      true },
    };
    check(cases, ARRAY_LEN(cases));
}

static const char record[] = "{\"eventType\": \"UpdateTrail\", \"sourceIPAddress\": "
                             "\"111.111.111.111\", \"arrayKey\": [\"value\", \"another value\"],"
                             " \"objectList\": [{\"name\": \"a\", \"id\": 1}, {\"name\": \"b\","
                             " \"id\": 2}], \"SomeObject\": null, \"ThisFlag\": true, \"off\": "
                             "false, \"latency\": 12.5, \"code\": \"400\", \"cluster.name\": \"c\","
                             " \"coordinates\": [[0, 1, 2], [4, 5, 6]], \"esc\": \"a\\u0062c\"}";

Test(filter, json_compares_text)
{
    static const struct expectation cases[] = {
        {"{ $.eventType = \"UpdateTrail\" }",  record, true },
        {"{$.eventType=UpdateTrail}",          record, true },
        {"{ $.eventType = \"updatetrail\" }",  record, false},
        {"{ $.eventType != \"UpdateTrail\" }", record, false},
        {"{ $.eventType = Update* }",          record, true },
        {"{ $.eventType = \"*Trail\" }",       record, true },
        {"{ $.eventType = *dateTr* }",         record, true },
        {"{ $.eventType = *date }",            record, false},
        {"{ $.eventType = Up*Trail }",         record, false},
        {"{ $.eventType = * }",                record, true },
        {"{ $.sourceIPAddress != 123.123.* }", record, true },
        {"{ $.sourceIPAddress = 111.111.* }",  record, true },
        {"{ $.esc = \"abc\" }",                record, true },
        {"{ $.missing = * }",                  record, false},
        {"{ $.missing != x }",                 record, false},
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, json_compares_numbers_as_numbers)
{
    static const struct expectation cases[] = {
        {"{ $.latency >= 12.5 }",    record, true },
        {"{ $.latency > 12.5 }",     record, false},
        {"{ $.latency < 10e3 }",     record, true },
        {"{ $.latency < 10e-3 }",    record, false},
        {"{ $.latency = 12.50 }",    record, true },
        {"{ $.latency != 12.5 }",    record, false},
        {"{ $.latency <= +12.5 }",   record, true },
        {"{ $.latency > -1 }",       record, true },
        {"{ $.latency = 12* }",      record, true },
        {"{ $.code = 400 }",         record, true },
        {"{ $.code = 4* }",          record, true },
        {"{ $.code > 1 }",           record, false},
        {"{ $.eventType > 1 }",      record, false},
        {"{ $.latency = \"12.5\" }", record, true },
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, json_selects_within_objects_and_arrays)
{
    static const struct expectation cases[] = {
        {"{ $.arrayKey[0] = \"value\" }", record, true },
        {"{ $.arrayKey[1] = \"value\" }", record, false},
        {"{ $.arrayKey[2] = * }",         record, false},
        {"{ $.objectList[1].id = 2 }",    record, true },
        {"{ $.objectList[*].id = 2 }",    record, true },
        {"{ $.objectList[*].id = 3 }",    record, false},
        {"{ $.coordinates[1][2] = 6 }",   record, true },
        {"{ $.['cluster.name'] = c }",    record, true },
        {"{ $['cluster.name'] = c }",     record, true },
        {"{ $.arrayKey = \"value\" }",    record, false},
        {"{ $.arrayKey != \"value\" }",   record, false},
        {"{ $.objectList.id = 1 }",       record, false},
        {"{ $.eventType[0] = U }",        record, false},
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, json_tests_null_truth_and_absence)
{
    static const struct expectation cases[] = {
        {"{ $.SomeObject IS NULL }",          record, true },
        {"{ $.eventType IS NULL }",           record, false},
        {"{ $.missing IS NULL }",             record, false},
        {"{ $.missing NOT EXISTS }",          record, true },
        {"{ $.SomeObject NOT EXISTS }",       record, false},
        {"{ $.objectList[5].id NOT EXISTS }", record, true },
        {"{ $.ThisFlag IS TRUE }",            record, true },
        {"{ $.ThisFlag IS FALSE }",           record, false},
        {"{ $.off IS FALSE }",                record, true },
        {"{ $.missing IS FALSE }",            record, false},
        {"{ $.ThisFlag = true }",             record, true },
        {"{ $.SomeObject = * }",              record, false},
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, json_joins_conditions_with_and_before_or)
{
    static const char user[] = "{\"user\": {\"id\": 1, \"email\": \"John.Stiles@example.com\"},"
                               " \"users\": [{\"id\": 2, \"email\": \"John.Doe@example.com\"}],"
                               " \"actions\": [\"GET\", \"PUT\", \"DELETE\"],"
                               " \"coordinates\": [[0, 1, 2]]}";
    static const struct expectation cases[] = {
        {"{ ($.user.id = 1) && ($.users[0].email = \"John.Doe@example.com\") }",             user, true },
        {"{ ($.user.id = 2 && $.users[0].email = \"nonmatch\") || $.actions[2] = \"GET\" }", user,
         false                                                                                          },
        {"{ $.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = nonmatch && "
         "$.actions[2] = nomatch }",                                                user, true },
        {"{ ($.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = nonmatch) && "
         "$.actions[2] = nomatch }",                                                user, false},
        {"{($.user.id=1)&&(($.user.id=2)||($.actions[0]=GET))}",                             user, true },
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, json_matches_no_message_that_is_not_an_object)
{
    static const struct expectation cases[] = {
        {"{ $.a NOT EXISTS }", "text",        false},
        {"{ $.a NOT EXISTS }", "[1]",         false},
        {"{ $.a NOT EXISTS }", "{\"b\":1",    false},
        {"{ $.a NOT EXISTS }", "{\"b\":1} x", false},
        {"{ $.a NOT EXISTS }", "{\"b\":1}\n", true },
        {"{ $.a NOT EXISTS }", "",            false},
    };
    check(cases, ARRAY_LEN(cases));
}

static const char access_line[] = "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "
                                  "\"GET /index.html HTTP/1.0\" 404 1534";

Test(filter, fields_are_split_at_blanks_and_kept_whole_in_brackets_and_quotes)
{
    static const struct expectation cases[] = {
        {"[ip, id, user, time, request, status, bytes]",                access_line,          true },
        {"[ip, id, user, time, request, status]",                       access_line,          false},
        {"[ip, id, user, time, request, status, bytes, more]",          access_line,          false},
        {"[ip, id, user, time = 10/Oct/2000*, request, status, bytes]", access_line,          true },
        {"[ip, id, user, time, request = *html*, status, bytes]",       access_line,          true },
        {"[w1 = ERROR, w2]",                                            "ERROR message",      true },
        {"[w1 = ERROR, w2]",                                            "ERROR WARN message", false},
        {"[w1, w2]",                                                    "  two\twords ",      true },
        {"[w1]",                                                        "[open",              true },
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, fields_meet_conditions)
{
    static const struct expectation cases[] = {
        {"[ip, id, user, time, request, status = 404, bytes]",                 access_line, true },
        {"[ip, id, user, time, request, status = 4*, bytes]",                  access_line, true },
        {"[ip, id, user, time, request, status = 4* && status != 404, bytes]", access_line, false},
        {"[ip, id, user, time, request, status = 500 || status = 404, bytes]", access_line, true },
        {"[ip, id, user, time, request, status, bytes > 1000]",                access_line, true },
        {"[ip, id, user, time, request, status, bytes > 2000]",                access_line, false},
        {"[ip, id, user != frank, time, request, status, bytes]",              access_line, false},
        {"[ip != 10.*, id, user = \"frank\", time, request, status, bytes]",   access_line, true },
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, an_ellipsis_stands_for_any_number_of_fields)
{
    static const struct expectation cases[] = {
        {"[..., status, bytes]",                   access_line, true },
        {"[..., status = 404, bytes]",             access_line, true },
        {"[..., status = 1534, bytes]",            access_line, false},
        {"[ip, id, user = frank, ...]",            access_line, true },
        {"[ip = 127.*, ..., bytes > 1000]",        access_line, true },
        {"[..., request = *.html*, status = 4*,]", access_line, true },
        {"[...]",                                  "",          true },
        {"[..., a, b]",                            "one",       false},
        {"[a, ..., b]",                            "one two",   true },
    };
    check(cases, ARRAY_LEN(cases));
}

Test(filter, refuses_bad_patterns_and_says_why)
{
    static const struct {
        const char *pattern;
        const char *problem;
    } cases[] = {
        {"ERROR:",                "Invalid filter pattern: Invalid character(s) in term 'ERROR:'"},
        {"a@b.c",                 "Invalid filter pattern: Invalid character(s) in term 'a@b.c'" },
        {"\"\"",                  "Invalid filter pattern: Invalid character(s) in term '\"\"'"  },
        {"\"open",                "Invalid filter pattern"                                       },
        {"-",                     "Invalid filter pattern"                                       },
        {"{ $.a = 1",             "If a filter pattern starts with '{' it must end with '}'"     },
        {"[a, b",                 "If a filter pattern starts with '[' it must end with ']'"     },
        {"{",                     "If a filter pattern starts with '{' it must end with '}'"     },
        {"{}",                    "Invalid filter pattern"                                       },
        {"{ $.a }",               "Invalid filter pattern"                                       },
        {"{ $ = 1 }",             "Invalid filter pattern"                                       },
        {"{ $.a = }",             "Invalid filter pattern"                                       },
        {"{ $.a > x }",           "Invalid filter pattern"                                       },
        {"{ $.a > \"5\" }",       "Invalid filter pattern"                                       },
        {"{ $.a == 1 }",          "Invalid filter pattern: Invalid character(s) in term '='"     },
        {"{ $.a = 1 && }",        "Invalid filter pattern"                                       },
        {"{ $.a = 1 & $.b = 1 }", "Invalid filter pattern"                                       },
        {"{ ($.a = 1 }",          "Invalid filter pattern"                                       },
        {"{ $.a[x] = 1 }",        "Invalid filter pattern"                                       },
        {"{ $.a IS MAYBE }",      "Invalid filter pattern"                                       },
        {"{ $.a NOT NULL }",      "Invalid filter pattern"                                       },
        {"{ a = 1 }",             "Invalid filter pattern"                                       },
        {"[a = 1 && b = 2]",      "Invalid filter pattern"                                       },
        {"[..., a, ...]",         "Invalid filter pattern"                                       },
        {"[a b]",                 "Invalid filter pattern"                                       },
        {"[a =]",                 "Invalid filter pattern"                                       },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct logs_filter filter;
        struct slice problem;
        cr_expect_eq(parse(cases[i].pattern, &arena, &filter, &problem), LOGS_FILTER_INVALID, "%s",
                     cases[i].pattern);
        cr_expect(slice_eq_cstr(problem, cases[i].problem), "%s: " SLICE_FMT, cases[i].pattern,
                  SLICE_ARG(problem));
        arena_done(&arena);
    }
}

Test(filter, names_regular_expressions_as_what_it_lacks)
{
    static const char *const patterns[] = {"%ERROR%", "{ $.a = %[0-9]+% }", "[w1 = %x%, w2]"};
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
        struct arena arena = {0};
        struct logs_filter filter;
        struct slice problem;
        cr_expect_eq(parse(patterns[i], &arena, &filter, &problem), LOGS_FILTER_UNSUPPORTED);
        cr_expect(slice_contains(problem, SLICE("regular expressions")));
        arena_done(&arena);
    }
}

static struct slice nested(struct arena *arena, int depth)
{
    static const char opening[] = "((((((((((((((((((((((((((((((((((((((((";
    static const char closing[] = "))))))))))))))))))))))))))))))))))))))))";
    return arena_printf(arena, "{%.*s$.a = 1%.*s}", depth, opening, depth, closing);
}

Test(filter, bounds_the_depth_of_parentheses)
{
    struct arena arena = {0};
    struct logs_filter filter;
    struct slice problem;
    cr_expect_eq(
        logs_filter_parse(&arena, nested(&arena, LOGS_FILTER_DEPTH_MAX), &filter, &problem),
        LOGS_FILTER_OK);
    cr_expect_eq(
        logs_filter_parse(&arena, nested(&arena, LOGS_FILTER_DEPTH_MAX + 1), &filter, &problem),
        LOGS_FILTER_INVALID);
    arena_done(&arena);
}
