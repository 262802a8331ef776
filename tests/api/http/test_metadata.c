#include <criterion/criterion.h>

#include "api/http/metadata.h"
#include "lib/base/attributes.h"

static const char *read_one(struct arena *arena, const char *text, struct slice *compact)
{
    struct json_reader r;
    json_reader_init(&r, slice_from_cstr(text), arena);
    const char *expected = metadata_read(&r, arena, compact);
    return r.failed ? "malformed" : expected;
}

Test(metadata, is_sorted_and_compact)
{
    struct arena arena = {0};
    struct slice compact;
    cr_expect_null(read_one(&arena, "{ \"b\": \"2\" , \"a\": \"\" }", &compact));
    cr_expect(slice_eq(compact, SLICE("{\"a\":\"\",\"b\":\"2\"}")));
    cr_expect_null(read_one(&arena, "{}", &compact));
    cr_expect(slice_eq(compact, SLICE("{}")));
    arena_done(&arena);
}

Test(metadata, refuses_other_types_repeated_names_and_nul)
{
    static const char *const bad[] = {
        "[]",
        "\"a\"",
        "null",
        "{\"a\":1}",
        "{\"a\":{}}",
        "{\"a\":null}",
        "{\"a\":\"1\",\"a\":\"2\"}",
        "{\"\":\"1\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"12345678901234567890123456789012345678901\":\"\"}",
        "{\"a\":",
    };
    struct arena arena = {0};
    struct slice compact = SLICE("kept");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not_null(read_one(&arena, bad[i], &compact), "%s", bad[i]);
    cr_expect(slice_eq(compact, SLICE("kept")));
    arena_done(&arena);
}

static struct slice object_of(struct arena *arena, int members, size_t value_chars)
{
    struct buf out;
    buf_init_arena(&out, arena, 65536);
    for (int i = 0; i < members; i++) {
        buf_printf(&out, "%s\"k%d\":\"", i ? "," : "{", i);
        for (size_t c = 0; c < value_chars; c++)
            buf_append_char(&out, 'v');
        buf_append_char(&out, '"');
    }
    buf_append_char(&out, '}');
    return buf_slice(&out);
}

Test(metadata, holds_twenty_members_of_five_hundred_characters_and_no_more)
{
    struct arena arena = {0};
    struct slice compact;
    cr_expect_null(read_one(&arena, arena_cstr(&arena, object_of(&arena, 20, 500)), &compact));
    cr_expect_not_null(read_one(&arena, arena_cstr(&arena, object_of(&arena, 21, 1)), &compact));
    cr_expect_not_null(read_one(&arena, arena_cstr(&arena, object_of(&arena, 1, 501)), &compact));
    arena_done(&arena);
}
