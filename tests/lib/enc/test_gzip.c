#include <criterion/criterion.h>

#include "lib/enc/gzip.h"
#include "lib/enc/hex.h"

static const char florin[] = "1f8b08000000000002034bcbc92fcacc03007210a81906000000"; /* "florin" */
static const char nothing[] = "1f8b080000000000020303000000000000000000";
/* 100,000 times "a" */
static const char bomb[] =
    "1f8b0800000000000203edc13101000000c2a0aceb5fc21a1e400100000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000af0687fae21ba0860100";

static struct slice bytes_of(struct arena *arena, const char *hex)
{
    struct slice bytes = SLICE_NONE;
    cr_assert(hex_decode(arena, slice_from_cstr(hex), &bytes));
    return bytes;
}

Test(gzip, unpacks_up_to_the_maximum)
{
    struct arena arena = {0};
    struct slice out = SLICE_NONE;
    cr_expect_eq(gzip_decode(&arena, bytes_of(&arena, florin), 6, &out), GZIP_OK);
    cr_expect(slice_eq(out, SLICE("florin")));
    cr_expect_eq(gzip_decode(&arena, bytes_of(&arena, nothing), 0, &out), GZIP_OK);
    cr_expect(slice_is_set(out) && out.len == 0);
    cr_expect_eq(gzip_decode(&arena, bytes_of(&arena, bomb), 100000, &out), GZIP_OK);
    cr_expect_eq(out.len, 100000);
    arena_done(&arena);
}

Test(gzip, refuses_what_unpacks_past_the_maximum)
{
    struct arena arena = {0};
    struct slice out = SLICE("untouched");
    cr_expect_eq(gzip_decode(&arena, bytes_of(&arena, florin), 5, &out), GZIP_TOO_LARGE);
    cr_expect_eq(gzip_decode(&arena, bytes_of(&arena, bomb), 99999, &out), GZIP_TOO_LARGE);
    cr_expect(slice_eq(out, SLICE("untouched")));
    arena_done(&arena);
}

Test(gzip, refuses_every_cut_and_every_changed_byte_of_the_trailer)
{
    struct arena arena = {0};
    struct slice out = SLICE("untouched");
    struct slice whole = bytes_of(&arena, florin);
    for (size_t len = 0; len < whole.len; len++)
        cr_expect_eq(gzip_decode(&arena, slice_sub(whole, 0, len), 100, &out), GZIP_MALFORMED,
                     "%zu bytes", len);
    for (size_t at = whole.len - 8; at < whole.len; at++) {
        char *changed = arena_cstr(&arena, whole);
        changed[at] ^= 1;
        cr_expect_eq(gzip_decode(&arena, (struct slice){changed, whole.len}, 100, &out),
                     GZIP_MALFORMED, "byte %zu", at);
    }
    cr_expect(slice_eq(out, SLICE("untouched")));
    arena_done(&arena);
}

Test(gzip, refuses_text_and_what_follows_the_member)
{
    struct arena arena = {0};
    struct slice out = SLICE_NONE;
    struct slice trailing =
        arena_printf(&arena, SLICE_FMT "00", SLICE_ARG(slice_from_cstr(florin)));
    cr_expect_eq(gzip_decode(&arena, SLICE("Action=PutMetricData"), 100, &out), GZIP_MALFORMED);
    cr_expect_eq(gzip_decode(&arena, bytes_of(&arena, arena_cstr(&arena, trailing)), 100, &out),
                 GZIP_MALFORMED);
    arena_done(&arena);
}
