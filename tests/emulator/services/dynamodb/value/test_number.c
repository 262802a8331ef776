#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "emulator/services/dynamodb/value/number.h"
#include "lib/base/attributes.h"
#include "lib/base/rand.h"

static const char *canonical(const char *text, char out[NUMBER_TEXT_MAX + 1])
{
    struct number number;
    enum number_status status = number_parse(slice_from_cstr(text), &number);
    if (status != NUMBER_FINE)
        return number_status_text(status);
    out[number_print(&number, out)] = '\0';
    return out;
}

Test(number, prints_what_aws_prints)
{
    static const char *const cases[][2] = {
        {"0",                                                "0"                                     },
        {"-0",                                               "0"                                     },
        {"0.000",                                            "0"                                     },
        {"0e999",                                            "0"                                     },
        {"1",                                                "1"                                     },
        {"+1",                                               "1"                                     },
        {"-1.50",                                            "-1.5"                                  },
        {"007",                                              "7"                                     },
        {".5",                                               "0.5"                                   },
        {"5.",                                               "5"                                     },
        {"1e2",                                              "100"                                   },
        {"1E-2",                                             "0.01"                                  },
        {"123.456e1",                                        "1234.56"                               },
        {"100",                                              "100"                                   },
        {"0.00001",                                          "0.00001"                               },
        {"99999999999999999999999999999999999999",           "99999999999999999999999999999999999999"},
        {"1.0000000000000000000000000000000000000000000000", "1"                                     },
        {"12345678901234567890123456789012345678e-40",
         "0.0012345678901234567890123456789012345678"                                                },
        {"1e25",                                             "10000000000000000000000000"            },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[NUMBER_TEXT_MAX + 1];
        cr_expect_str_eq(canonical(cases[i][0], out), cases[i][1], "%s", cases[i][0]);
    }
}

Test(number, refuses_in_the_words_of_aws)
{
    static const struct {
        const char *text;
        enum number_status status;
    } cases[] = {
        {"",                                         NUMBER_MALFORMED  },
        {"-",                                        NUMBER_MALFORMED  },
        {"b",                                        NUMBER_MALFORMED  },
        {"1 ",                                       NUMBER_MALFORMED  },
        {" 1",                                       NUMBER_MALFORMED  },
        {"1e",                                       NUMBER_MALFORMED  },
        {"1e+",                                      NUMBER_MALFORMED  },
        {"1.2.3",                                    NUMBER_MALFORMED  },
        {"0x10",                                     NUMBER_MALFORMED  },
        {"NaN",                                      NUMBER_MALFORMED  },
        {".",                                        NUMBER_MALFORMED  },
        {"123456789012345678901234567890123456789",  NUMBER_TOO_PRECISE},
        {"1.00000000000000000000000000000000000001", NUMBER_TOO_PRECISE},
        {"1e126",                                    NUMBER_TOO_LARGE  },
        {"-1e126",                                   NUMBER_TOO_LARGE  },
        {"10e125",                                   NUMBER_TOO_LARGE  },
        {"1e99999999999999999999",                   NUMBER_TOO_LARGE  },
        {"1e-131",                                   NUMBER_TOO_SMALL  },
        {"-0.1e-130",                                NUMBER_TOO_SMALL  },
        {"1e-99999999999999999999",                  NUMBER_TOO_SMALL  },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct number number;
        cr_expect_eq(number_parse(slice_from_cstr(cases[i].text), &number), cases[i].status, "%s",
                     cases[i].text);
    }
    cr_expect_str_eq(number_status_text(NUMBER_TOO_PRECISE),
                     "Attempting to store more than 38 significant digits in a Number");
}

Test(number, keeps_the_ends_of_the_range)
{
    char out[NUMBER_TEXT_MAX + 1];
    struct number number;
    cr_expect_eq(number_parse(SLICE("9.9999999999999999999999999999999999999E+125"), &number),
                 NUMBER_FINE);
    cr_expect_eq(number_print(&number, out), 126);
    cr_expect_eq(number_parse(SLICE("-1.2345678901234567890123456789012345678E-130"), &number),
                 NUMBER_FINE);
    cr_expect_eq(number_print(&number, out), NUMBER_TEXT_MAX);
}

static const char *combine(const char *a, char operation, const char *b,
                           char out[NUMBER_TEXT_MAX + 1])
{
    struct number x;
    struct number y;
    struct number result;
    cr_assert_eq(number_parse(slice_from_cstr(a), &x), NUMBER_FINE, "%s", a);
    cr_assert_eq(number_parse(slice_from_cstr(b), &y), NUMBER_FINE, "%s", b);
    enum number_status status =
        operation == '+' ? number_add(&x, &y, &result) : number_subtract(&x, &y, &result);
    if (status != NUMBER_FINE)
        return number_status_text(status);
    out[number_print(&result, out)] = '\0';
    return out;
}

Test(number, adds_and_subtracts_exactly)
{
    static const struct {
        const char *a;
        char operation;
        const char *b;
        const char *result;
    } cases[] = {
        {"0.1",                                    '+', "0.2",                                      "0.3"                                                            },
        {"1",                                      '-', "1",                                        "0"                                                              },
        {"0",                                      '-', "5",                                        "-5"                                                             },
        {"5",                                      '-', "0",                                        "5"                                                              },
        {"10",                                     '+', "1",                                        "11"                                                             },
        {"1",                                      '-', "10",                                       "-9"                                                             },
        {"-3",                                     '+', "-4",                                       "-7"                                                             },
        {"99999999999999999999999999999999999999", '+', "1",
         "100000000000000000000000000000000000000"                                                                                                                   },
        {"1e38",                                   '-', "1",                                        "99999999999999999999999999999999999999"                         },
        {"1e39",                                   '-', "10",                                       "999999999999999999999999999999999999990"                        },
        {"12345678901234567890",                   '+', "0.0000000000000000001",
         "Attempting to store more than 38 significant digits in a Number"                                                                                           },
        {"1e100",                                  '+', "1",                                        "Attempting to store more than 38 significant digits in a Number"},
        {"9.9e125",                                '+', "9.9e125",
         "Number overflow. Attempting to store a number with magnitude larger than supported "
         "range"                                                                                                                                                     },
        {"1.1e-130",                               '-', "1e-130",
         "Number underflow. Attempting to store a number with magnitude smaller than supported "
         "range"                                                                                                                                                     },
        {"1e40",                                   '-', "99999999999999999999999999999999999999e2", "100"                                                            },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[NUMBER_TEXT_MAX + 1];
        cr_expect_str_eq(combine(cases[i].a, cases[i].operation, cases[i].b, out), cases[i].result,
                         "%s %c %s", cases[i].a, cases[i].operation, cases[i].b);
    }
}

/* Numbers of all lengths and signs, many of them near each other. */
static struct number any_number(struct rand *rand)
{
    struct number number;
    char text[64];
    int64_t whole =
        (int64_t)rand_below(rand, 1ULL << rand_below(rand, 62)) * (rand_below(rand, 2) ? 1 : -1);
    int len = snprintf(text, sizeof text, "%lld.%llue%d", (long long)whole,
                       (unsigned long long)rand_below(rand, 1ULL << rand_below(rand, 50)),
                       (int)rand_below(rand, 40) - 20);
    cr_assert_eq(number_parse((struct slice){text, (size_t)len}, &number), NUMBER_FINE, "%s", text);
    return number;
}

static int sign_of(int order)
{
    return (order > 0) - (order < 0);
}

Test(number, byte_order_is_numeric_order)
{
    struct rand rand = rand_seeded(1);
    for (int i = 0; i < 100000; i++) {
        struct number a = any_number(&rand);
        struct number b = any_number(&rand);
        uint8_t x[NUMBER_KEY_MAX];
        uint8_t y[NUMBER_KEY_MAX];
        struct slice key_a = {(const char *)x, number_encode(&a, x)};
        struct slice key_b = {(const char *)y, number_encode(&b, y)};
        cr_assert_eq(sign_of(slice_compare(key_a, key_b)), sign_of(number_compare(&a, &b)),
                     "case %d", i);
    }
}

Test(number, keys_and_texts_read_back)
{
    struct rand rand = rand_seeded(2);
    for (int i = 0; i < 100000; i++) {
        struct number a = any_number(&rand);
        struct number b;
        uint8_t key[NUMBER_KEY_MAX];
        char text[NUMBER_TEXT_MAX];
        size_t len = number_encode(&a, key);
        cr_assert_eq(number_decode(key, len, &b), len);
        cr_assert_eq(number_compare(&a, &b), 0);
        cr_assert_eq(number_parse((struct slice){text, number_print(&a, text)}, &b), NUMBER_FINE);
        cr_assert_eq(number_compare(&a, &b), 0);
        for (size_t cut = 0; cut < len; cut++)
            cr_assert_eq(number_decode(key, cut, &b), 0, "a cut key decodes to nothing");
    }
}

Test(number, arithmetic_agrees_with_128_bit_integers)
{
    struct rand rand = rand_seeded(3);
    for (int i = 0; i < 100000; i++) {
        int64_t a = (int64_t)rand_below(&rand, 1ULL << 62) - (1LL << 61);
        int64_t b = (int64_t)rand_below(&rand, 1ULL << rand_below(&rand, 62)) - (1LL << 20);
        __int128 expected = i % 2 ? (__int128)a + b : (__int128)a - b;
        char texts[2][32];
        char out[NUMBER_TEXT_MAX + 1];
        char wanted[32];
        snprintf(texts[0], sizeof texts[0], "%lld", (long long)a);
        snprintf(texts[1], sizeof texts[1], "%lld", (long long)b);
        snprintf(wanted, sizeof wanted, "%lld", (long long)expected);
        cr_assert_str_eq(combine(texts[0], i % 2 ? '+' : '-', texts[1], out), wanted);
    }
}

/* Schoolbook addition of two texts "ddd.ddd" of equal shape, to check wide results. */
static void add_digits(const char *a, const char *b, size_t len, char *out)
{
    int carry = 0;
    for (size_t i = len; i-- > 0;) {
        if (a[i] == '.') {
            out[i] = '.';
            continue;
        }
        int sum = a[i] - '0' + b[i] - '0' + carry;
        out[i] = (char)('0' + sum % 10);
        carry = sum / 10;
    }
}

Test(number, sums_of_38_digits_agree_with_schoolbook_addition)
{
    struct rand rand = rand_seeded(4);
    for (int i = 0; i < 20000; i++) {
        char a[41] = "0";
        char b[41] = "0";
        char wanted[41] = "";
        char out[NUMBER_TEXT_MAX + 1];
        char canonical_text[NUMBER_TEXT_MAX + 1];
        size_t point = 1 + rand_below(&rand, 37);
        for (size_t at = 1; at < 39; at++) {
            a[at] = at == point ? '.' : (char)('0' + rand_below(&rand, 10));
            b[at] =
                at == point ? '.' : (char)('0' + rand_below(&rand, rand_below(&rand, 2) * 9 + 1));
        }
        add_digits(a, b, 39, wanted);
        cr_assert_str_eq(combine(a, '+', b, out), canonical(wanted, canonical_text), "%s + %s", a,
                         b);
    }
}

Test(number, plain_integers_are_recognised)
{
    cr_expect(number_is_plain_integer(SLICE("1")));
    cr_expect(number_is_plain_integer(SLICE("-120")));
    cr_expect_not(number_is_plain_integer(SLICE("0")));
    cr_expect_not(number_is_plain_integer(SLICE("-0")));
    cr_expect_not(number_is_plain_integer(SLICE("01")));
    cr_expect_not(number_is_plain_integer(SLICE("1.0")));
    cr_expect_not(number_is_plain_integer(SLICE("1e1")));
    cr_expect_not(number_is_plain_integer(SLICE("")));
    cr_expect_not(number_is_plain_integer(SLICE("-")));
    cr_expect_not(number_is_plain_integer(SLICE("100000000000000000000000000000000000000")));
}
