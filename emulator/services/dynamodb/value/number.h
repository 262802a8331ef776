#pragma once
/*
 * DynamoDB's numbers: exact decimals of up to 38 significant digits, zero or of a magnitude from
 * 1E-130 to 9.99...E+125 (developer guide, "Data types: number"). Pure functions, no allocation.
 *
 * A number travels as its canonical text (the way AWS prints it: plain decimal notation without
 * exponent, sign of zero, leading or trailing zeros), is worked with as `struct number`, and is
 * compared inside index keys by its byte encoding.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/slice.h"

/* digits x 10^exponent. Normal form: no trailing zero in `digits`; zero is all-zero. */
struct number {
    unsigned __int128 digits;
    int exponent;
    bool negative;
};

enum {
    NUMBER_DIGITS_MAX = 38,
    NUMBER_TEXT_MAX = 170, /* "-0." and 129 zeros and 38 digits */
    NUMBER_KEY_MAX = 22    /* sign, exponent, 19 pairs of digits, end mark */
};

enum number_status {
    NUMBER_FINE,
    NUMBER_MALFORMED,
    NUMBER_TOO_PRECISE,
    NUMBER_TOO_LARGE,
    NUMBER_TOO_SMALL
};

/* AWS's sentence for a status; for NUMBER_MALFORMED the text is to be added after ": ". */
const char *number_status_text(enum number_status status);

/* `number` is untouched unless the status is NUMBER_FINE; so it is everywhere below. */
enum number_status number_parse(struct slice text, struct number *number);

/* Writes the canonical text and returns its length. */
size_t number_print(const struct number *number, char text[NUMBER_TEXT_MAX]);

/* True when a text is surely canonical already (an integer without trailing zeros to spare). */
bool number_is_plain_integer(struct slice text);

enum number_status number_add(const struct number *a, const struct number *b, struct number *sum);
enum number_status number_subtract(const struct number *a, const struct number *b,
                                   struct number *difference);
/* Of canonical texts, as canonical text of length `len`. */
enum number_status number_sum(struct slice a, struct slice b, bool subtract,
                              char text[NUMBER_TEXT_MAX], size_t *len);
int number_compare(const struct number *a, const struct number *b); /* <0, 0, >0 */

/* Significant digits; 0 for zero. */
unsigned number_precision(const struct number *number);

/*
 * An encoding whose byte order is the numbers' order, and which ends itself, so that another key
 * may follow. Returns the length.
 */
size_t number_encode(const struct number *number, uint8_t key[NUMBER_KEY_MAX]);
/* Bytes used, or 0 when they encode no number. */
size_t number_decode(const uint8_t *key, size_t len, struct number *number);
