#include <stdlib.h>

#include <criterion/criterion.h>

#include "lib/base/environment.h"

Test(environment, gives_a_variable_and_counts_an_empty_one_as_absent)
{
    setenv("FLORIN_TEST_SET", "value", 1);
    setenv("FLORIN_TEST_EMPTY", "", 1);
    unsetenv("FLORIN_TEST_ABSENT");
    cr_expect(slice_eq(environment_get("FLORIN_TEST_SET"), SLICE("value")));
    cr_expect_not(slice_is_set(environment_get("FLORIN_TEST_EMPTY")));
    cr_expect_not(slice_is_set(environment_get("FLORIN_TEST_ABSENT")));
}
