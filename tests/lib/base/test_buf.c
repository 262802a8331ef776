#include <criterion/criterion.h>

#include "lib/base/buf.h"

Test(buf, grows_up_to_its_maximum_and_then_stays_overflowed)
{
    struct buf buf;
    buf_init(&buf, 1000);
    for (int i = 0; i < 100; i++)
        buf_append(&buf, SLICE("0123456789"));
    cr_expect_eq(buf.len, 1000);
    cr_expect_not(buf.overflowed);
    buf_append_char(&buf, 'x');
    cr_expect(buf.overflowed);
    cr_expect_eq(buf.len, 1000);
    buf_done(&buf);
}

Test(buf, numbers_and_formats)
{
    struct arena arena = {0};
    struct buf buf;
    buf_init_arena(&buf, &arena, 1000);
    buf_append_u64(&buf, UINT64_MAX);
    buf_append_char(&buf, ' ');
    buf_append_i64(&buf, INT64_MIN);
    buf_printf(&buf, " %s", "end");
    cr_expect(slice_eq(buf_slice(&buf), SLICE("18446744073709551615 -9223372036854775808 end")));
    cr_expect_str_eq(buf_cstr(&buf), "18446744073709551615 -9223372036854775808 end");
    arena_done(&arena);
}

Test(buf, quoted_text_is_valid_json_whatever_the_bytes)
{
    struct arena arena = {0};
    struct buf buf;
    buf_init_arena(&buf, &arena, 1000);
    buf_append_quoted(&buf, SLICE("a\"b\\c\n\x01\x7F\xC3\xBC\xFF"));
    cr_expect(
        slice_eq(buf_slice(&buf), SLICE("\"a\\\"b\\\\c\\n\\u0001\\u007f\xC3\xBC\xEF\xBF\xBD\"")));
    arena_done(&arena);
}
