#include <string.h>

#include <criterion/criterion.h>

#include "lib/enc/aes_gcm.h"
#include "lib/enc/hex.h"

static const unsigned char key[AES_GCM_KEY_BYTES] = {1, 2, 3};
static const unsigned char nonce[AES_GCM_NONCE_BYTES] = {9};

Test(aes_gcm, gives_the_published_ciphertext_and_tag)
{
    /* Test case 14 of the GCM specification: an all-zero key, nonce and block. */
    static const unsigned char zero[AES_GCM_KEY_BYTES] = {0};
    struct arena arena = {0};
    struct slice sealed =
        aes_gcm_seal(zero, zero, SLICE_NONE, (struct slice){(const char *)zero, 16}, &arena);
    cr_expect_str_eq(hex_encode(&arena, sealed).ptr,
                     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    arena_done(&arena);
}

Test(aes_gcm, opens_what_it_sealed_and_nothing_with_a_bit_flipped)
{
    struct arena arena = {0};
    struct slice opened = SLICE_NONE;
    struct slice sealed = aes_gcm_seal(key, nonce, SLICE("context"), SLICE("secret"), &arena);
    cr_assert(aes_gcm_open(key, nonce, SLICE("context"), sealed, &arena, &opened));
    cr_expect(slice_eq(opened, SLICE("secret")));
    for (size_t bit = 0; bit < sealed.len * 8; bit++) {
        char *copy = arena_cstr(&arena, sealed);
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        cr_expect_not(aes_gcm_open(key, nonce, SLICE("context"), (struct slice){copy, sealed.len},
                                   &arena, &opened));
    }
    arena_done(&arena);
}

Test(aes_gcm, refuses_another_context_and_truncated_bytes)
{
    struct arena arena = {0};
    struct slice opened = SLICE_NONE;
    struct slice sealed = aes_gcm_seal(key, nonce, SLICE("context"), SLICE("secret"), &arena);
    cr_expect_not(aes_gcm_open(key, nonce, SLICE("contexT"), sealed, &arena, &opened));
    for (size_t len = 0; len < sealed.len; len++)
        cr_expect_not(
            aes_gcm_open(key, nonce, SLICE("context"), slice_sub(sealed, 0, len), &arena, &opened));
    cr_expect_not(slice_is_set(opened));
    arena_done(&arena);
}
