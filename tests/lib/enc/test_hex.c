#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/enc/hex.h"

Test(hex, round_trips_every_byte_in_lower_case)
{
    struct arena arena = {0};
    char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    struct slice bytes = {all, sizeof all};
    struct slice text = hex_encode(&arena, bytes);
    struct slice back = SLICE_NONE;
    struct buf buf;
    buf_init_arena(&buf, &arena, 1000);
    buf_append_hex(&buf, bytes);
    cr_expect_eq(text.len, 512);
    cr_expect(slice_ends_with(text, SLICE("fcfdfeff")));
    cr_expect(slice_eq(buf_slice(&buf), text));
    cr_assert(hex_decode(&arena, text, &back));
    cr_expect(slice_eq(back, bytes));
    arena_done(&arena);
}

Test(hex, reads_upper_case_and_the_empty_text)
{
    struct arena arena = {0};
    struct slice bytes = SLICE_NONE;
    cr_expect(hex_decode(&arena, SLICE("aBcD"), &bytes) && slice_eq(bytes, SLICE("\xAB\xCD")));
    cr_expect(hex_decode(&arena, SLICE(""), &bytes) && bytes.len == 0);
    arena_done(&arena);
}

Test(hex, refuses_an_odd_length_and_other_characters)
{
    struct arena arena = {0};
    struct slice bytes = SLICE("kept");
    const char *bad[] = {"a", "0g", "0x", " 00", "00\n1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(hex_decode(&arena, slice_from_cstr(bad[i]), &bytes), "%s", bad[i]);
    cr_expect(slice_eq(bytes, SLICE("kept")));
    arena_done(&arena);
}

Test(hex, appends_nothing_past_the_buffers_maximum)
{
    struct arena arena = {0};
    struct buf buf;
    buf_init_arena(&buf, &arena, 3);
    buf_append_hex(&buf, SLICE("ab"));
    cr_expect(buf.overflowed && buf.len == 0);
    arena_done(&arena);
}
