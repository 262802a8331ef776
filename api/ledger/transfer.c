/* The rules of a transfer that need no look at the books. */
#include "api/ledger/transfer.h"

#include "api/ledger/fault.h"
#include "api/ledger/money.h"

struct err transfer_check(const struct transfer_input *input)
{
    if (input->amount < 1 || input->amount > MONEY_MAX)
        return ERR(&INVALID_AMOUNT);
    if (!currency_find(input->currency))
        return ERR(&INVALID_CURRENCY);
    if (slice_eq(input->from, input->to))
        return ERR(&SAME_ACCOUNT);
    return OK;
}

bool transfer_is_balanced(const struct transfer *transfer)
{
    int64_t sum = 0;
    for (size_t i = 0; i < transfer->leg_count; i++)
        if (!money_add(sum, transfer->legs[i].amount, &sum))
            return false;
    return transfer->leg_count >= 2 && sum == 0;
}
