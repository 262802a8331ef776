#include <criterion/criterion.h>

#include "emulator/core/arn.h"
#include "lib/base/attributes.h"

Test(arn, splits_into_six_parts_and_joins_again)
{
    struct arena arena = {0};
    struct arn arn;
    struct slice text = SLICE("arn:aws:logs:eu-west-1:123456789012:log-group:a:b");
    cr_assert(arn_parse(text, &arn));
    cr_expect(slice_eq(arn.service, SLICE("logs")));
    cr_expect(slice_eq(arn.account, SLICE("123456789012")));
    cr_expect(slice_eq(arn.resource, SLICE("log-group:a:b")));
    cr_expect(slice_eq(arn_format(&arena, &arn), text));
    arena_done(&arena);
}

Test(arn, refuses_what_has_fewer_parts_and_leaves_the_output_alone)
{
    const char *bad[] = {"", "arn", "arn:aws:kms:us-east-1:1", "urn:aws:kms:us-east-1:1:key/x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arn arn = {.region = SLICE("kept")};
        cr_expect_not(arn_parse(slice_from_cstr(bad[i]), &arn), "%s", bad[i]);
        cr_expect(slice_eq(arn.region, SLICE("kept")));
    }
}
