#include <criterion/criterion.h>

#include "lib/enc/hex.h"
#include "lib/sigv4/derive.h"

static const struct slice example_secret = SLICE_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

static struct slice derived(struct arena *arena, struct slice secret, struct sigv4_scope scope)
{
    unsigned char key[SIGV4_KEY_BYTES];
    sigv4_derive_key(secret, &scope, key);
    return hex_encode(arena, (struct slice){(const char *)key, sizeof key});
}

/* The two keys are those of AWS's guide, "Signature Version 4: examples of deriving a key". */
Test(derive, gives_the_keys_of_awss_documents)
{
    struct arena arena = {0};
    struct slice key =
        derived(&arena, example_secret,
                (struct sigv4_scope){SLICE("20120215"), SLICE("us-east-1"), SLICE("iam")});
    cr_expect(
        slice_eq(key, SLICE("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")));
    key = derived(&arena, example_secret,
                  (struct sigv4_scope){SLICE("20150830"), SLICE("us-east-1"), SLICE("iam")});
    cr_expect(
        slice_eq(key, SLICE("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")));
    arena_done(&arena);
}

Test(derive, each_part_of_the_scope_changes_the_key)
{
    struct arena arena = {0};
    struct sigv4_scope scope = {SLICE("20150830"), SLICE("us-east-1"), SLICE("iam")};
    struct slice base = derived(&arena, example_secret, scope);
    struct sigv4_scope day = scope;
    struct sigv4_scope region = scope;
    struct sigv4_scope service = scope;
    day.date = SLICE("20150831");
    region.region = SLICE("us-east-2");
    service.service = SLICE("sts");
    cr_expect_not(slice_eq(base, derived(&arena, example_secret, day)));
    cr_expect_not(slice_eq(base, derived(&arena, example_secret, region)));
    cr_expect_not(slice_eq(base, derived(&arena, example_secret, service)));
    cr_expect_not(slice_eq(base, derived(&arena, SLICE(""), scope)));
    arena_done(&arena);
}
