#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/sign.h"

/* 2015-08-30T12:36:00Z, the time of AWS's documented examples. */
static const int64_t example_time = INT64_C(1440938160) * MICROS_PER_SECOND;

static const struct sigv4_credentials example_credentials = {
    .access_key = SLICE_INIT("AKIDEXAMPLE"),
    .secret_key = SLICE_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
};

/* https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-examples.html: ListUsers */
Test(sign, gives_the_signature_of_awss_list_users_example)
{
    struct arena arena = {0};
    struct sigv4_signed result;
    const struct http_header headers[] = {
        {SLICE("Content-Type"), SLICE("application/x-www-form-urlencoded; charset=utf-8")},
        {SLICE("Host"),         SLICE("iam.amazonaws.com")                               },
    };
    struct sigv4_request request = {.method = SLICE("GET"),
                                    .path = SLICE("/"),
                                    .query = SLICE("Action=ListUsers&Version=2010-05-08"),
                                    .headers = headers,
                                    .header_count = ARRAY_LEN(headers),
                                    .payload_hash = sigv4_payload_hash(SLICE(""), &arena)};
    sigv4_sign(&request, &example_credentials, SLICE("us-east-1"), SLICE("iam"), example_time,
               SIGV4_HASH_NOT_SENT, &arena, &result);
    cr_expect(
        slice_eq(result.string_to_sign,
                 SLICE("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
                       "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59")),
        SLICE_FMT, SLICE_ARG(result.string_to_sign));
    cr_assert_eq(result.header_count, 2);
    cr_expect(slice_eq(result.headers[0].name, SLICE("X-Amz-Date")));
    cr_expect(slice_eq(result.headers[0].value, SLICE("20150830T123600Z")));
    cr_expect(slice_eq(
        result.headers[1].value,
        SLICE("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")));
    arena_done(&arena);
}

static struct sigv4_signed sign_simple(struct arena *arena, const struct http_header *headers,
                                       size_t count, struct sigv4_credentials credentials,
                                       enum sigv4_content_hash content_hash)
{
    struct sigv4_signed result;
    struct sigv4_request request = {.method = SLICE("GET"),
                                    .headers = headers,
                                    .header_count = count,
                                    .payload_hash = SLICE("UNSIGNED-PAYLOAD")};
    sigv4_sign(&request, &credentials, SLICE("eu-central-1"), SLICE("s3"), example_time,
               content_hash, arena, &result);
    return result;
}

Test(sign, adds_token_and_content_hash_and_signs_them)
{
    struct arena arena = {0};
    const struct http_header host = {SLICE("Host"), SLICE("h")};
    struct sigv4_credentials session = example_credentials;
    session.session_token = SLICE("token");
    struct sigv4_signed result = sign_simple(&arena, &host, 1, session, SIGV4_HASH_SENT);
    cr_assert_eq(result.header_count, SIGV4_ADDED_HEADERS_MAX);
    cr_expect(slice_eq(result.headers[1].value, SLICE("token")));
    cr_expect(slice_eq(result.headers[2].value, SLICE("UNSIGNED-PAYLOAD")));
    cr_expect(slice_contains(
        result.headers[3].value,
        SLICE("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")));
    arena_done(&arena);
}

Test(sign, leaves_out_headers_that_a_proxy_may_change_and_names_each_once)
{
    struct arena arena = {0};
    const struct http_header headers[] = {
        {SLICE("Host"),            SLICE("h")           },
        {SLICE("User-Agent"),      SLICE("florin")      },
        {SLICE("X-Amzn-Trace-Id"), SLICE("Root=1")      },
        {SLICE("Accept"),          SLICE("b")           },
        {SLICE("accept"),          SLICE("a")           },
        {SLICE("connection"),      SLICE("close")       },
        {SLICE("Expect"),          SLICE("100-continue")},
    };
    struct sigv4_signed result =
        sign_simple(&arena, headers, ARRAY_LEN(headers), example_credentials, SIGV4_HASH_NOT_SENT);
    cr_expect(slice_contains(result.canonical_request,
                             SLICE("\naccept:b,a\nhost:h\nx-amz-date:20150830T123600Z\n\n"
                                   "accept;host;x-amz-date\n")),
              SLICE_FMT, SLICE_ARG(result.canonical_request));
    arena_done(&arena);
}
