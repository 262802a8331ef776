#include <criterion/criterion.h>

#include "emulator/core/page.h"
#include "lib/base/attributes.h"

Test(page, a_token_gives_back_its_key_whatever_the_bytes)
{
    struct arena arena = {0};
    struct slice keys[] = {SLICE("a"), SLICE(""), SLICE("x|y\n\xC3\xBC"),
                           SLICE("0\0"
                                 "1")};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct slice key = SLICE_NONE;
        cr_expect(page_token_read(&arena, page_token(&arena, keys[i]), &key));
        cr_expect(slice_eq(key, keys[i]));
    }
    arena_done(&arena);
}

Test(page, no_token_is_the_first_page_and_a_strange_one_is_refused)
{
    struct arena arena = {0};
    struct slice key = SLICE("kept");
    cr_expect_not(page_token_read(&arena, SLICE("nonsense!"), &key));
    cr_expect_not(page_token_read(&arena, SLICE("YWJj"), &key));
    cr_expect(slice_eq(key, SLICE("kept")));
    cr_expect(page_token_read(&arena, SLICE_NONE, &key));
    cr_expect_eq(key.len, 0);
    arena_done(&arena);
}
