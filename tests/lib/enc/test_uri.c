#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/enc/uri.h"

static struct slice encode(struct arena *arena, struct slice text, bool keep_slash)
{
    struct buf buf;
    buf_init_arena(&buf, arena, 4096);
    buf_append_uri_encoded(&buf, text, keep_slash);
    return buf_slice(&buf);
}

Test(uri, keeps_awss_unreserved_characters_and_encodes_the_rest_in_upper_case)
{
    struct arena arena = {0};
    cr_expect(slice_eq(encode(&arena, SLICE("AZaz09-._~"), false), SLICE("AZaz09-._~")));
    cr_expect(slice_eq(encode(&arena, SLICE("a b+c*d/\xC3\xBC"), false),
                       SLICE("a%20b%2Bc%2Ad%2F%C3%BC")));
    cr_expect(slice_eq(encode(&arena, SLICE("/a/b c"), true), SLICE("/a/b%20c")));
    cr_expect(slice_eq(encode(&arena, SLICE(""), true), SLICE("")));
    arena_done(&arena);
}

Test(uri, decodes_what_it_encodes_for_every_byte)
{
    struct arena arena = {0};
    char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    struct slice bytes = {all, sizeof all};
    struct slice back = SLICE_NONE;
    cr_assert(uri_decode(&arena, encode(&arena, bytes, false), false, &back));
    cr_expect(slice_eq(back, bytes));
    cr_assert(uri_decode(&arena, encode(&arena, bytes, false), true, &back));
    cr_expect(slice_eq(back, bytes));
    arena_done(&arena);
}

Test(uri, a_plus_is_a_space_in_forms_alone)
{
    struct arena arena = {0};
    struct slice out = SLICE_NONE;
    cr_expect(uri_decode(&arena, SLICE("a+b%2b"), true, &out) && slice_eq(out, SLICE("a b+")));
    cr_expect(uri_decode(&arena, SLICE("a+b"), false, &out) && slice_eq(out, SLICE("a+b")));
    arena_done(&arena);
}

Test(uri, refuses_a_malformed_escape)
{
    struct arena arena = {0};
    struct slice out = SLICE("kept");
    const char *bad[] = {"%", "%4", "a%", "%zz", "%4g", "%%41", "%-1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(uri_decode(&arena, slice_from_cstr(bad[i]), false, &out), "%s", bad[i]);
    cr_expect(slice_eq(out, SLICE("kept")));
    arena_done(&arena);
}
