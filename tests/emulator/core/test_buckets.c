#include <criterion/criterion.h>

#include "emulator/core/buckets.h"
#include "lib/base/clock.h"

static const struct bucket_rate two = {.per_second = 2, .burst_seconds = 10};

static bool has(struct buckets *b, const char *name, int64_t seconds)
{
    return buckets_has_some(b, slice_from_cstr(name), two, seconds * MICROS_PER_SECOND);
}

/* How many single units it gives at that moment. */
static unsigned drain(struct buckets *b, const char *name, int64_t seconds)
{
    unsigned taken = 0;
    for (; taken < 100 && has(b, name, seconds); taken++)
        buckets_take(b, slice_from_cstr(name), 1);
    return taken;
}

Test(buckets, a_bucket_begins_with_a_second_and_keeps_what_was_not_used)
{
    struct buckets *b = buckets_new();
    cr_expect_eq(drain(b, "a", 0), 2);
    cr_expect_eq(drain(b, "a", 1), 2);
    cr_expect_eq(drain(b, "a", 4), 6);
    cr_expect_eq(drain(b, "a", 1000), 20, "no more than the burst");
    cr_expect_eq(drain(b, "b", 1000), 2, "each by itself");
    buckets_free(b);
}

Test(buckets, an_overdrawn_bucket_is_empty_until_its_rate_has_made_up_for_it)
{
    struct buckets *b = buckets_new();
    cr_assert(has(b, "a", 0));
    buckets_take(b, SLICE("a"), 12);
    cr_expect_not(has(b, "a", 5));
    cr_expect(has(b, "a", 6));
    buckets_free(b);
}

Test(buckets, a_clock_that_goes_back_fills_nothing_and_clearing_forgets)
{
    struct buckets *b = buckets_new();
    cr_expect_eq(drain(b, "a", 100), 2);
    cr_expect_eq(drain(b, "a", 50), 0);
    cr_expect_eq(drain(b, "a", 51), 2);
    buckets_clear(b);
    cr_expect_eq(drain(b, "a", 51), 2);
    buckets_free(b);
}
