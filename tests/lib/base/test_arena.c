#include <stdint.h>
#include <string.h>

#include <criterion/criterion.h>

#include "lib/base/arena.h"

Test(arena, allocations_are_aligned_and_keep_their_bytes)
{
    struct arena arena = {0};
    unsigned char *parts[200];
    for (size_t i = 0; i < 200; i++) {
        parts[i] = arena_alloc(&arena, i * 7 + 1);
        cr_assert_eq((uintptr_t)parts[i] % 16, 0);
        memset(parts[i], (int)i, i * 7 + 1);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < i * 7 + 1; j++)
            cr_assert_eq(parts[i][j], i);
    arena_done(&arena);
    cr_expect_null(arena.blocks);
}

Test(arena, reset_keeps_one_block_for_the_next_call)
{
    struct arena arena = {0};
    void *first = arena_alloc(&arena, 10);
    arena_reset(&arena);
    cr_expect_eq(arena_alloc(&arena, 10), first);
    arena_done(&arena);
}

Test(arena, a_large_allocation_gets_a_block_of_its_own_and_is_given_back_at_reset)
{
    struct arena arena = {0};
    memset(arena_alloc(&arena, 1 << 20), 1, 1 << 20);
    arena_reset(&arena);
    cr_expect_null(arena.blocks);
    arena_done(&arena);
}

Test(arena, a_growing_array_keeps_its_items_and_doubles)
{
    enum { items = 100 };
    struct arena arena = {0};
    int *numbers = NULL;
    size_t moves = 0;
    for (int i = 0; i < items; i++) {
        int *grown = arena_grow(&arena, numbers, (size_t)i, sizeof *numbers);
        moves += grown != numbers;
        numbers = grown;
        cr_expect_eq(numbers[i], 0, "new room is zeroed");
        numbers[i] = i;
    }
    for (int i = 0; i < items; i++)
        cr_expect_eq(numbers[i], i);
    cr_expect_eq(moves, 6, "4, 8, 16, 32, 64, 128");
    arena_done(&arena);
}

Test(arena, printf_and_copies_are_nul_terminated)
{
    struct arena arena = {0};
    struct slice text = arena_printf(&arena, "%d-%s", 7, "x");
    cr_expect(slice_eq(text, SLICE("7-x")));
    cr_expect_str_eq(text.ptr, "7-x");
    cr_expect_str_eq(arena_cstr(&arena, slice_sub(SLICE("abcdef"), 1, 3)), "bcd");
    cr_expect_not(slice_is_set(arena_dup(&arena, SLICE_NONE)));
    arena_done(&arena);
}

Test(arena, joining_puts_the_parts_one_after_the_other_and_ends_with_a_nul)
{
    struct arena arena = {0};
    const struct slice parts[] = {SLICE("a"), SLICE_NONE, SLICE(""), SLICE("b\0c")};
    struct slice joined = arena_join(&arena, parts, ARRAY_LEN(parts));
    cr_expect(slice_eq(joined, SLICE("ab\0c")));
    cr_expect_eq(joined.ptr[joined.len], '\0');
    cr_expect(slice_is_set(arena_join(&arena, parts, 0)));
    arena_done(&arena);
}

Test(arena, one_that_wipes_leaves_nothing_behind)
{
    static const char secret[] = "correct horse battery staple";
    struct arena arena = {0};
    char *kept = arena_alloc(&arena, sizeof secret);
    memcpy(kept, secret, sizeof secret);
    arena.wipes = true;
    arena_reset(&arena);
    cr_expect_not(arena.wipes, "the next user of the memory decides anew");
    char *again = arena_alloc(&arena, sizeof secret);
    cr_assert_eq(again, kept);
    for (size_t i = 0; i < sizeof secret; i++)
        cr_expect_eq(again[i], 0);
    arena_done(&arena);
}
