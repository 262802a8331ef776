#pragma once
/*
 * Why the ledger refuses. Each code is part of the API's contract; http_status is what the API
 * answers with. A *refusal* is a decision on the state of the books: it is stored under its
 * idempotency key, so that the outcome of a key never flips.
 */
#include "lib/base/err.h"
#include "lib/base/slice.h"

/* Not stored: the call was wrong, or nothing was decided. */
extern const struct err_info INVALID_AMOUNT;
extern const struct err_info INVALID_CURRENCY;
extern const struct err_info CURRENCY_MISMATCH;
extern const struct err_info SAME_ACCOUNT;
extern const struct err_info NOT_FOUND;
extern const struct err_info DUPLICATE_REFERENCE;
extern const struct err_info IDEMPOTENCY_KEY_REUSED;
extern const struct err_info IDEMPOTENCY_IN_PROGRESS;
extern const struct err_info DATABASE_UNAVAILABLE;
extern const struct err_info OUTCOME_UNKNOWN; /* the connection died after the call was sent */
extern const struct err_info KMS_UNAVAILABLE;
extern const struct err_info INTERNAL_ERROR; /* a bug of ours; the log has the reason */

/* Refusals. */
extern const struct err_info INSUFFICIENT_FUNDS;
extern const struct err_info LIMIT_EXCEEDED;
extern const struct err_info ACCOUNT_FROZEN;
extern const struct err_info ACCOUNT_CLOSED;
extern const struct err_info BALANCE_OVERFLOW;

/* The refusal of that code as the store spells it; INTERNAL_ERROR for a code that is none. */
const struct err_info *refusal_by_code(struct slice code);
