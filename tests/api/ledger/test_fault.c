#include <criterion/criterion.h>

#include "api/ledger/fault.h"

Test(fault, finds_the_refusals_that_the_store_keeps_by_code)
{
    cr_expect_eq(refusal_by_code(SLICE("insufficient_funds")), &INSUFFICIENT_FUNDS);
    cr_expect_eq(refusal_by_code(SLICE("balance_overflow")), &BALANCE_OVERFLOW);
}

Test(fault, a_code_that_is_no_refusal_is_a_bug_of_ours)
{
    cr_expect_eq(refusal_by_code(SLICE("not_found")), &INTERNAL_ERROR);
    cr_expect_eq(refusal_by_code(SLICE("")), &INTERNAL_ERROR);
}
