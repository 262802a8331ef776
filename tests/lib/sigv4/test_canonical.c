#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/sigv4/canonical.h"

/* One line of the canonical request of GET `path`?`query`. */
static void expect_line(const char *path, const char *query, bool keep_path, size_t line,
                        const char *expected)
{
    struct arena arena = {0};
    struct sigv4_request request = {.method = SLICE("GET"),
                                    .path = slice_from_cstr(path),
                                    .query = slice_from_cstr(query),
                                    .keep_path = keep_path};
    struct slice text = sigv4_canonical_request(&request, SLICE("host"), &arena);
    struct slice got = SLICE_NONE;
    for (size_t i = 0; i <= line; i++)
        slice_next(&text, '\n', &got);
    cr_expect(slice_eq_cstr(got, expected), "%s?%s: " SLICE_FMT, path, query ? query : "",
              SLICE_ARG(got));
    arena_done(&arena);
}

Test(canonical, paths_are_resolved_and_encoded_once_more)
{
    static const char *const paths[][2] = {
        {"",               "/"                 },
        {"/",              "/"                 },
        {"//",             "/"                 },
        {"/a/b/",          "/a/b/"             },
        {"/a//b",          "/a/b"              },
        {"/a/./b/../c",    "/a/c"              },
        {"/a/..",          "/"                 },
        {"/../../a",       "/a"                },
        {"/.hidden/a.b",   "/.hidden/a.b"      },
        {"/a%20b",         "/a%2520b"          },
        {"/arn%3Aaws/x:y", "/arn%253Aaws/x%3Ay"},
        {"/a..b/...",      "/a..b/..."         },
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        expect_line(paths[i][0], NULL, false, 1, paths[i][1]);
}

Test(canonical, s3_keeps_segments_and_encodes_once)
{
    static const char *const paths[][2] = {
        {"",           "/"         },
        {"/a//b/../c", "/a//b/../c"},
        {"/a%20b",     "/a%20b"    },
        {"/a b+c",     "/a%20b%2Bc"},
        {"/%c3%bc%2F", "/%C3%BC%2F"},
        {"/100%",      "/100%25"   },
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        expect_line(paths[i][0], NULL, true, 1, paths[i][1]);
}

Test(canonical, parameters_are_sorted_by_name_then_value)
{
    static const char *const queries[][2] = {
        {NULL,                 ""                  },
        {"",                   ""                  },
        {"b=2&a=1",            "a=1&b=2"           },
        {"a=2&a=1&a",          "a=&a=1&a=2"        },
        {"Action=x&Version=1", "Action=x&Version=1"},
        {"a-b=1&a=2&A=3",      "A=3&a=2&a-b=1"     },
        {"k=a%2fb&l=%7E~",     "k=a%2Fb&l=~~"      },
        {"k=a=b",              "k=a%3Db"           },
        {"%zz",                "%25zz="            },
        {"a=1&&b=2",           "a=1&b=2"           },
    };
    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        expect_line("/", queries[i][0], false, 2, queries[i][1]);
}

Test(canonical, header_values_are_trimmed_folded_and_joined)
{
    struct arena arena = {0};
    const struct http_header headers[] = {
        {SLICE("Host"),    SLICE("example.amazonaws.com")},
        {SLICE("My-Head"), SLICE("  a   b \t c  ")       },
        {SLICE("Other"),   SLICE("not signed")           },
        {SLICE("my-head"), SLICE("")                     },
        {SLICE("MY-HEAD"), SLICE("d")                    },
    };
    struct sigv4_request request = {.method = SLICE("POST"),
                                    .headers = headers,
                                    .header_count = ARRAY_LEN(headers),
                                    .payload_hash = SLICE("UNSIGNED-PAYLOAD")};
    struct slice text = sigv4_canonical_request(&request, SLICE("host;my-head;x-missing"), &arena);
    cr_expect(slice_eq(text, SLICE("POST\n/\n\nhost:example.amazonaws.com\nmy-head:a b c,,d\n"
                                   "x-missing:\n\nhost;my-head;x-missing\nUNSIGNED-PAYLOAD")),
              SLICE_FMT, SLICE_ARG(text));
    arena_done(&arena);
}

Test(canonical, payload_hash_of_no_body_is_the_digest_of_nothing)
{
    struct arena arena = {0};
    cr_expect(slice_eq(sigv4_payload_hash(SLICE_NONE, &arena),
                       SLICE("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
    arena_done(&arena);
}
