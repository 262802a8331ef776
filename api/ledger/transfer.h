#pragma once
/*
 * Transfers: money moves from one account, which is debited, to another, which is credited. Pure;
 * any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/ledger/account.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

#define TRANSFER_LEGS_MAX 2

/* What a client asks for; the field table of api/handlers/transfers.c fills it. */
struct transfer_input {
    struct slice from;
    struct slice to;
    int64_t amount;
    struct slice currency;
    struct slice reference;   /* absent: none; unique in a tenant */
    struct slice description; /* absent: none */
    struct slice metadata;    /* a JSON object; absent: none */
    int64_t effective_at;     /* business time in microseconds; 0: when it is recorded */
};

/* What one leg did to one account. Debits are positive, credits negative. */
struct transfer_leg {
    struct slice account;
    int64_t amount;
    int64_t balance_after;
    int64_t account_version;
};

struct transfer {
    struct slice id;
    struct transfer_input terms;
    struct slice idempotency_key;
    struct slice request_id;
    int64_t effective_at;
    int64_t recorded_at; /* the database's clock */
    size_t leg_count;
    struct transfer_leg legs[TRANSFER_LEGS_MAX];
};

/*
 * What can be said of a transfer without looking at the books: SAME_ACCOUNT, INVALID_AMOUNT or
 * INVALID_CURRENCY.
 */
struct err transfer_check(const struct transfer_input *input);

/* True when the legs of one currency cancel out: the rule of double entry. */
bool transfer_is_balanced(const struct transfer *transfer);
