#include <string.h>

#include <criterion/criterion.h>

#include "emulator/services/cloudwatch/dimensions.h"
#include "lib/base/attributes.h"

static struct cloudwatch_dimension pairs[] = {
    {SLICE_INIT("Stage"),   SLICE_INIT("prod")},
    {SLICE_INIT("Api"),     SLICE_INIT("pay") },
    {SLICE_INIT("Api-key"), SLICE_INIT("")    },
};

static struct cloudwatch_dimension reversed[] = {
    {SLICE_INIT("Api-key"), SLICE_INIT("")    },
    {SLICE_INIT("Api"),     SLICE_INIT("pay") },
    {SLICE_INIT("Stage"),   SLICE_INIT("prod")},
};

static const struct cloudwatch_dimensions all = {pairs, ARRAY_LEN(pairs), true};

static bool matches(struct slice name, struct slice value)
{
    struct cloudwatch_dimension_filter filter = {name, value};
    return cloudwatch_dimensions_match(&all, &(struct cloudwatch_dimension_filters){&filter, 1});
}

Test(dimensions, pack_the_same_in_any_order)
{
    struct arena arena = {0};
    struct slice packed = cloudwatch_dimensions_pack(&arena, &all);
    cr_expect(slice_eq(packed, cloudwatch_dimensions_pack(
                                   &arena, &(struct cloudwatch_dimensions){reversed, 3, true})));
    cr_expect_eq(pairs[0].name.ptr[0], 'S', "the input stays as it was");
    arena_done(&arena);
}

Test(dimensions, pack_differently_when_name_and_value_meet_elsewhere)
{
    struct arena arena = {0};
    struct cloudwatch_dimension one = {SLICE("ab"), SLICE("c")};
    struct cloudwatch_dimension other = {SLICE("a"), SLICE("bc")};
    cr_expect_not(slice_eq(
        cloudwatch_dimensions_pack(&arena, &(struct cloudwatch_dimensions){&one, 1, true}),
        cloudwatch_dimensions_pack(&arena, &(struct cloudwatch_dimensions){&other, 1, true})));
    arena_done(&arena);
}

Test(dimensions, unpack_sorted_by_name)
{
    struct arena arena = {0};
    struct cloudwatch_dimensions read =
        cloudwatch_dimensions_unpack(&arena, cloudwatch_dimensions_pack(&arena, &all));
    cr_assert_eq(read.count, 3);
    cr_expect(slice_eq(read.items[0].name, SLICE("Api")));
    cr_expect(slice_eq(read.items[0].value, SLICE("pay")));
    cr_expect(slice_eq(read.items[1].name, SLICE("Api-key")));
    cr_expect_eq(read.items[1].value.len, 0);
    cr_expect(slice_eq(read.items[2].name, SLICE("Stage")));
    cr_expect_eq(cloudwatch_dimensions_unpack(&arena, SLICE("")).count, 0);
    arena_done(&arena);
}

Test(dimensions, a_value_of_the_longest_length_comes_back_whole)
{
    struct arena arena = {0};
    char text[1024];
    memset(text, 'x', sizeof text);
    struct cloudwatch_dimension one = {
        SLICE("n"), {text, sizeof text}
    };
    struct cloudwatch_dimensions read = cloudwatch_dimensions_unpack(
        &arena, cloudwatch_dimensions_pack(&arena, &(struct cloudwatch_dimensions){&one, 1, true}));
    cr_assert_eq(read.count, 1);
    cr_expect(slice_eq(read.items[0].value, one.value));
    arena_done(&arena);
}

Test(dimensions, match_filters_by_name_or_by_name_and_value)
{
    cr_expect(matches(SLICE("Api"), SLICE_NONE));
    cr_expect(matches(SLICE("Api"), SLICE("pay")));
    cr_expect_not(matches(SLICE("Api"), SLICE("pa")));
    cr_expect_not(matches(SLICE("api"), SLICE_NONE));
    cr_expect(cloudwatch_dimensions_match(&all, &(struct cloudwatch_dimension_filters){0}));
}
