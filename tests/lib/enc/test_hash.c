#include <string.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/base/rand.h"
#include "lib/enc/hash.h"
#include "lib/enc/hex.h"

static void expect_digest(const unsigned char *digest, size_t len, const char *expected)
{
    struct arena arena = {0};
    struct slice text = hex_encode(&arena, (struct slice){(const char *)digest, len});
    cr_expect(slice_eq_cstr(text, expected), SLICE_FMT, SLICE_ARG(text));
    arena_done(&arena);
}

Test(hash, sha256_gives_the_digests_of_fips_180)
{
    unsigned char out[SHA256_BYTES];
    sha256(SLICE_NONE, out);
    expect_digest(out, sizeof out,
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256(SLICE("abc"), out);
    expect_digest(out, sizeof out,
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Test(hash, sha256_in_parts_equals_sha256_at_once)
{
    char bytes[300];
    unsigned char whole[SHA256_BYTES];
    unsigned char parts[SHA256_BYTES];
    struct rand rand = rand_seeded(1);
    rand_fill(&rand, bytes, sizeof bytes);
    sha256((struct slice){bytes, sizeof bytes}, whole);
    for (size_t step = 1; step < sizeof bytes; step += 7) {
        struct sha256_state state;
        sha256_init(&state);
        for (size_t at = 0; at < sizeof bytes; at += step)
            sha256_update(&state, slice_sub((struct slice){bytes, sizeof bytes}, at, step));
        sha256_final(&state, parts);
        cr_expect_eq(memcmp(whole, parts, sizeof whole), 0);
    }
}

Test(hash, hmac_sha256_gives_the_codes_of_rfc_4231)
{
    unsigned char out[SHA256_BYTES];
    hmac_sha256(SLICE("Jefe"), SLICE("what do ya want for nothing?"), out);
    expect_digest(out, sizeof out,
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char long_key[131];
    memset(long_key, 0xAA, sizeof long_key);
    hmac_sha256((struct slice){long_key, sizeof long_key},
                SLICE("Test Using Larger Than Block-Size Key - Hash Key First"), out);
    expect_digest(out, sizeof out,
                  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

Test(hash, md5_gives_the_digests_of_rfc_1321)
{
    unsigned char out[MD5_BYTES];
    md5(SLICE(""), out);
    expect_digest(out, sizeof out, "d41d8cd98f00b204e9800998ecf8427e");
    md5(SLICE("message digest"), out);
    expect_digest(out, sizeof out, "f96b697d7cb7938d525a2f31aaf161d0");
}

/* The definition, a bit at a time. */
static uint32_t crc32_by_bits(struct slice bytes)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

Test(hash, crc32_gives_the_check_value_and_agrees_with_its_definition)
{
    char bytes[2100];
    struct rand rand = rand_seeded(2);
    rand_fill(&rand, bytes, sizeof bytes);
    cr_expect_eq(crc32_ieee(SLICE("123456789")), 0xCBF43926);
    cr_expect_eq(crc32_ieee(SLICE_NONE), 0);
    for (size_t len = 0; len < sizeof bytes; len += len < 40 ? 1 : 103)
        cr_expect_eq(crc32_ieee((struct slice){bytes, len}),
                     crc32_by_bits((struct slice){bytes, len}));
}
