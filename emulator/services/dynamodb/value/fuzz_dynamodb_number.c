/*
 * Fuzz target: the number codec. The input is two numbers, one a line. Texts and key bytes read
 * back as the same number, the order of key bytes is the numbers' order, and sums are exact: they
 * commute, and a number that was added can be taken away again.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/services/dynamodb/value/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void check_round_trips(const struct number *number)
{
    struct number again;
    char text[NUMBER_TEXT_MAX];
    char text_again[NUMBER_TEXT_MAX];
    uint8_t key[NUMBER_KEY_MAX];
    struct slice printed = {text, number_print(number, text)};
    require(printed.len <= sizeof text);
    require(number_parse(printed, &again) == NUMBER_FINE && number_compare(number, &again) == 0);
    require(slice_eq(printed, (struct slice){text_again, number_print(&again, text_again)}));
    size_t len = number_encode(number, key);
    require(len <= sizeof key && number_decode(key, len, &again) == len);
    require(number_compare(number, &again) == 0);
    for (size_t less = 0; less < len; less++)
        require(number_decode(key, less, &again) == 0);
}

static void check_order(const struct number *a, const struct number *b)
{
    uint8_t a_key[NUMBER_KEY_MAX];
    uint8_t b_key[NUMBER_KEY_MAX];
    struct slice a_bytes = {(const char *)a_key, number_encode(a, a_key)};
    struct slice b_bytes = {(const char *)b_key, number_encode(b, b_key)};
    int order = sign(number_compare(a, b));
    require(order == -sign(number_compare(b, a)));
    require(order == sign(slice_compare(a_bytes, b_bytes)));
    require(order == 0 || !slice_starts_with(a_bytes, b_bytes));
}

static void check_sum(const struct number *a, const struct number *b)
{
    struct number sum;
    struct number turned;
    struct number back;
    enum number_status status = number_add(a, b, &sum);
    require(number_add(b, a, &turned) == status);
    if (status != NUMBER_FINE)
        return;
    check_round_trips(&sum);
    require(number_compare(&sum, &turned) == 0 && number_precision(&sum) <= NUMBER_DIGITS_MAX);
    require(number_subtract(&sum, b, &back) == NUMBER_FINE && number_compare(&back, a) == 0);
}

/* Bytes that were never a key are refused, or they are the one encoding of a number. */
static void check_key(struct slice bytes)
{
    struct number number;
    uint8_t key[NUMBER_KEY_MAX];
    size_t used = number_decode((const uint8_t *)bytes.ptr, bytes.len, &number);
    if (used > 0)
        require(slice_eq((struct slice){(const char *)key, number_encode(&number, key)},
                         slice_sub(bytes, 0, used)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice input = {(const char *)data, size};
    struct slice first;
    struct slice second;
    struct number a;
    struct number b;
    check_key(input);
    if (!slice_split_once(input, '\n', &first, &second))
        return 0;
    bool has_a = number_parse(first, &a) == NUMBER_FINE;
    bool has_b = number_parse(second, &b) == NUMBER_FINE;
    if (has_a)
        check_round_trips(&a);
    if (has_a && has_b) {
        check_order(&a, &b);
        check_sum(&a, &b);
    }
    return 0;
}
