#include <string.h>

#include <criterion/criterion.h>

#include "lib/base/rand.h"

Test(rand, a_seed_gives_the_same_stream_and_another_seed_another)
{
    unsigned char a[33];
    unsigned char b[33];
    struct rand one = rand_seeded(5);
    struct rand same = rand_seeded(5);
    struct rand other = rand_seeded(6);
    rand_fill(&one, a, sizeof a);
    rand_fill(&same, b, sizeof b);
    cr_expect_eq(memcmp(a, b, sizeof a), 0);
    rand_fill(&other, b, sizeof b);
    cr_expect_neq(memcmp(a, b, sizeof a), 0);
}

Test(rand, below_reaches_every_value_and_none_outside)
{
    struct rand rand = rand_seeded(1);
    unsigned counts[7] = {0};
    for (int i = 0; i < 7000; i++)
        counts[rand_below(&rand, 7)]++;
    for (int i = 0; i < 7; i++)
        cr_expect(counts[i] > 800 && counts[i] < 1200);
}

Test(rand, uuids_carry_version_variant_and_time)
{
    struct arena arena = {0};
    struct rand rand = rand_system();
    struct slice v4 = rand_uuid4(&rand, &arena);
    cr_expect_eq(v4.len, 36);
    cr_expect_eq(v4.ptr[14], '4');
    cr_expect(strchr("89ab", v4.ptr[19]));
    struct slice v7 = rand_uuid7(&rand, &arena, INT64_C(0x0123456789AB) * 1000);
    cr_expect(slice_starts_with(v7, SLICE("01234567-89ab-7")));
    arena_done(&arena);
}
