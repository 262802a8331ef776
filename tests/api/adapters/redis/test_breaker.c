#include <criterion/criterion.h>

#include "api/adapters/redis/breaker.h"

Test(breaker, opens_at_the_fifth_failure_in_a_row)
{
    struct breaker b;
    breaker_init(&b);
    for (int i = 0; i < 4; i++)
        cr_expect_not(breaker_failed(&b, 0));
    cr_expect(breaker_allows(&b, 0));
    cr_expect(breaker_failed(&b, 0), "this one opened it");
    cr_expect_not(breaker_failed(&b, 0), "it was open already");
    cr_expect_not(breaker_allows(&b, 1));
    breaker_done(&b);
}

Test(breaker, a_success_in_between_starts_the_count_anew)
{
    struct breaker b;
    breaker_init(&b);
    for (int i = 0; i < 4; i++)
        cr_expect_not(breaker_failed(&b, 0));
    cr_expect(breaker_succeeded(&b), "it ends a time of failures");
    cr_expect_not(breaker_succeeded(&b));
    cr_expect_not(breaker_failed(&b, 0));
    cr_expect(breaker_allows(&b, 0));
    breaker_done(&b);
}

Test(breaker, lets_one_caller_probe_after_two_seconds)
{
    struct breaker b;
    breaker_init(&b);
    for (int i = 0; i < 5; i++)
        (void)breaker_failed(&b, 0);
    cr_expect_not(breaker_allows(&b, BREAKER_OPEN_MICROS - 1));
    cr_expect(breaker_allows(&b, BREAKER_OPEN_MICROS));
    cr_expect_not(breaker_allows(&b, BREAKER_OPEN_MICROS), "one is enough");
    (void)breaker_failed(&b, BREAKER_OPEN_MICROS);
    cr_expect_not(breaker_allows(&b, BREAKER_OPEN_MICROS + 1));
    cr_expect(breaker_allows(&b, 2 * BREAKER_OPEN_MICROS));
    cr_expect(breaker_succeeded(&b));
    cr_expect(breaker_allows(&b, 2 * BREAKER_OPEN_MICROS));
    breaker_done(&b);
}
