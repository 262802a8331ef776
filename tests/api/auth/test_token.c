#include <string.h>

#include <criterion/criterion.h>

#include "api/auth/token.h"
#include "lib/base/attributes.h"

Test(token, an_access_token_reads_back_as_written)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct token_secret secret = token_new_secret(&rand);
    struct slice text = token_write_access(&arena, SLICE("ses_0a1b"), &secret);
    struct token token;
    cr_assert(token_read_access(&arena, text, &token));
    cr_expect(slice_eq(token.session, SLICE("ses_0a1b")));
    cr_expect_eq(memcmp(&token.secret, &secret, sizeof secret), 0);
    cr_expect_eq(token.generation, 0);
    arena_done(&arena);
}

Test(token, a_refresh_token_carries_its_generation)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct token_secret secret = token_new_secret(&rand);
    struct slice text = token_write_refresh(&arena, SLICE("ses_0a1b"), 42, &secret);
    struct token token;
    cr_assert(token_read_refresh(&arena, text, &token));
    cr_expect_eq(token.generation, 42);
    cr_expect_not(token_read_access(&arena, text, &token), "one kind is not the other");
    arena_done(&arena);
}

Test(token, refuses_texts_that_are_no_tokens)
{
    static const char *const bad[] = {
        "",
        ".",
        "ses_",
        "ses_0a",
        "ses_0a.",
        "ses_0a.AAAA",
        "ses_.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "SES_0a.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ses_0A.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ses_0a#.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ses_0a.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ses_0a.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ses_0a.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", /* unused bits set */
    };
    struct arena arena = {0};
    struct token token;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(token_read_access(&arena, slice_from_cstr(bad[i]), &token), "%s", bad[i]);
    cr_expect(token_read_access(&arena, SLICE("ses_0a.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                                &token));
    cr_expect_not(token_read_refresh(
        &arena, SLICE("ses_0a.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &token));
    cr_expect_not(token_read_refresh(
        &arena, SLICE("ses_0a.-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &token));
    arena_done(&arena);
}

Test(token, only_equal_secrets_have_equal_hashes)
{
    struct rand rand = rand_seeded(3);
    struct token_secret a = token_new_secret(&rand);
    struct token_secret b = a;
    struct token_hash first = token_hash(&a);
    struct token_hash same = token_hash(&b);
    b.bytes[31] ^= 1;
    struct token_hash other = token_hash(&b);
    cr_expect(token_hash_eq(&first, &same));
    cr_expect_not(token_hash_eq(&first, &other));
}

Test(token, the_successor_opens_for_the_holder_of_the_old_token_alone)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(4);
    struct token_secret old = token_new_secret(&rand);
    struct token_secret stranger = token_new_secret(&rand);
    struct token_pair pair = {token_new_secret(&rand), token_new_secret(&rand)};
    struct token_pair opened;
    struct slice sealed = token_seal_pair(&arena, &old, &pair, &rand);
    cr_assert(token_open_pair(&old, sealed, &opened));
    cr_expect_eq(memcmp(&opened, &pair, sizeof pair), 0);
    cr_expect_not(token_open_pair(&stranger, sealed, &opened));
    cr_expect_not(token_open_pair(&old, slice_sub(sealed, 0, sealed.len - 1), &opened));
    cr_expect_not(token_open_pair(&old, SLICE(""), &opened));
    arena_done(&arena);
}
