#include <criterion/criterion.h>

#include "emulator/services/cloudwatch/period.h"
#include "lib/base/attributes.h"

enum { minute = 60, hour = 3600, day = 86400 };

/* 2026-11-22T12:34:56Z */
static const int64_t now = 1795350896;

Test(period, is_1_5_10_20_30_or_a_multiple_of_60)
{
    static const int64_t good[] = {1, 5, 10, 20, 30, 60, 120, 300, 3600, 86400};
    static const int64_t bad[] = {0, -60, 2, 15, 31, 59, 61, 90, 3601};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        cr_expect(cloudwatch_period_is_valid(good[i]), "%lld", (long long)good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(cloudwatch_period_is_valid(bad[i]), "%lld", (long long)bad[i]);
}

Test(period, begins_at_the_start_rounded_down_to_a_minute)
{
    cr_expect_eq(cloudwatch_period_first(now, 60, now), now - 56);
    cr_expect_eq(cloudwatch_period_first(now, 3600, now), now - 56);
    cr_expect_eq(cloudwatch_period_first(now - 56, 300, now), now - 56);
}

Test(period, begins_on_coarser_steps_the_older_the_start_is)
{
    cr_expect_eq(cloudwatch_period_first(now - 15 * day + 1, 60, now) % minute, 0);
    cr_expect_neq(cloudwatch_period_first(now - 15 * day + 1, 60, now) % (5 * minute), 0);
    cr_expect_eq(cloudwatch_period_first(now - 15 * day, 60, now) % (5 * minute), 0);
    cr_expect_neq(cloudwatch_period_first(now - 63 * day, 60, now) % hour, 0);
    cr_expect_eq(cloudwatch_period_first(now - 63 * day - 1, 60, now) % hour, 0);
}

Test(period, below_a_minute_begins_on_a_multiple_of_itself)
{
    cr_expect_eq(cloudwatch_period_first(now, 1, now), now);
    cr_expect_eq(cloudwatch_period_first(now, 5, now), now - 1);
    cr_expect_eq(cloudwatch_period_first(now, 10, now), now - 6);
    cr_expect_eq(cloudwatch_period_first(now, 20, now), now - 16);
    cr_expect_eq(cloudwatch_period_first(now, 30, now), now - 26);
}

Test(period, keeps_fine_data_for_less_time)
{
    cr_expect_eq(cloudwatch_period_retention(1), 3 * hour);
    cr_expect_eq(cloudwatch_period_retention(30), 3 * hour);
    cr_expect_eq(cloudwatch_period_retention(60), 15 * day);
    cr_expect_eq(cloudwatch_period_retention(240), 15 * day);
    cr_expect_eq(cloudwatch_period_retention(300), 63 * day);
    cr_expect_eq(cloudwatch_period_retention(3600), 455 * day);
    cr_expect_eq(cloudwatch_period_retention(86400), 455 * day);
}

Test(period, count_includes_a_last_one_that_is_cut)
{
    cr_expect_eq(cloudwatch_period_count(0, 1440 * 60, 60), 1440);
    cr_expect_eq(cloudwatch_period_count(0, 1440 * 60 + 1, 60), 1441);
    cr_expect_eq(cloudwatch_period_count(0, 1, 60), 1);
    cr_expect_eq(cloudwatch_period_count(60, 60, 60), 0);
    cr_expect_eq(cloudwatch_period_count(61, 60, 60), 0);
}

Test(period, rounds_towards_the_past_before_1970_too)
{
    cr_expect_eq(cloudwatch_round_down(-1, 60), -60);
    cr_expect_eq(cloudwatch_round_down(-60, 60), -60);
    cr_expect_eq(cloudwatch_round_down(59, 60), 0);
}
