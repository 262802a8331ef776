#include <criterion/criterion.h>

#include "lib/base/slice.h"

Test(slice, equality_compares_bytes_and_length)
{
    cr_expect(slice_eq(SLICE("abc"), SLICE("abc")));
    cr_expect_not(slice_eq(SLICE("abc"), SLICE("ab")));
    cr_expect(slice_eq(SLICE_NONE, SLICE("")));
    cr_expect(slice_eq_nocase(SLICE("X-Amz-Date"), SLICE("x-amz-date")));
}

Test(slice, compare_orders_by_bytes_then_length)
{
    cr_expect_lt(slice_compare(SLICE("a"), SLICE("ab")), 0);
    cr_expect_gt(slice_compare(SLICE("\xFF"), SLICE("a")), 0);
    cr_expect_eq(slice_compare(SLICE("ab"), SLICE("ab")), 0);
}

Test(slice, split_once_returns_false_without_a_separator)
{
    struct slice left = SLICE("kept");
    struct slice right = SLICE("kept");
    cr_expect_not(slice_split_once(SLICE("abc"), ':', &left, &right));
    cr_expect(slice_eq(left, SLICE("kept")));
    cr_expect(slice_split_once(SLICE("a:b:c"), ':', &left, &right));
    cr_expect(slice_eq(left, SLICE("a")));
    cr_expect(slice_eq(right, SLICE("b:c")));
}

Test(slice, next_gives_every_token_and_then_ends)
{
    struct slice rest = SLICE("a,,b");
    struct slice token;
    cr_expect(slice_next(&rest, ',', &token) && slice_eq(token, SLICE("a")));
    cr_expect(slice_next(&rest, ',', &token) && token.len == 0);
    cr_expect(slice_next(&rest, ',', &token) && slice_eq(token, SLICE("b")));
    cr_expect_not(slice_next(&rest, ',', &token));
}

Test(slice, numbers_refuse_overflow_and_junk)
{
    uint64_t u;
    int64_t i;
    cr_expect(slice_to_u64(SLICE("18446744073709551615"), &u) && u == UINT64_MAX);
    cr_expect_not(slice_to_u64(SLICE("18446744073709551616"), &u));
    cr_expect_not(slice_to_u64(SLICE(""), &u));
    cr_expect_not(slice_to_u64(SLICE("1x"), &u));
    cr_expect(slice_to_i64(SLICE("-9223372036854775808"), &i) && i == INT64_MIN);
    cr_expect_not(slice_to_i64(SLICE("9223372036854775808"), &i));
    cr_expect_not(slice_to_i64(SLICE("-"), &i));
}

Test(slice, utf8_refuses_overlong_surrogate_and_truncated)
{
    cr_expect(slice_is_utf8(SLICE("gr\xC3\xBC\xC3\x9F \xF0\x9F\x92\xB0")));
    cr_expect_not(slice_is_utf8(SLICE("\xC0\xAF")));
    cr_expect_not(slice_is_utf8(SLICE("\xED\xA0\x80")));
    cr_expect_not(slice_is_utf8(SLICE("\xF4\x90\x80\x80")));
    cr_expect_not(slice_is_utf8(SLICE("\xE2\x82")));
    cr_expect_eq(slice_utf8_length(SLICE("\xC3\xBC!")), 2);
}

Test(slice, search_and_trim)
{
    cr_expect_eq(slice_index(SLICE("abcabc"), 'c'), 2);
    cr_expect_eq(slice_last_index(SLICE("abcabc"), 'c'), 5);
    cr_expect_eq(slice_find(SLICE("abcabc"), SLICE("ca")), 2);
    cr_expect_eq(slice_find(SLICE_NONE, SLICE("x")), -1);
    cr_expect(slice_eq(slice_trim(SLICE(" \t a b \r\n")), SLICE("a b")));
    cr_expect(slice_eq(slice_sub(SLICE("abc"), 1, 99), SLICE("bc")));
}

Test(slice, plain_bytes_end_at_the_first_that_json_does_not_hold_as_it_is)
{
    static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz !#[]~";
    size_t len = sizeof text - 1;
    cr_expect_eq(slice_plain_len((struct slice){text, len}), len);
    cr_expect_eq(slice_plain_len(SLICE("")), 0);
    for (unsigned c = 0; c < 256; c++)
        for (size_t at = 0; at < len; at++) {
            char changed[sizeof text];
            bool plain = c >= ' ' && c < 0x7F && c != '"' && c != '\\';
            memcpy(changed, text, sizeof text);
            changed[at] = (char)c;
            cr_expect_eq(slice_plain_len((struct slice){changed, len}), plain ? len : at,
                         "byte %u at %zu", c, at);
        }
}

Test(slice, hashes_are_those_of_fnv_1a)
{
    cr_expect_eq(slice_hash(SLICE("")), UINT64_C(0xCBF29CE484222325));
    cr_expect_eq(slice_hash(SLICE("foobar")), UINT64_C(0x85944171F73967E8));
}
