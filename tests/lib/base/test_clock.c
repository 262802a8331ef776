#include <criterion/criterion.h>

#include "lib/base/clock.h"

static const int64_t sample = INT64_C(1795342830123456); /* 2026-11-22T10:20:30.123456Z */

Test(clock, formats_the_three_forms)
{
    struct arena arena = {0};
    cr_expect_str_eq(clock_format_rfc3339(&arena, sample, 6).ptr, "2026-11-22T10:20:30.123456Z");
    cr_expect_str_eq(clock_format_rfc3339(&arena, sample, 3).ptr, "2026-11-22T10:20:30.123Z");
    cr_expect_str_eq(clock_format_rfc3339(&arena, sample, 0).ptr, "2026-11-22T10:20:30Z");
    cr_expect_str_eq(clock_format_amz(&arena, sample).ptr, "20261122T102030Z");
    cr_expect_str_eq(clock_format_http(&arena, sample).ptr, "Sun, 22 Nov 2026 10:20:30 GMT");
    arena_done(&arena);
}

Test(clock, parses_what_it_formats_over_four_centuries)
{
    struct arena arena = {0};
    for (int64_t day = -80000; day < 80000; day += 97) {
        int64_t micros = day * 86400 * MICROS_PER_SECOND + INT64_C(12345678901);
        int64_t back = 0;
        cr_assert(clock_parse_rfc3339(clock_format_rfc3339(&arena, micros, 6), &back));
        cr_assert_eq(back, micros);
        int64_t whole = back / MICROS_PER_SECOND;
        if (back < 0)
            continue;
        cr_assert(clock_parse_amz(clock_format_amz(&arena, micros), &back));
        cr_assert_eq(back / MICROS_PER_SECOND, whole);
        cr_assert(clock_parse_http(clock_format_http(&arena, micros), &back));
        cr_assert_eq(back / MICROS_PER_SECOND, whole);
        arena_reset(&arena);
    }
    arena_done(&arena);
}

Test(clock, reads_offsets_and_refuses_dates_that_do_not_exist)
{
    int64_t micros = 7;
    cr_expect(clock_parse_rfc3339(SLICE("2026-11-22T12:20:30.123456+02:00"), &micros));
    cr_expect_eq(micros, sample);
    micros = 7;
    cr_expect_not(clock_parse_rfc3339(SLICE("2025-02-29T00:00:00Z"), &micros));
    cr_expect_not(clock_parse_rfc3339(SLICE("2025-13-01T00:00:00Z"), &micros));
    cr_expect_not(clock_parse_rfc3339(SLICE("2025-01-01T00:00:00"), &micros));
    cr_expect_not(clock_parse_amz(SLICE("20251101T240000Z"), &micros));
    cr_expect_not(clock_parse_amz(SLICE("20251101"), &micros));
    cr_expect_eq(micros, 7);
}

Test(clock, a_fixed_clock_stands_still)
{
    struct clock clock = clock_fixed(sample);
    cr_expect_eq(clock_now(&clock), sample);
    struct clock system = clock_system();
    cr_expect_gt(clock_now(&system), INT64_C(1700000000) * MICROS_PER_SECOND);
}
