#include <criterion/criterion.h>

#include "api/auth/role.h"

Test(role, has_a_bit_for_each_name)
{
    cr_expect_eq(role_by_name(SLICE("owner")), ROLE_OWNER);
    cr_expect_eq(role_by_name(SLICE("auditor")), ROLE_AUDITOR);
    cr_expect_eq(role_by_name(SLICE("customer")), ROLE_CUSTOMER);
}

Test(role, no_other_name_may_anything)
{
    cr_expect_eq(role_by_name(SLICE("root")), 0);
    cr_expect_eq(role_by_name(SLICE("")), 0);
    cr_expect_eq(role_by_name(SLICE("Owner")), 0);
}

Test(role, an_auditor_changes_nothing)
{
    cr_expect_eq(ROLE_STAFF & ROLE_AUDITOR, 0);
    cr_expect_neq(ROLE_READER & ROLE_AUDITOR, 0);
}
