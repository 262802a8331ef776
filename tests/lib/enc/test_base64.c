#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/base/rand.h"
#include "lib/enc/base64.h"

Test(base64, encodes_the_vectors_of_rfc_4648)
{
    static const struct {
        const char *bytes;
        const char *padded;
        const char *url;
    } vectors[] = {
        {"",         "",         ""        },
        {"f",        "Zg==",     "Zg"      },
        {"fo",       "Zm8=",     "Zm8"     },
        {"foo",      "Zm9v",     "Zm9v"    },
        {"foob",     "Zm9vYg==", "Zm9vYg"  },
        {"fooba",    "Zm9vYmE=", "Zm9vYmE" },
        {"foobar",   "Zm9vYmFy", "Zm9vYmFy"},
        {"\xFB\xFF", "+/8=",     "-_8"     },
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct slice bytes = slice_from_cstr(vectors[i].bytes);
        struct slice back = SLICE_NONE;
        struct buf buf;
        buf_init_arena(&buf, &arena, 100);
        buf_append_base64(&buf, bytes);
        cr_expect(slice_eq_cstr(base64_encode(&arena, bytes), vectors[i].padded));
        cr_expect(slice_eq_cstr(buf_slice(&buf), vectors[i].padded));
        cr_expect(slice_eq_cstr(base64url_encode(&arena, bytes), vectors[i].url));
        cr_expect(base64_decode(&arena, slice_from_cstr(vectors[i].padded), &back));
        cr_expect(slice_eq(back, bytes), "%s", vectors[i].padded);
        cr_expect(base64url_decode(&arena, slice_from_cstr(vectors[i].url), &back));
        cr_expect(slice_eq(back, bytes), "%s", vectors[i].url);
    }
    arena_done(&arena);
}

Test(base64, round_trips_random_bytes_of_every_length)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(64);
    for (size_t len = 0; len < 200; len++) {
        char bytes[200];
        struct slice back = SLICE_NONE;
        rand_fill(&rand, bytes, len);
        cr_expect(base64_decode(&arena, base64_encode(&arena, (struct slice){bytes, len}), &back));
        cr_expect(slice_eq(back, (struct slice){bytes, len}));
        cr_expect(
            base64url_decode(&arena, base64url_encode(&arena, (struct slice){bytes, len}), &back));
        cr_expect(slice_eq(back, (struct slice){bytes, len}));
    }
    arena_done(&arena);
}

Test(base64, refuses_what_is_not_the_one_text_of_a_value)
{
    struct arena arena = {0};
    struct slice bytes = SLICE("kept");
    const char *bad[] = {"Zg",       "Zg=",      "Z",    "====",    "=",    "Zg==\n",
                         " Zg==",    "Zh==",     "Zm9=", "Z===",    "Zg=a", "-_8=",
                         "Zg==Zg==", "Zm9v====", "Z!==", "\x80g==", "Zm9vY"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(base64_decode(&arena, slice_from_cstr(bad[i]), &bytes), "%s", bad[i]);
    const char *bad_url[] = {"Zg==", "Z", "Zh", "+/8", "Zm9vY"};
    for (size_t i = 0; i < ARRAY_LEN(bad_url); i++)
        cr_expect_not(base64url_decode(&arena, slice_from_cstr(bad_url[i]), &bytes), "%s",
                      bad_url[i]);
    cr_expect(slice_eq(bytes, SLICE("kept")));
    arena_done(&arena);
}
