/* The ledger's error codes and their sentences. */
#include "api/ledger/fault.h"

#include "lib/base/attributes.h"

const struct err_info INVALID_AMOUNT = {
    "invalid_amount",
    "An amount is a whole number of minor units, from 1 to 9007199254740991, written as a JSON "
    "integer.",
    400};
const struct err_info INVALID_CURRENCY = {
    "invalid_currency", "The currency is not an ISO 4217 code that this ledger keeps.", 400};
const struct err_info CURRENCY_MISMATCH = {
    "currency_mismatch", "The account is kept in another currency than the transfer.", 400};
const struct err_info SAME_ACCOUNT = {"same_account",
                                      "Money cannot move from an account to itself.", 400};
const struct err_info NOT_FOUND = {"not_found", "No object of yours has this id.", 404};
const struct err_info DUPLICATE_REFERENCE = {
    "duplicate_reference", "Another object of this tenant has that reference already.", 409};
const struct err_info IDEMPOTENCY_KEY_REUSED = {
    "idempotency_key_reused",
    "This Idempotency-Key was used before with another request body. Take a new key for a new "
    "operation.",
    422};
const struct err_info IDEMPOTENCY_IN_PROGRESS = {
    "idempotency_in_progress",
    "A request with this Idempotency-Key is still running. Repeat it with the same key.", 409};
const struct err_info DATABASE_UNAVAILABLE = {
    "database_unavailable", "The ledger cannot be reached. Nothing was changed; try again.", 503};
const struct err_info OUTCOME_UNKNOWN = {
    "upstream_timeout",
    "The ledger did not answer, so the outcome is unknown. Look it up, or repeat the request with "
    "the same Idempotency-Key.",
    504};
const struct err_info KMS_UNAVAILABLE = {
    "kms_unavailable",
    "Personal data cannot be sealed or opened, because the key service does not answer. Other "
    "routes work.",
    503};
const struct err_info INTERNAL_ERROR = {
    "internal_error", "Something went wrong inside the API; its log names this request's id.", 500};

const struct err_info INSUFFICIENT_FUNDS = {"insufficient_funds",
                                            "The account would fall below its floor.", 422};
const struct err_info LIMIT_EXCEEDED = {"limit_exceeded",
                                        "The account would rise above its ceiling.", 422};
const struct err_info ACCOUNT_FROZEN = {"account_frozen", "One of the accounts is frozen.", 422};
const struct err_info ACCOUNT_CLOSED = {"account_closed", "One of the accounts is closed.", 422};
const struct err_info BALANCE_OVERFLOW = {
    "balance_overflow", "A balance would pass 9007199254740991 minor units.", 422};

const struct err_info *refusal_by_code(struct slice code)
{
    static const struct err_info *const refusals[] = {
        &INSUFFICIENT_FUNDS, &LIMIT_EXCEEDED, &ACCOUNT_FROZEN, &ACCOUNT_CLOSED, &BALANCE_OVERFLOW};
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (slice_eq_cstr(code, refusals[i]->code))
            return refusals[i];
    return &INTERNAL_ERROR;
}
