#include <criterion/criterion.h>

#include "emulator/core/lambda.h"

#define ARN "arn:aws:lambda:us-east-1:000000000000:function:"

static const struct slice list =
    SLICE_INIT("rotate=http://127.0.0.1:1/a," ARN "other=https://host/b?c=d");

Test(lambda, functions_are_found_by_name_and_by_arn_with_or_without_a_qualifier)
{
    struct slice url;
    cr_assert(lambda_find(list, SLICE(ARN "rotate"), &url));
    cr_expect(slice_eq(url, SLICE("http://127.0.0.1:1/a")));
    cr_expect(lambda_find(list, SLICE(ARN "rotate:live"), &url));
    cr_assert(lambda_find(list, SLICE(ARN "other:3"), &url));
    cr_expect(slice_eq(url, SLICE("https://host/b?c=d")));
    cr_expect_not(lambda_find(list, SLICE(ARN "rot"), &url));
    cr_expect_not(
        lambda_find(list, SLICE("arn:aws:lambda:eu-west-1:000000000000:function:other"), &url));
    cr_expect_not(lambda_find(SLICE_NONE, SLICE(ARN "rotate"), &url));
}

Test(lambda, a_name_is_the_end_of_an_arn)
{
    cr_expect(slice_eq(lambda_name(SLICE(ARN "rotate:live")), SLICE("rotate")));
    cr_expect(slice_eq(lambda_name(SLICE("rotate")), SLICE("rotate")));
}

Test(lambda, a_list_without_names_or_urls_is_not_valid)
{
    cr_expect(lambda_list_is_valid(list));
    cr_expect_not(lambda_list_is_valid(SLICE("rotate")));
    cr_expect_not(lambda_list_is_valid(SLICE("=http://x")));
    cr_expect_not(lambda_list_is_valid(SLICE("rotate=file:///etc/passwd")));
    cr_expect_not(lambda_list_is_valid(SLICE("")));
}
