#include <criterion/criterion.h>

#include "api/ledger/id.h"

Test(id, is_a_prefix_and_a_uuid_without_dashes)
{
    struct arena arena = {0};
    struct clock clock = clock_fixed(1795364421088012);
    struct rand rand = rand_seeded(1);
    struct slice id = id_new(&arena, "acc_", &clock, &rand);
    cr_expect_eq(id.len, 36);
    cr_expect(slice_starts_with(id, SLICE("acc_")));
    cr_expect_eq(slice_index(id, '-'), -1);
    cr_expect_eq(id.ptr[16], '7', "version 7: " SLICE_FMT, SLICE_ARG(id));
    arena_done(&arena);
}

Test(id, sorts_by_the_time_of_its_making_and_never_repeats)
{
    struct arena arena = {0};
    struct clock early = clock_fixed(1000000000000);
    struct clock late = clock_fixed(1000000001000);
    struct rand rand = rand_seeded(2);
    struct slice a = id_new(&arena, "txn_", &late, &rand);
    struct slice b = id_new(&arena, "txn_", &early, &rand);
    struct slice c = id_new(&arena, "txn_", &early, &rand);
    cr_expect_gt(slice_compare(a, b), 0);
    cr_expect_not(slice_eq(b, c));
    arena_done(&arena);
}
