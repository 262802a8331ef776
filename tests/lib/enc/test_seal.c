#include <criterion/criterion.h>

#include "lib/enc/seal.h"

static const unsigned char key[SEAL_KEY_BYTES] = {1, 2, 3};
static const unsigned char other_key[SEAL_KEY_BYTES] = {1, 2, 4};

Test(seal, opens_what_it_sealed)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct slice plain = SLICE_NONE;
    struct slice sealed = seal(&arena, key, SLICE("secret"), SLICE("place"), &rand);
    cr_assert(seal_open(&arena, key, sealed, SLICE("place"), &plain));
    cr_expect(slice_eq(plain, SLICE("secret")));
    arena_done(&arena);
}

Test(seal, does_not_open_for_another_key_place_or_bit)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct slice plain;
    struct slice sealed = seal(&arena, key, SLICE("secret"), SLICE("place"), &rand);
    cr_expect_not(seal_open(&arena, other_key, sealed, SLICE("place"), &plain));
    cr_expect_not(seal_open(&arena, key, sealed, SLICE("other"), &plain));
    for (size_t i = 0; i < sealed.len; i++) {
        struct slice changed = arena_dup(&arena, sealed);
        ((char *)(uintptr_t)changed.ptr)[i] ^= 1;
        cr_expect_not(seal_open(&arena, key, changed, SLICE("place"), &plain), "byte %zu", i);
        cr_expect_not(seal_open(&arena, key, slice_sub(sealed, 0, i), SLICE("place"), &plain));
    }
    arena_done(&arena);
}

Test(seal, never_seals_alike)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct slice a = seal(&arena, key, SLICE("x"), SLICE(""), &rand);
    struct slice b = seal(&arena, key, SLICE("x"), SLICE(""), &rand);
    cr_expect_not(slice_eq(a, b));
    arena_done(&arena);
}
