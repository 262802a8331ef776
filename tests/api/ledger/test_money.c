#include <criterion/criterion.h>

#include "api/ledger/money.h"
#include "lib/base/attributes.h"

Test(money, reads_whole_numbers_up_to_the_maximum)
{
    int64_t amount = 0;
    cr_expect(money_parse(SLICE("1"), false, &amount));
    cr_expect_eq(amount, 1);
    cr_expect(money_parse(SLICE("9007199254740991"), false, &amount));
    cr_expect_eq(amount, MONEY_MAX);
    cr_expect(money_parse(SLICE("0"), true, &amount));
    cr_expect_eq(amount, 0);
}

Test(money, refuses_everything_that_is_not_a_whole_positive_number)
{
    static const char *const bad[] = {"",     "0",
                                      "-1",   "1.0",
                                      "1e3",  "1E3",
                                      "0.01", " 1",
                                      "+1",   "9007199254740992",
                                      "0x1",  "1_0",
                                      "NaN",  "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t amount = 7;
        cr_expect_not(money_parse(slice_from_cstr(bad[i]), false, &amount), "%s", bad[i]);
        cr_expect_eq(amount, 7, "%s", bad[i]);
    }
}

Test(money, adds_within_the_maximum_and_never_wraps)
{
    int64_t sum = 5;
    cr_expect(money_add(MONEY_MAX - 1, 1, &sum));
    cr_expect_eq(sum, MONEY_MAX);
    cr_expect(money_add(-MONEY_MAX, MONEY_MAX, &sum));
    cr_expect_eq(sum, 0);
    cr_expect_not(money_add(MONEY_MAX, 1, &sum));
    cr_expect_not(money_add(-MONEY_MAX, -1, &sum));
    cr_expect_not(money_add(INT64_MAX, INT64_MAX, &sum));
    cr_expect_eq(sum, 0);
}

Test(money, finds_currencies_with_their_exponents)
{
    cr_expect_eq(currency_find(SLICE("USD"))->exponent, 2);
    cr_expect_eq(currency_find(SLICE("JPY"))->exponent, 0);
    cr_expect_eq(currency_find(SLICE("KWD"))->exponent, 3);
    cr_expect_eq(currency_find(SLICE("CLF"))->exponent, 4);
    cr_expect_eq(currency_find(SLICE("AED"))->exponent, 2); /* the first of the table */
    cr_expect_eq(currency_find(SLICE("ZWG"))->exponent, 2); /* the last */
}

Test(money, knows_no_other_currency)
{
    cr_expect_null(currency_find(SLICE("usd")));
    cr_expect_null(currency_find(SLICE("US")));
    cr_expect_null(currency_find(SLICE("USDT")));
    cr_expect_null(currency_find(SLICE("AAA")));
    cr_expect_null(currency_find(SLICE("")));
}
