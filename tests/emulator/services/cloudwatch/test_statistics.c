#include <math.h>

#include <criterion/criterion.h>

#include "emulator/services/cloudwatch/statistics.h"
#include "lib/base/attributes.h"

static double measure(struct cloudwatch_total *total, const char *text)
{
    struct cloudwatch_measure measure;
    double value = NAN;
    cr_assert(cloudwatch_measure_parse(slice_from_cstr(text), &measure), "%s", text);
    return cloudwatch_total_measure(total, &measure, &value) ? value : NAN;
}

static void add_samples(struct cloudwatch_total *total, const struct cloudwatch_sample *samples,
                        size_t count)
{
    struct cloudwatch_point point = cloudwatch_point_of_samples(samples, count);
    cloudwatch_total_add(total, &point);
}

static void add_summary(struct cloudwatch_total *total, struct cloudwatch_summary summary)
{
    cloudwatch_total_add(total, &(struct cloudwatch_point){.summary = summary});
}

Test(statistics, weigh_values_by_their_counts)
{
    struct cloudwatch_total total = {0};
    add_samples(&total,
                (const struct cloudwatch_sample[]){
                    {10, 1},
                    {20, 3}
    },
                2);
    add_samples(&total,
                (const struct cloudwatch_sample[]){
                    {-5, 1}
    },
                1);
    cr_expect_eq(measure(&total, "SampleCount"), 5);
    cr_expect_eq(measure(&total, "Sum"), 65);
    cr_expect_eq(measure(&total, "Average"), 13);
    cr_expect_eq(measure(&total, "Minimum"), -5);
    cr_expect_eq(measure(&total, "Maximum"), 20);
}

Test(statistics, join_summaries_and_values)
{
    struct cloudwatch_total total = {0};
    add_summary(&total, (struct cloudwatch_summary){4, 100, 10, 40});
    add_samples(&total,
                (const struct cloudwatch_sample[]){
                    {50, 2}
    },
                1);
    cr_expect_eq(measure(&total, "SampleCount"), 6);
    cr_expect_eq(measure(&total, "Sum"), 200);
    cr_expect_eq(measure(&total, "Minimum"), 10);
    cr_expect_eq(measure(&total, "Maximum"), 50);
}

Test(statistics, of_nothing_are_not_told)
{
    struct cloudwatch_total total = {0};
    cr_expect(isnan(measure(&total, "Sum")));
    cr_expect(isnan(measure(&total, "Average")));
    cr_expect(isnan(measure(&total, "p50")));
}

Test(statistics, percentile_is_the_smallest_value_that_covers_its_share)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"p0",    1  },
        {"p1",    1  },
        {"p1.5",  2  },
        {"p50",   50 },
        {"p90",   90 },
        {"p99",   99 },
        {"p99.1", 100},
        {"p100",  100},
        {"p7",    7  },
        {"p29",   29 }
    };
    struct arena arena = {0};
    struct cloudwatch_total total = {.arena = &arena};
    for (int i = 100; i > 0; i--)
        add_samples(&total, &(const struct cloudwatch_sample){i, 1}, 1);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_eq(measure(&total, cases[i].text), cases[i].value, "%s", cases[i].text);
    arena_done(&arena);
}

Test(statistics, percentile_counts_each_value_as_often_as_it_occurred)
{
    struct arena arena = {0};
    struct cloudwatch_total total = {.arena = &arena};
    add_samples(&total,
                (const struct cloudwatch_sample[]){
                    {1000, 1 },
                    {5,    98},
                    {7,    1 }
    },
                3);
    cr_expect_eq(measure(&total, "p50"), 5);
    cr_expect_eq(measure(&total, "p98"), 5);
    cr_expect_eq(measure(&total, "p99"), 7);
    cr_expect_eq(measure(&total, "p99.9"), 1000);
    arena_done(&arena);
}

Test(statistics, percentile_stays_right_when_values_come_after_it_was_asked)
{
    struct arena arena = {0};
    struct cloudwatch_total total = {.arena = &arena};
    add_samples(&total, &(const struct cloudwatch_sample){9, 1}, 1);
    cr_expect_eq(measure(&total, "p50"), 9);
    add_samples(&total,
                (const struct cloudwatch_sample[]){
                    {1, 1},
                    {2, 1}
    },
                2);
    cr_expect_eq(measure(&total, "p50"), 2);
    arena_done(&arena);
}

Test(statistics, percentile_needs_samples_that_are_known_and_not_negative)
{
    struct arena arena = {0};
    struct cloudwatch_total mixed = {.arena = &arena};
    struct cloudwatch_total negative = {.arena = &arena};
    struct cloudwatch_total uniform = {.arena = &arena};
    add_samples(&mixed, &(const struct cloudwatch_sample){1, 1}, 1);
    add_summary(&mixed, (struct cloudwatch_summary){2, 30, 10, 20});
    cr_expect(isnan(measure(&mixed, "p50")));
    cr_expect_eq(measure(&mixed, "Sum"), 31);
    add_samples(&negative,
                (const struct cloudwatch_sample[]){
                    {-1, 1},
                    {5,  1}
    },
                2);
    cr_expect(isnan(measure(&negative, "p50")));
    add_summary(&uniform, (struct cloudwatch_summary){3, 30, 10, 10});
    add_samples(&uniform, &(const struct cloudwatch_sample){20, 1}, 1);
    cr_expect_eq(measure(&uniform, "p75"), 10);
    cr_expect_eq(measure(&uniform, "p76"), 20);
    arena_done(&arena);
}

Test(statistics, refuse_names_that_are_none)
{
    static const char *const texts[] = {
        "",    "sum", "Sum ", "p",    "p101",   "p-1",  "p1e1",   "p1.2.3",
        "p.5", "P50", "tm90", "p50 ", "p100.1", "pNaN", "Median", "p000000000000001"};
    struct cloudwatch_measure measure;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect_not(cloudwatch_measure_parse(slice_from_cstr(texts[i]), &measure), "%s",
                      texts[i]);
}

Test(statistics, tell_awss_other_statistics_from_nonsense)
{
    cr_expect(cloudwatch_measure_is_foreign(SLICE("tm99")));
    cr_expect(cloudwatch_measure_is_foreign(SLICE("PR(100:2000)")));
    cr_expect(cloudwatch_measure_is_foreign(SLICE("IQM")));
    cr_expect_not(cloudwatch_measure_is_foreign(SLICE("Median")));
    cr_expect_not(cloudwatch_measure_is_foreign(SLICE("p50")));
}
