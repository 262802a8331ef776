#include <criterion/criterion.h>

#include "emulator/core/virtual_clock.h"

static const int64_t tolerance = 5 * MICROS_PER_SECOND;
static const int64_t in_2030 = INT64_C(1893456000123457);

static int64_t system_micros(void)
{
    struct clock system = clock_system();
    return clock_now(&system);
}

static bool is_near(int64_t a, int64_t b)
{
    return a - b < tolerance && b - a < tolerance;
}

Test(virtual_clock, runs_with_the_system_until_it_is_set)
{
    struct virtual_clock clock;
    virtual_clock_init(&clock);
    cr_expect(is_near(clock_now(&clock.clock), system_micros()));
    cr_expect(virtual_clock_set(&clock, in_2030));
    int64_t first = clock_now(&clock.clock);
    cr_expect(is_near(first, in_2030));
    while (clock_now(&clock.clock) == first)
        ;
    cr_expect(clock_now(&clock.clock) > first, "it goes on from where it was set");
    virtual_clock_reset(&clock);
    cr_expect(is_near(clock_now(&clock.clock), system_micros()));
}

Test(virtual_clock, stands_still_while_frozen_and_goes_on_from_there)
{
    struct virtual_clock clock;
    virtual_clock_init(&clock);
    virtual_clock_freeze(&clock, true);
    cr_expect(virtual_clock_is_frozen(&clock));
    cr_expect(virtual_clock_set(&clock, in_2030));
    cr_expect_eq(clock_now(&clock.clock), in_2030);
    cr_expect_eq(clock_now(&clock.clock), in_2030);
    virtual_clock_freeze(&clock, true);
    cr_expect_eq(clock_now(&clock.clock), in_2030, "freezing what stands changes nothing");
    virtual_clock_freeze(&clock, false);
    cr_expect(!virtual_clock_is_frozen(&clock));
    cr_expect(is_near(clock_now(&clock.clock), in_2030));
}

Test(virtual_clock, may_stand_before_the_systems_time)
{
    struct virtual_clock clock;
    virtual_clock_init(&clock);
    cr_expect(virtual_clock_set(&clock, 0));
    cr_expect(is_near(clock_now(&clock.clock), 0));
}

Test(virtual_clock, refuses_what_no_calendar_of_ours_has)
{
    struct virtual_clock clock;
    virtual_clock_init(&clock);
    virtual_clock_freeze(&clock, true);
    cr_assert(virtual_clock_set(&clock, in_2030));
    cr_expect_not(virtual_clock_set(&clock, -1));
    cr_expect_not(virtual_clock_set(&clock, CLOCK_MICROS_MAX + 1));
    cr_expect_eq(clock_now(&clock.clock), in_2030);
    cr_expect(virtual_clock_set(&clock, CLOCK_MICROS_MAX));
    cr_expect_eq(clock_now(&clock.clock), CLOCK_MICROS_MAX);
}
