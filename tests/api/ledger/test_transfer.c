#include <criterion/criterion.h>

#include "api/ledger/fault.h"
#include "api/ledger/money.h"
#include "api/ledger/transfer.h"

static struct transfer_input input(const char *from, const char *to, int64_t amount,
                                   const char *currency)
{
    return (struct transfer_input){.from = slice_from_cstr(from),
                                   .to = slice_from_cstr(to),
                                   .amount = amount,
                                   .currency = slice_from_cstr(currency)};
}

Test(transfer, accepts_money_between_two_accounts)
{
    struct transfer_input good = input("acc_a", "acc_b", 1, "USD");
    cr_expect_not(failed(transfer_check(&good)));
    good.amount = MONEY_MAX;
    cr_expect_not(failed(transfer_check(&good)));
}

Test(transfer, refuses_what_no_look_at_the_books_can_mend)
{
    struct transfer_input same = input("acc_a", "acc_a", 1, "USD");
    struct transfer_input nothing = input("acc_a", "acc_b", 0, "USD");
    struct transfer_input negative = input("acc_a", "acc_b", -1, "USD");
    struct transfer_input huge = input("acc_a", "acc_b", MONEY_MAX + 1, "USD");
    struct transfer_input unknown = input("acc_a", "acc_b", 1, "XTS");
    cr_expect_eq(transfer_check(&same).info, &SAME_ACCOUNT);
    cr_expect_eq(transfer_check(&nothing).info, &INVALID_AMOUNT);
    cr_expect_eq(transfer_check(&negative).info, &INVALID_AMOUNT);
    cr_expect_eq(transfer_check(&huge).info, &INVALID_AMOUNT);
    cr_expect_eq(transfer_check(&unknown).info, &INVALID_CURRENCY);
}

Test(transfer, is_balanced_when_its_legs_cancel_out)
{
    struct transfer t = {
        .leg_count = 2, .legs = {{.amount = 100}, {.amount = -100}}
    };
    cr_expect(transfer_is_balanced(&t));
}

Test(transfer, is_not_balanced_with_one_leg_a_rest_or_an_overflow)
{
    struct transfer one = {.leg_count = 1, .legs = {{.amount = 0}}};
    struct transfer rest = {
        .leg_count = 2, .legs = {{.amount = 100}, {.amount = -99}}
    };
    struct transfer wrap = {
        .leg_count = 2, .legs = {{.amount = INT64_MAX}, {.amount = INT64_MAX}}
    };
    cr_expect_not(transfer_is_balanced(&one));
    cr_expect_not(transfer_is_balanced(&rest));
    cr_expect_not(transfer_is_balanced(&wrap));
}
