#pragma once
/*
 * Accounts and their balances. Assets and expenses grow by debits, the other types by credits; a
 * posted balance is read from the side on which the account grows. Pure; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

enum account_type {
    ACCOUNT_ASSET,
    ACCOUNT_LIABILITY,
    ACCOUNT_EQUITY,
    ACCOUNT_REVENUE,
    ACCOUNT_EXPENSE,
    ACCOUNT_TYPE_COUNT
};

/* The names as clients and the store write them; NULL-terminated. */
extern const char *const ACCOUNT_TYPE_NAMES[ACCOUNT_TYPE_COUNT + 1];

bool account_debit_normal(enum account_type type);

/* Only an account that stands for the world outside may run without a floor. */
bool account_may_be_unlimited(enum account_type type);

/* Posted counters only grow. All are minor units of the account's currency. */
struct account_counters {
    bool debit_normal;
    int64_t debits_posted;
    int64_t credits_posted;
    int64_t debits_pending;
    int64_t credits_pending;
    bool unlimited; /* no floor: overdraft_limit means nothing */
    int64_t overdraft_limit;
};

struct account_balance {
    int64_t posted;
    int64_t pending;   /* held on the outgoing side */
    bool unlimited;    /* then available means nothing */
    int64_t available; /* posted - pending + overdraft_limit */
};

struct account_balance account_balance(const struct account_counters *counters);
