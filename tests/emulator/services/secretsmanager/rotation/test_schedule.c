#include <criterion/criterion.h>

#include "emulator/services/secretsmanager/rotation/schedule.h"
#include "lib/base/attributes.h"
#include "lib/base/clock.h"

static int64_t at(const char *text)
{
    int64_t micros = 0;
    cr_assert(clock_parse_rfc3339(slice_from_cstr(text), &micros), "%s", text);
    return micros;
}

static const char *parse(const char *expression, const char *duration,
                         struct rotation_schedule *schedule)
{
    return rotation_schedule_parse(slice_from_cstr(expression), slice_from_cstr(duration),
                                   schedule);
}

Test(schedule, windows_open_and_close_as_aws_documents_them)
{
    static const struct {
        const char *expression;
        const char *duration;
        const char *after;
        const char *opens;
        const char *closes;
    } cases[] = {
        {"rate(10 days)",              NULL,  "2026-11-22T10:20:30Z", "2026-12-02T00:00:00Z",
         "2026-12-02T23:59:59Z"},
        {"rate(1 day)",                "3h",  "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z",
         "2026-11-23T02:59:59Z"},
        {"rate(4 hours)",              NULL,  "2026-11-22T10:20:30Z", "2026-11-22T14:00:00Z",
         "2026-11-22T14:59:59Z"},
        {"rate(12 hours)",             "12h", "2026-11-22T14:00:00Z", "2026-11-23T02:00:00Z",
         "2026-11-23T13:59:59Z"},
        {"cron(0 8 1 * ? *)",          NULL,  "2026-11-22T10:20:30Z", "2026-12-01T08:00:00Z",
         "2026-12-01T23:59:59Z"},
        {"cron(0 8 1 * ? *)",          "2h",  "2026-12-01T08:00:00Z", "2027-01-01T08:00:00Z",
         "2027-01-01T09:59:59Z"},
        {"cron(0 4/12 * * ? *)",       NULL,  "2026-11-22T10:20:30Z", "2026-11-22T16:00:00Z",
         "2026-11-22T16:59:59Z"},
        {"cron(0 4/12 * * ? *)",       NULL,  "2026-11-22T16:00:00Z", "2026-11-23T04:00:00Z",
         "2026-11-23T04:59:59Z"},
        {"cron(0 0 L * ? *)",          NULL,  "2028-02-10T00:00:00Z", "2028-02-29T00:00:00Z",
         "2028-02-29T23:59:59Z"},
        {"cron(0 0 29 2 ? *)",         NULL,  "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z",
         "2028-02-29T23:59:59Z"},
        {"cron(0 1 ? * SUN *)",        NULL,  "2026-11-22T01:00:00Z", "2026-11-29T01:00:00Z",
         "2026-11-29T23:59:59Z"},
        {"cron(0 1 ? * MON-FRI *)",    NULL,  "2026-11-20T01:00:00Z", "2026-11-23T01:00:00Z",
         "2026-11-23T23:59:59Z"},
        {"cron(0 16 ? * TUE#2 *)",     NULL,  "2026-11-22T00:00:00Z", "2026-12-08T16:00:00Z",
         "2026-12-08T23:59:59Z"},
        {"cron(0 16 ? * 6L *)",        NULL,  "2026-11-22T00:00:00Z", "2026-11-27T16:00:00Z",
         "2026-11-27T23:59:59Z"},
        {"cron(0 16 ? * L *)",         NULL,  "2026-11-22T00:00:00Z", "2026-11-28T16:00:00Z",
         "2026-11-28T23:59:59Z"},
        {"cron(0 0 1 1/3 ? *)",        NULL,  "2026-11-22T00:00:00Z", "2027-01-01T00:00:00Z",
         "2027-01-01T23:59:59Z"},
        {"cron(0 0 1,15 JAN,jul ? *)", NULL,  "2026-11-22T00:00:00Z", "2027-01-01T00:00:00Z",
         "2027-01-01T23:59:59Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rotation_schedule schedule;
        struct rotation_window window = {0};
        const char *problem = parse(cases[i].expression, cases[i].duration, &schedule);
        cr_expect_null(problem, "%s: %s", cases[i].expression, problem);
        if (problem)
            continue;
        cr_expect(rotation_schedule_next(&schedule, at(cases[i].after), &window), "%s",
                  cases[i].expression);
        cr_expect_eq(window.opens_micros, at(cases[i].opens), "%s opens", cases[i].expression);
        cr_expect_eq(window.closes_micros, at(cases[i].closes), "%s closes", cases[i].expression);
    }
}

Test(schedule, what_aws_refuses_is_refused_with_a_reason)
{
    static const struct {
        const char *expression;
        const char *duration;
    } cases[] = {
        {"",                                NULL },
        {"rate(10 days",                    NULL },
        {"rate(0 days)",                    NULL },
        {"rate(-1 days)",                   NULL },
        {"rate(10)",                        NULL },
        {"rate(10 weeks)",                  NULL },
        {"rate(3 hours)",                   NULL },
        {"rate(1000 days)",                 NULL },
        {"rate(99999999999999999999 days)", NULL },
        {"every day",                       NULL },
        {"cron(0 8 1 * ?)",                 NULL },
        {"cron(0 8 1 * ? * *)",             NULL },
        {"cron(30 8 1 * ? *)",              NULL },
        {"cron(0 24 1 * ? *)",              NULL },
        {"cron(0 8 0 * ? *)",               NULL },
        {"cron(0 8 32 * ? *)",              NULL },
        {"cron(0 8 1 13 ? *)",              NULL },
        {"cron(0 8 1 * 1 *)",               NULL },
        {"cron(0 8 ? * ? *)",               NULL },
        {"cron(0 8 * * * *)",               NULL },
        {"cron(0 8 ? * 8 *)",               NULL },
        {"cron(0 8 ? * TUE#6 *)",           NULL },
        {"cron(0 8 1 * ? 2027)",            NULL },
        {"cron(0 8-6 1 * ? *)",             NULL },
        {"cron(0 */0 1 * ? *)",             NULL },
        {"cron(0 , 1 * ? *)",               NULL },
        {"cron(0 */3 * * ? *)",             NULL },
        {"cron(0 1,23 * * ? *)",            NULL },
        {"rate(1 day)",                     "0h" },
        {"rate(1 day)",                     "25h"},
        {"rate(1 day)",                     "3"  },
        {"rate(4 hours)",                   "5h" },
        {"cron(0 22 * * ? *)",              "3h" },
        {"cron(0 4/12 * * ? *)",            "13h"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rotation_schedule schedule = {.interval = 42};
        cr_expect_not_null(parse(cases[i].expression, cases[i].duration, &schedule), "%s %s",
                           cases[i].expression, cases[i].duration ? cases[i].duration : "");
        cr_expect_eq(schedule.interval, 42, "it is left alone");
    }
}

Test(schedule, a_day_that_never_comes_opens_no_window)
{
    struct rotation_schedule schedule;
    struct rotation_window window;
    cr_assert_null(parse("cron(0 0 31 2 ? *)", NULL, &schedule));
    cr_expect_not(rotation_schedule_next(&schedule, at("2026-11-22T00:00:00Z"), &window));
    cr_expect_eq(rotation_schedule_days(&schedule, 0), 0);
}

Test(schedule, days_between_windows_are_rounded_up)
{
    static const struct {
        const char *expression;
        int64_t days;
    } cases[] = {
        {"rate(10 hours)",       1 },
        {"rate(10 days)",        10},
        {"cron(0 8 1 * ? *)",    31},
        {"cron(0 8 ? * SUN *)",  7 },
        {"cron(0 4/12 * * ? *)", 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rotation_schedule schedule;
        cr_assert_null(parse(cases[i].expression, NULL, &schedule));
        cr_expect_eq(rotation_schedule_days(&schedule, at("2026-11-22T00:00:00Z")), cases[i].days,
                     "%s", cases[i].expression);
    }
}

Test(schedule, windows_of_a_hundred_years_come_in_order)
{
    struct rotation_schedule schedule;
    struct rotation_window window;
    int64_t before = at("2026-01-01T00:00:00Z");
    cr_assert_null(parse("cron(0 5 ? * FRI#3 *)", NULL, &schedule));
    for (int i = 0; i < 1200; i++) {
        cr_assert(rotation_schedule_next(&schedule, before, &window));
        struct clock_day day = clock_day_of(window.opens_micros);
        cr_assert(window.opens_micros > before && day.weekday == 5 && day.day > 14 && day.day < 22);
        before = window.opens_micros;
    }
    cr_expect_eq(clock_day_of(before).year, 2125);
}
