/* Exact decimal numbers as DynamoDB keeps them. */
#include "emulator/services/dynamodb/value/number.h"

#include <string.h>

enum {
    exponent_max = 125,    /* of the first digit, as in 9.99E+125 */
    exponent_min = -130,   /* as in 1E-130 */
    exponent_far = 1000000 /* stands for any exponent that is longer than an int */
};

const char *number_status_text(enum number_status status)
{
    static const char *const texts[] = {
        [NUMBER_FINE] = "",
        [NUMBER_MALFORMED] = "The parameter cannot be converted to a numeric value",
        [NUMBER_TOO_PRECISE] = "Attempting to store more than 38 significant digits in a Number",
        [NUMBER_TOO_LARGE] = "Number overflow. Attempting to store a number with magnitude larger "
                             "than supported range",
        [NUMBER_TOO_SMALL] = "Number underflow. Attempting to store a number with magnitude "
                             "smaller than supported range",
    };
    return texts[status];
}

static unsigned __int128 power_of_ten(unsigned exponent)
{
    unsigned __int128 power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

static unsigned count_digits(unsigned __int128 digits)
{
    unsigned count = 0;
    /* In steps of a 64-bit word: dividing 128 bits costs a library call. */
    while (digits > UINT64_MAX) {
        digits /= 10;
        count++;
    }
    for (uint64_t rest = (uint64_t)digits; rest > 0; rest /= 10)
        count++;
    return count;
}

unsigned number_precision(const struct number *number)
{
    return count_digits(number->digits);
}

static void strip_trailing_zeros(struct number *number)
{
    while (number->digits > UINT64_MAX && number->digits % 10 == 0) {
        number->digits /= 10;
        number->exponent++;
    }
    if (number->digits > UINT64_MAX)
        return;
    uint64_t digits = (uint64_t)number->digits;
    while (digits > 0 && digits % 10 == 0) {
        digits /= 10;
        number->exponent++;
    }
    number->digits = digits;
}

/* Brings a result with at most 38 digits to normal form and checks its magnitude. */
static enum number_status finish(struct number number, struct number *result)
{
    if (number.digits == 0) {
        *result = (struct number){0};
        return NUMBER_FINE;
    }
    strip_trailing_zeros(&number);
    int first = number.exponent + (int)number_precision(&number) - 1;
    if (first > exponent_max)
        return NUMBER_TOO_LARGE;
    if (first < exponent_min)
        return NUMBER_TOO_SMALL;
    *result = number;
    return NUMBER_FINE;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "e-12" at the end of a number. Far exponents saturate: their size no longer matters. */
static bool parse_exponent(struct slice text, int *exponent)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = slice_from(text, 1);
    if (text.len == 0)
        return false;
    int value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.ptr[i]))
            return false;
        if (value < exponent_far)
            value = value * 10 + (text.ptr[i] - '0');
    }
    *exponent = negative ? -value : value;
    return true;
}

/*
 * Collects the digits before the exponent. Zeros wait until a digit follows, so that leading and
 * trailing ones cost no precision.
 */
struct digit_run {
    unsigned __int128 digits;
    unsigned count; /* significant digits so far */
    int zeros_waiting;
    int exponent;
    bool any;
    bool too_long;
};

static void take_digit(struct digit_run *run, char c, bool after_point)
{
    run->any = true;
    if (after_point)
        run->exponent--;
    if (c == '0') {
        run->zeros_waiting += run->count > 0;
        return;
    }
    if (run->count + (unsigned)run->zeros_waiting + 1 > NUMBER_DIGITS_MAX) {
        run->too_long = true;
        run->exponent += 1 + run->zeros_waiting;
        run->zeros_waiting = 0;
        return;
    }
    for (; run->zeros_waiting > 0; run->zeros_waiting--) {
        run->digits *= 10;
        run->count++;
    }
    run->digits = run->digits * 10 + (unsigned)(c - '0');
    run->count++;
}

static struct slice take_mantissa(struct slice text, struct digit_run *run)
{
    bool after_point = false;
    size_t i = 0;
    for (; i < text.len; i++) {
        if (is_digit(text.ptr[i]))
            take_digit(run, text.ptr[i], after_point);
        else if (text.ptr[i] == '.' && !after_point)
            after_point = true;
        else
            break;
    }
    run->exponent += run->zeros_waiting;
    return slice_from(text, i);
}

enum number_status number_parse(struct slice text, struct number *number)
{
    struct digit_run run = {0};
    bool negative = text.len > 0 && text.ptr[0] == '-';
    bool has_sign = negative || (text.len > 0 && text.ptr[0] == '+');
    struct slice rest = take_mantissa(has_sign ? slice_from(text, 1) : text, &run);
    int exponent = 0;
    if (!run.any)
        return NUMBER_MALFORMED;
    if (rest.len > 0 && ((rest.ptr[0] != 'e' && rest.ptr[0] != 'E') ||
                         !parse_exponent(slice_from(rest, 1), &exponent)))
        return NUMBER_MALFORMED;
    if (run.too_long)
        return NUMBER_TOO_PRECISE;
    return finish((struct number){run.digits, run.exponent + exponent, negative}, number);
}

bool number_is_plain_integer(struct slice text)
{
    if (text.len > 0 && text.ptr[0] == '-')
        text = slice_from(text, 1);
    if (text.len == 0 || text.len > NUMBER_DIGITS_MAX || text.ptr[0] == '0')
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.ptr[i]))
            return false;
    return true;
}

/* The digits as text at the end of the array; returns where they begin. */
static char *print_digits(unsigned __int128 digits, char *end)
{
    while (digits > UINT64_MAX) {
        *--end = (char)('0' + (int)(digits % 10));
        digits /= 10;
    }
    for (uint64_t rest = (uint64_t)digits; rest > 0; rest /= 10)
        *--end = (char)('0' + rest % 10);
    return end;
}

static char *put_zeros(char *out, int count)
{
    if (count > 0)
        memset(out, '0', (size_t)count);
    return out + (count > 0 ? count : 0);
}

static char *put(char *out, const char *bytes, int count)
{
    memcpy(out, bytes, (size_t)count);
    return out + count;
}

size_t number_print(const struct number *number, char text[NUMBER_TEXT_MAX])
{
    char digits[NUMBER_DIGITS_MAX + 1];
    char *out = text;
    if (number->digits == 0) {
        *text = '0';
        return 1;
    }
    const char *first = print_digits(number->digits, digits + sizeof digits);
    int count = (int)(digits + sizeof digits - first);
    int before_point = count + number->exponent;
    if (number->negative)
        *out++ = '-';
    if (before_point <= 0) {
        out = put(out, "0.", 2);
        out = put_zeros(out, -before_point);
        out = put(out, first, count);
    } else if (before_point >= count) {
        out = put(out, first, count);
        out = put_zeros(out, number->exponent);
    } else {
        out = put(out, first, before_point);
        *out++ = '.';
        out = put(out, first + before_point, count - before_point);
    }
    return (size_t)(out - text);
}

/* A number of up to 41 digits in two parts, since 128 bits hold only 38 of them: high x 1000 + low.
 */
struct wide {
    unsigned __int128 high;
    unsigned low;
};

static struct wide widen(unsigned __int128 digits, unsigned shift)
{
    if (shift >= 3)
        return (struct wide){digits * power_of_ten(shift - 3), 0};
    unsigned part = (unsigned)power_of_ten(3 - shift);
    unsigned low = (unsigned)(digits % part) * (unsigned)power_of_ten(shift);
    return (struct wide){digits / part, low};
}

static int wide_compare(struct wide a, struct wide b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

static struct wide wide_sum(struct wide a, struct wide b)
{
    unsigned low = a.low + b.low;
    return (struct wide){a.high + b.high + low / 1000, low % 1000};
}

static struct wide wide_difference(struct wide larger, struct wide smaller)
{
    bool borrow = larger.low < smaller.low;
    return (struct wide){larger.high - smaller.high - borrow,
                         larger.low + (borrow ? 1000 : 0) - smaller.low};
}

static enum number_status from_wide(struct wide wide, int exponent, bool negative,
                                    struct number *result)
{
    unsigned scale = 1000;
    while (scale > 1 && wide.low % 10 == 0) {
        wide.low /= 10;
        scale /= 10;
        exponent++;
    }
    if (wide.high >= power_of_ten(NUMBER_DIGITS_MAX) / scale)
        return NUMBER_TOO_PRECISE;
    return finish((struct number){wide.high * scale + wide.low, exponent, negative}, result);
}

/* One past the exponent of the first digit. */
static int top(const struct number *number)
{
    return number->exponent + (int)number_precision(number);
}

enum number_status number_add(const struct number *a, const struct number *b, struct number *sum)
{
    if (a->digits == 0 || b->digits == 0) {
        *sum = a->digits == 0 ? *b : *a;
        return NUMBER_FINE;
    }
    int exponent = a->exponent < b->exponent ? a->exponent : b->exponent;
    int highest = top(a) > top(b) ? top(a) : top(b);
    /* Past 40 digits not even a borrow at the top brings the result back to 38. */
    if (highest - exponent > NUMBER_DIGITS_MAX + 2)
        return NUMBER_TOO_PRECISE;
    struct wide wide_a = widen(a->digits, (unsigned)(a->exponent - exponent));
    struct wide wide_b = widen(b->digits, (unsigned)(b->exponent - exponent));
    if (a->negative == b->negative)
        return from_wide(wide_sum(wide_a, wide_b), exponent, a->negative, sum);
    if (wide_compare(wide_a, wide_b) >= 0)
        return from_wide(wide_difference(wide_a, wide_b), exponent, a->negative, sum);
    return from_wide(wide_difference(wide_b, wide_a), exponent, b->negative, sum);
}

enum number_status number_subtract(const struct number *a, const struct number *b,
                                   struct number *difference)
{
    struct number opposite = *b;
    opposite.negative = b->digits != 0 && !b->negative;
    return number_add(a, &opposite, difference);
}

static int compare_magnitude(const struct number *a, const struct number *b)
{
    if (top(a) != top(b))
        return top(a) < top(b) ? -1 : 1;
    /* Equal tops: neither shift leaves 38 digits. */
    unsigned __int128 x = a->digits;
    unsigned __int128 y = b->digits;
    if (a->exponent > b->exponent)
        x *= power_of_ten((unsigned)(a->exponent - b->exponent));
    else
        y *= power_of_ten((unsigned)(b->exponent - a->exponent));
    return (x > y) - (x < y);
}

static int sign(const struct number *number)
{
    return number->digits == 0 ? 0 : number->negative ? -1 : 1;
}

enum number_status number_sum(struct slice a, struct slice b, bool subtract,
                              char text[NUMBER_TEXT_MAX], size_t *len)
{
    struct number x = {0};
    struct number y = {0};
    struct number sum = {0};
    (void)number_parse(a, &x); /* canonical: always well formed */
    (void)number_parse(b, &y);
    enum number_status status = subtract ? number_subtract(&x, &y, &sum) : number_add(&x, &y, &sum);
    if (status == NUMBER_FINE)
        *len = number_print(&sum, text);
    return status;
}

int number_compare(const struct number *a, const struct number *b)
{
    if (sign(a) != sign(b))
        return sign(a) < sign(b) ? -1 : 1;
    if (sign(a) == 0)
        return 0;
    int order = compare_magnitude(a, b);
    return a->negative ? -order : order;
}

/*
 * sign (0 negative, 1 zero, 2 positive), exponent of the first digit, pairs of digits plus one,
 * end mark. For negatives every byte after the sign is inverted, the end mark too.
 */
enum { key_negative = 0, key_zero = 1, key_positive = 2, pairs_max = NUMBER_DIGITS_MAX / 2 };

static void put_pairs(unsigned __int128 digits, unsigned pairs, uint8_t *out)
{
    while (pairs-- > 0) {
        out[pairs] = (uint8_t)(digits % 100 + 1);
        digits /= 100;
    }
}

size_t number_encode(const struct number *number, uint8_t key[NUMBER_KEY_MAX])
{
    if (number->digits == 0) {
        key[0] = key_zero;
        return 1;
    }
    unsigned count = number_precision(number);
    unsigned pairs = (count + 1) / 2;
    key[0] = number->negative ? key_negative : key_positive;
    key[1] = (uint8_t)(top(number) - 1 - exponent_min);
    put_pairs(count % 2 ? number->digits * 10 : number->digits, pairs, key + 2);
    key[2 + pairs] = 0;
    for (unsigned i = 1; number->negative && i < 3 + pairs; i++)
        key[i] = (uint8_t)~key[i];
    return 3 + pairs;
}

size_t number_decode(const uint8_t *key, size_t len, struct number *number)
{
    if (len >= 1 && key[0] == key_zero) {
        *number = (struct number){0};
        return 1;
    }
    if (len < 4 || key[0] > key_positive)
        return 0;
    uint8_t mask = key[0] == key_negative ? 0xFF : 0;
    struct number result = {.negative = mask != 0};
    int first = (key[1] ^ mask) + exponent_min;
    size_t at = 2;
    for (; at < len && (key[at] ^ mask) != 0; at++) {
        unsigned pair = (unsigned)(key[at] ^ mask) - 1;
        if (pair > 99 || at - 2 == pairs_max || (at == 2 && pair < 10))
            return 0;
        result.digits = result.digits * 100 + pair;
    }
    /* The last pair is never "00": that would be a second encoding of the same number. */
    if (at == len || at == 2 || result.digits % 100 == 0)
        return 0;
    result.exponent = first + 1 - (int)(at - 2) * 2;
    strip_trailing_zeros(&result);
    *number = result;
    return at + 1;
}
