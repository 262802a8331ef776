#include <string.h>

#include <criterion/criterion.h>

#include "api/adapters/aws/key_cache.h"
#include "lib/base/clock.h"

static const unsigned char key[SEAL_KEY_BYTES] = {1, 2, 3};

Test(key_cache, gives_a_key_back_for_five_minutes)
{
    struct key_cache *cache = key_cache_open();
    unsigned char got[SEAL_KEY_BYTES];
    cr_assert_not_null(cache);
    key_cache_put(cache, SLICE("a"), key, 0);
    cr_expect(key_cache_get(cache, SLICE("a"), got, 299 * MICROS_PER_SECOND));
    cr_expect_eq(memcmp(got, key, sizeof key), 0);
    cr_expect_not(key_cache_get(cache, SLICE("b"), got, 0));
    cr_expect_not(key_cache_get(cache, SLICE("a"), got, 300 * MICROS_PER_SECOND));
    cr_expect_not(key_cache_get(cache, SLICE("a"), got, 0), "it was wiped");
    key_cache_close(cache);
}

Test(key_cache, holds_256_keys_and_lets_the_oldest_go)
{
    struct key_cache *cache = key_cache_open();
    unsigned char got[SEAL_KEY_BYTES];
    struct arena arena = {0};
    for (int i = 0; i <= KEY_CACHE_KEYS; i++)
        key_cache_put(cache, arena_printf(&arena, "k%d", i), key, i);
    cr_expect_not(key_cache_get(cache, SLICE("k0"), got, 300));
    cr_expect(key_cache_get(cache, SLICE("k1"), got, 300));
    cr_expect(key_cache_get(cache, SLICE("k256"), got, 300));
    key_cache_close(cache);
    arena_done(&arena);
}

Test(key_cache, ends_a_key_after_its_uses)
{
    struct key_cache *cache = key_cache_open();
    unsigned char got[SEAL_KEY_BYTES];
    key_cache_put(cache, SLICE("a"), key, 0);
    for (unsigned i = 0; i < KEY_CACHE_USES; i++)
        if (!key_cache_get(cache, SLICE("a"), got, 0))
            cr_assert_fail("ended after %u uses", i);
    cr_expect_not(key_cache_get(cache, SLICE("a"), got, 0));
    key_cache_close(cache);
}
