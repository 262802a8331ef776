#include <string.h>

#include <criterion/criterion.h>

#include "emulator/services/cloudwatch/point.h"
#include "lib/base/attributes.h"

static void expect_same(const struct cloudwatch_point *point, size_t packed_bytes)
{
    struct arena arena = {0};
    struct cloudwatch_point read;
    struct slice packed = cloudwatch_point_pack(&arena, point);
    cr_expect_eq(packed.len, packed_bytes);
    cr_assert(cloudwatch_point_unpack(&arena, packed, &read));
    cr_expect_eq(memcmp(&read.summary, &point->summary, sizeof read.summary), 0);
    cr_expect_eq(read.sample_count, point->sample_count);
    for (size_t i = 0; i < read.sample_count; i++) {
        cr_expect_eq(read.samples[i].value, point->samples[i].value);
        cr_expect_eq(read.samples[i].count, point->samples[i].count);
    }
    arena_done(&arena);
}

Test(point, one_value_packs_into_nine_bytes)
{
    struct cloudwatch_point point =
        cloudwatch_point_of_samples(&(const struct cloudwatch_sample){-0.1, 1}, 1);
    expect_same(&point, 9);
}

Test(point, values_keep_their_counts)
{
    const struct cloudwatch_sample samples[] = {
        {1e100, 2  },
        {-3.5,  0.5},
        {0,     1  }
    };
    struct cloudwatch_point point = cloudwatch_point_of_samples(samples, ARRAY_LEN(samples));
    expect_same(&point, 1 + 6 * 8);
    point = cloudwatch_point_of_samples(samples, 1);
    expect_same(&point, 1 + 2 * 8);
}

Test(point, a_summary_has_no_samples)
{
    expect_same(
        &(struct cloudwatch_point){
            .summary = {3, 60, 10, 30}
    },
        1 + 4 * 8);
}

Test(point, refuses_bytes_of_no_known_form)
{
    static const char bytes[40] = "s";
    static const size_t bad_lengths[] = {0, 1, 2, 9, 17, 32, 34};
    struct arena arena = {0};
    struct cloudwatch_point read;
    for (size_t i = 0; i < ARRAY_LEN(bad_lengths); i++)
        cr_expect_not(cloudwatch_point_unpack(&arena, (struct slice){bytes, bad_lengths[i]}, &read),
                      "%zu", bad_lengths[i]);
    cr_expect_not(cloudwatch_point_unpack(&arena, SLICE("n12345678"), &read));
    cr_expect_not(cloudwatch_point_unpack(&arena, SLICE("?12345678"), &read));
    arena_done(&arena);
}
