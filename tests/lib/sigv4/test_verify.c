#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/sigv4/derive.h"
#include "lib/sigv4/sign.h"
#include "lib/sigv4/verify.h"

Test(verify, parses_the_header_with_and_without_spaces)
{
    static const char *const texts[] = {
        "AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=abc",
        "AWS4-HMAC-SHA256 Signature=abc,SignedHeaders=host;x-amz-date,"
        "Credential=AK/20150830/us-east-1/iam/aws4_request",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct sigv4_authorization a;
        cr_assert_not(failed(sigv4_parse_authorization(slice_from_cstr(texts[i]), &a)));
        cr_expect(slice_eq(a.access_key, SLICE("AK")));
        cr_expect(slice_eq(a.scope.date, SLICE("20150830")));
        cr_expect(slice_eq(a.scope.region, SLICE("us-east-1")));
        cr_expect(slice_eq(a.scope.service, SLICE("iam")));
        cr_expect(slice_eq(a.terminator, SLICE("aws4_request")));
        cr_expect(slice_eq(a.signature, SLICE("abc")));
        cr_expect(sigv4_signs_header(&a, SLICE("host")));
        cr_expect_not(sigv4_signs_header(&a, SLICE("hos")));
    }
}

Test(verify, each_malformed_header_has_its_own_error)
{
    static const struct {
        const char *text;
        const struct err_info *error;
    } cases[] = {
        {"",                                                                      &SIGV4_NOT_SIGV4        },
        {"Bearer abc",                                                            &SIGV4_NOT_SIGV4        },
        {"AWS4-HMAC-SHA256",                                                      &SIGV4_NOT_SIGV4        },
        {"AWS4-HMAC-SHA512 Credential=a",                                         &SIGV4_NOT_SIGV4        },
        {"AWS4-HMAC-SHA256 nonsense",                                             &SIGV4_BAD_PARAMETER    },
        {"AWS4-HMAC-SHA256 ",                                                     &SIGV4_BAD_PARAMETER    },
        {"AWS4-HMAC-SHA256 Signature=a, SignedHeaders=b",                         &SIGV4_NO_CREDENTIAL    },
        {"AWS4-HMAC-SHA256 Credential=, Signature=a, SignedHeaders=b",            &SIGV4_NO_CREDENTIAL    },
        {"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=b",                &SIGV4_NO_SIGNATURE     },
        {"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=b",                    &SIGV4_NO_SIGNED_HEADERS},
        {"AWS4-HMAC-SHA256 Credential=a/b/c/d, Signature=b, SignedHeaders=c",
         &SIGV4_BAD_CREDENTIAL                                                                            },
        {"AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f, Signature=b, SignedHeaders=c",
         &SIGV4_BAD_CREDENTIAL                                                                            },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigv4_authorization a;
        cr_expect_eq(sigv4_parse_authorization(slice_from_cstr(cases[i].text), &a).info,
                     cases[i].error, "%s", cases[i].text);
    }
}

Test(verify, what_could_be_read_is_there_beside_an_error)
{
    struct sigv4_authorization a;
    struct err e =
        sigv4_parse_authorization(SLICE("AWS4-HMAC-SHA256 SignedHeaders=host, Other=1"), &a);
    cr_expect_eq(e.info, &SIGV4_NO_CREDENTIAL);
    cr_expect(slice_eq(a.signed_headers, SLICE("host")));
    cr_expect_not(slice_is_set(a.signature));
}

static const struct sigv4_credentials credentials = {
    .access_key = SLICE_INIT("AK"),
    .secret_key = SLICE_INIT("secret"),
};

struct signed_case {
    struct arena arena;
    struct http_header headers[6];
    struct sigv4_request request;
    struct sigv4_authorization authorization;
    struct slice amz_date;
    unsigned char key[SIGV4_KEY_BYTES];
};

/* A request signed by sigv4_sign, as its receiver sees it. */
static void make_case(struct signed_case *c)
{
    struct sigv4_signed added;
    *c = (struct signed_case){
        .headers = {{SLICE("Host"), SLICE("h:4566")}, {SLICE("X-Amz-Target"), SLICE("T.Op")}},
        .request = { .method = SLICE("POST"),
                    .path = SLICE("/a%20b"),
                    .query = SLICE("x=1"),
                    .header_count = 2,
                    .payload_hash = SLICE("hash")},
    };
    c->request.headers = c->headers;
    sigv4_sign(&c->request, &credentials, SLICE("us-east-1"), SLICE("kms"), 0, SIGV4_HASH_NOT_SENT,
               &c->arena, &added);
    for (size_t i = 0; i < added.header_count; i++)
        c->headers[c->request.header_count++] = added.headers[i];
    c->amz_date = added.headers[0].value;
    cr_assert_not(failed(
        sigv4_parse_authorization(added.headers[added.header_count - 1].value, &c->authorization)));
    sigv4_derive_key(credentials.secret_key, &c->authorization.scope, c->key);
}

static bool holds(struct signed_case *c)
{
    return sigv4_verify(&c->request, &c->authorization, c->amz_date, c->key, &c->arena);
}

Test(verify, accepts_what_sign_signed)
{
    struct signed_case c;
    make_case(&c);
    cr_expect(holds(&c));
    c.headers[c.request.header_count++] =
        (struct http_header){SLICE("Via"), SLICE("a header that was not signed")};
    cr_expect(holds(&c));
    arena_done(&c.arena);
}

Test(verify, refuses_a_request_changed_after_signing)
{
    struct signed_case c;
    make_case(&c);
    struct sigv4_request good = c.request;
    c.request.method = SLICE("PUT");
    cr_expect_not(holds(&c));
    c.request = good;
    c.request.path = SLICE("/a%20c");
    cr_expect_not(holds(&c));
    c.request = good;
    c.request.query = SLICE("x=1&y=2");
    cr_expect_not(holds(&c));
    c.request = good;
    c.request.payload_hash = SLICE("hasi");
    cr_expect_not(holds(&c));
    c.request = good;
    c.headers[1].value = SLICE("T.Other");
    cr_expect_not(holds(&c));
    c.headers[1] = (struct http_header){SLICE("x-amz-targes"), SLICE("T.Op")};
    cr_expect_not(holds(&c));
    c.headers[1] = (struct http_header){SLICE("x-amz-target"), SLICE("T.Op")};
    cr_expect(holds(&c));
    arena_done(&c.arena);
}

Test(verify, refuses_another_key_time_or_signature)
{
    struct signed_case c;
    make_case(&c);
    c.key[0] ^= 1;
    cr_expect_not(holds(&c));
    c.key[0] ^= 1;
    struct slice date = c.amz_date;
    c.amz_date = SLICE("19700101T000001Z");
    cr_expect_not(holds(&c));
    c.amz_date = date;
    struct slice signature = c.authorization.signature;
    c.authorization.signature = slice_sub(signature, 0, 63);
    cr_expect_not(holds(&c));
    c.authorization.signature = SLICE_NONE;
    cr_expect_not(holds(&c));
    c.authorization.signature = signature;
    cr_expect(holds(&c));
    arena_done(&c.arena);
}
