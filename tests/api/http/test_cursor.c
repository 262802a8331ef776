#include <criterion/criterion.h>

#include "api/http/cursor.h"

#define SECRET SLICE("0123456789abcdef")

Test(cursor, opens_for_the_same_secret_and_filter)
{
    struct arena arena = {0};
    struct slice key;
    struct slice text = cursor_write(&arena, SECRET, SLICE("accounts\nten_1"), SLICE("acc_9"));
    cr_assert(cursor_read(&arena, SECRET, SLICE("accounts\nten_1"), text, &key));
    cr_expect(slice_eq(key, SLICE("acc_9")));
    arena_done(&arena);
}

Test(cursor, does_not_open_for_another_filter_or_secret)
{
    struct arena arena = {0};
    struct slice key = SLICE("kept");
    struct slice text = cursor_write(&arena, SECRET, SLICE("a"), SLICE("acc_9"));
    cr_expect_not(cursor_read(&arena, SECRET, SLICE("b"), text, &key));
    cr_expect_not(cursor_read(&arena, SLICE("another"), SLICE("a"), text, &key));
    cr_expect(slice_eq(key, SLICE("kept")));
    arena_done(&arena);
}

Test(cursor, cannot_be_made_up_or_changed)
{
    struct arena arena = {0};
    struct slice key;
    struct slice text = cursor_write(&arena, SECRET, SLICE("a"), SLICE("acc_9"));
    cr_expect_not(cursor_read(&arena, SECRET, SLICE("a"), SLICE(""), &key));
    cr_expect_not(cursor_read(&arena, SECRET, SLICE("a"), SLICE("acc_9"), &key));
    cr_expect_not(cursor_read(&arena, SECRET, SLICE("a"), SLICE("!!!!"), &key));
    for (size_t i = 0; i < text.len; i++) {
        struct slice changed = arena_dup(&arena, text);
        char *at = (char *)(uintptr_t)changed.ptr + i;
        *at = *at == 'A' ? 'B' : 'A';
        cr_expect_not(cursor_read(&arena, SECRET, SLICE("a"), changed, &key), "character %zu", i);
        cr_expect_not(cursor_read(&arena, SECRET, SLICE("a"), slice_sub(text, 0, i), &key));
    }
    arena_done(&arena);
}
