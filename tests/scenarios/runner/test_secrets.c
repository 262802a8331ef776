#include <criterion/criterion.h>

#include "scenarios/runner/secrets.h"

static void expect_masked(struct secrets *secrets, const char *text, const char *expected)
{
    struct arena arena = {0};
    struct slice masked = secrets_mask(secrets, slice_from_cstr(text), &arena);
    cr_expect(slice_eq_cstr(masked, expected), SLICE_FMT, SLICE_ARG(masked));
    arena_done(&arena);
}

Test(secrets, are_masked_as_they_are_in_base64_and_percent_encoded)
{
    struct secrets secrets;
    secrets_init(&secrets);
    secrets_add(&secrets, SLICE("pa ss/word"));
    secrets_add(&secrets, SLICE("pa ss/word"));
    secrets_add(&secrets, SLICE("other-secret"));
    expect_masked(&secrets, "x pa ss/word y pa ss/wordpa ss/word", "x *** y ******");
    expect_masked(&secrets, "cGEgc3Mvd29yZA==", "***");
    expect_masked(&secrets, "?p=pa%20ss%2Fword&other-secret", "?p=***&***");
    expect_masked(&secrets, "nothing here", "nothing here");
    expect_masked(&secrets, "", "");
    secrets_done(&secrets);
}

Test(secrets, too_short_ones_are_left_in_sight)
{
    struct secrets secrets;
    secrets_init(&secrets);
    secrets_add(&secrets, SLICE("abc"));
    secrets_add(&secrets, SLICE_NONE);
    expect_masked(&secrets, "abcabc", "abcabc");
    secrets_done(&secrets);
}
