#pragma once
/*
 * Money: a whole number of minor units and a currency. No floating point stands anywhere near it.
 *
 * |amount| <= MONEY_MAX, per item and per resulting balance, so that a JavaScript client reads
 * every number exactly. Pure; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

#define MONEY_MAX INT64_C(9007199254740991) /* 2^53 - 1 */

struct currency {
    char code[4];     /* ISO 4217, NUL-terminated */
    uint8_t exponent; /* digits of its minor unit: 2 for USD, 0 for JPY */
};

/* NULL for a code that is not in the table; codes are upper case. */
const struct currency *currency_find(struct slice code);

/*
 * Reads a JSON number as an amount of minor units. False for a fraction, an exponent, a sign,
 * zero (unless `zero_allowed`), or a number past MONEY_MAX: `amount` is then untouched.
 */
bool money_parse(struct slice number, bool zero_allowed, int64_t *amount);

/* False where the sum would pass MONEY_MAX either way; `sum` is then untouched. */
bool money_add(int64_t a, int64_t b, int64_t *sum);
