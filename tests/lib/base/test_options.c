#include <stdint.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/base/options.h"

struct settings {
    const char *listen;
    int64_t threads;
    bool verbose;
};

static const struct option_spec specs[] = {
    {"listen",  OPTION_TEXT,   "HOST:PORT", "where to listen",  offsetof(struct settings, listen) },
    {"threads", OPTION_NUMBER, "N",         "how many threads", offsetof(struct settings, threads)},
    {"verbose", OPTION_FLAG,   NULL,        "say more",         offsetof(struct settings, verbose)},
};
static const struct option_set set = {"usage: x [options] FILE...", specs, ARRAY_LEN(specs), NULL};

Test(options, values_are_taken_joined_and_apart_and_words_are_kept)
{
    char *argv[] = {"x",           "a",         "--listen", "h:1", "b",
                    "--threads=7", "--verbose", "--",       "--c", NULL};
    struct settings settings = {0};
    int words = 0;
    cr_assert_eq(options_parse(&set, 9, argv, &settings, &words), OPTIONS_OK);
    cr_expect_str_eq(settings.listen, "h:1");
    cr_expect_eq(settings.threads, 7);
    cr_expect(settings.verbose);
    cr_assert_eq(words, 3);
    cr_expect_str_eq(argv[1], "a");
    cr_expect_str_eq(argv[3], "--c");
}

Test(options, unknown_options_missing_values_and_bad_numbers_are_refused)
{
    char *bad[][3] = {
        {"x", "--lisen",     "h" },
        {"x", "--listen",    NULL},
        {"x", "--threads=x", NULL},
        {"x", "--verbose=1", NULL}
    };
    int counts[] = {3, 2, 2, 2};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct settings settings = {0};
        int words = 0;
        cr_expect_eq(options_parse(&set, counts[i], bad[i], &settings, &words), OPTIONS_BAD);
    }
}

Test(options, distance_counts_edits)
{
    cr_expect_eq(options_distance("listen", "lisen"), 1);
    cr_expect_eq(options_distance("kitten", "sitting"), 3);
    cr_expect_eq(options_distance("", "ab"), 2);
}
