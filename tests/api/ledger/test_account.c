#include <criterion/criterion.h>

#include "api/ledger/account.h"

Test(account, assets_and_expenses_grow_by_debits_the_others_by_credits)
{
    cr_expect(account_debit_normal(ACCOUNT_ASSET));
    cr_expect(account_debit_normal(ACCOUNT_EXPENSE));
    cr_expect_not(account_debit_normal(ACCOUNT_LIABILITY));
    cr_expect_not(account_debit_normal(ACCOUNT_EQUITY));
    cr_expect_not(account_debit_normal(ACCOUNT_REVENUE));
}

Test(account, only_equity_may_run_without_a_floor)
{
    for (int type = 0; type < ACCOUNT_TYPE_COUNT; type++)
        cr_expect_eq(account_may_be_unlimited((enum account_type)type), type == ACCOUNT_EQUITY);
}

Test(account, a_wallet_has_credits_less_debits_and_holds_reduce_what_is_available)
{
    struct account_counters wallet = {.credits_posted = 1000,
                                      .debits_posted = 300,
                                      .debits_pending = 50,
                                      .credits_pending = 999,
                                      .overdraft_limit = 20};
    struct account_balance balance = account_balance(&wallet);
    cr_expect_eq(balance.posted, 700);
    cr_expect_eq(balance.pending, 50);
    cr_expect_eq(balance.available, 670);
}

Test(account, a_debit_normal_account_is_read_from_its_own_side)
{
    struct account_counters cash = {
        .debit_normal = true, .debits_posted = 1000, .credits_posted = 400, .credits_pending = 100};
    struct account_balance balance = account_balance(&cash);
    cr_expect_eq(balance.posted, 600);
    cr_expect_eq(balance.pending, 100);
    cr_expect_eq(balance.available, 500);
}

Test(account, without_a_floor_nothing_is_said_to_be_available)
{
    struct account_counters world = {.debits_posted = 5, .unlimited = true};
    struct account_balance balance = account_balance(&world);
    cr_expect(balance.unlimited);
    cr_expect_eq(balance.posted, -5);
    cr_expect_eq(balance.available, 0);
}
