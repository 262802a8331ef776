/* Which side an account grows on, and its balances. */
#include "api/ledger/account.h"

const char *const ACCOUNT_TYPE_NAMES[] = {
    [ACCOUNT_ASSET] = "asset",     [ACCOUNT_LIABILITY] = "liability", [ACCOUNT_EQUITY] = "equity",
    [ACCOUNT_REVENUE] = "revenue", [ACCOUNT_EXPENSE] = "expense",     [ACCOUNT_TYPE_COUNT] = NULL,
};

bool account_debit_normal(enum account_type type)
{
    return type == ACCOUNT_ASSET || type == ACCOUNT_EXPENSE;
}

bool account_may_be_unlimited(enum account_type type)
{
    return type == ACCOUNT_EQUITY;
}

struct account_balance account_balance(const struct account_counters *c)
{
    struct account_balance balance = {
        .posted = c->debit_normal ? c->debits_posted - c->credits_posted
                                  : c->credits_posted - c->debits_posted,
        .pending = c->debit_normal ? c->credits_pending : c->debits_pending,
        .unlimited = c->unlimited,
    };
    if (!balance.unlimited)
        balance.available = balance.posted - balance.pending + c->overdraft_limit;
    return balance;
}
