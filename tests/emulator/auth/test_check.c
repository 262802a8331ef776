#include <string.h>

#include <criterion/criterion.h>

#include "emulator/auth/auth.h"
#include "emulator/core/service.h"
#include "lib/base/attributes.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/sign.h"

enum { headers_max = 8 };

static const int64_t now = INT64_C(1795342830) * MICROS_PER_SECOND; /* 2026-11-22T10:20:30Z */
static const struct service_model kms = {.name = SLICE_INIT("kms"),
                                         .signing_name = SLICE_INIT("kms")};
static const struct service json_service = {.model = &kms, .skew_seconds = 300};
static const struct service query_service = {
    .model = &kms, .skew_seconds = 900, .query_auth_faults = true};

/* A signed request, and what a case changes in it before it is checked. */
struct signed_request {
    struct http_header headers[headers_max];
    size_t count;
    struct slice body;
};

static struct signed_request sign(struct arena *arena, struct slice secret, struct slice service,
                                  int64_t at_micros)
{
    struct signed_request r = {.count = 1, .body = SLICE("{}")};
    struct sigv4_signed added;
    r.headers[0] = (struct http_header){SLICE("Host"), SLICE("localhost:4566")};
    const struct sigv4_request request = {.method = SLICE("POST"),
                                          .path = SLICE("/"),
                                          .headers = r.headers,
                                          .header_count = 1,
                                          .payload_hash = sigv4_payload_hash(r.body, arena)};
    const struct sigv4_credentials credentials = {.access_key = SLICE("test"),
                                                  .secret_key = secret};
    sigv4_sign(&request, &credentials, SLICE("us-east-1"), service, at_micros, SIGV4_HASH_NOT_SENT,
               arena, &added);
    for (size_t i = 0; i < added.header_count; i++)
        r.headers[r.count++] = added.headers[i];
    return r;
}

static struct slice *value(struct signed_request *r, struct slice name)
{
    for (size_t i = 0; i < r->count; i++)
        if (slice_eq_nocase(r->headers[i].name, name))
            return &r->headers[i].value;
    cr_assert_fail("no such header");
    return &r->headers[0].value;
}

/* Checks the request at `now`; "" when it is accepted, else "Code: words". */
static struct slice verdict(struct arena *arena, const struct service *service,
                            const struct signed_request *r, struct call *out)
{
    static const struct platform platform = {.default_account = SLICE_INIT("000000000000")};
    struct auth *auth = auth_new(auth_root_identities(&platform), true);
    struct call call = {.arena = arena, .service = service};
    const struct auth_request request = {.now_micros = now,
                                         .method = SLICE("POST"),
                                         .path = SLICE("/"),
                                         .body = r->body,
                                         .headers = r->headers,
                                         .header_count = r->count};
    struct err e = auth_check(auth, &call, &request);
    auth_free(auth);
    if (out)
        *out = call;
    return failed(e) ? arena_printf(arena, "%s %d: " SLICE_FMT, e.info->code, e.info->http_status,
                                    SLICE_ARG(call.fault_message))
                     : SLICE("");
}

static void expect(struct slice words, struct slice beginning)
{
    cr_expect(beginning.len ? slice_starts_with(words, beginning) : words.len == 0, SLICE_FMT,
              SLICE_ARG(words));
}

Test(check, a_good_signature_makes_the_caller_the_root_of_the_account)
{
    struct arena arena = {0};
    struct call call;
    struct signed_request r = sign(&arena, SLICE("test"), SLICE("kms"), now);
    expect(verdict(&arena, &json_service, &r, &call), SLICE(""));
    cr_expect(call.caller.is_root);
    cr_expect(slice_eq(call.caller.arn, SLICE("arn:aws:iam::000000000000:root")));
    cr_expect(slice_eq(call.region, SLICE("us-east-1")));
    arena_done(&arena);
}

Test(check, a_wrong_secret_and_a_changed_body_are_refused_in_the_services_own_form)
{
    struct arena arena = {0};
    struct signed_request wrong = sign(&arena, SLICE("guess"), SLICE("kms"), now);
    struct signed_request changed = sign(&arena, SLICE("test"), SLICE("kms"), now);
    changed.body = SLICE("{ }");
    expect(verdict(&arena, &json_service, &wrong, NULL),
           SLICE("InvalidSignatureException 400: The request signature we calculated"));
    expect(verdict(&arena, &query_service, &wrong, NULL), SLICE("SignatureDoesNotMatch 403: The"));
    expect(verdict(&arena, &json_service, &changed, NULL), SLICE("InvalidSignatureException 400:"));
    arena_done(&arena);
}

Test(check, the_date_may_be_off_by_the_services_skew_and_no_second_more)
{
    struct arena arena = {0};
    const struct {
        const struct service *service;
        int64_t off_seconds;
        struct slice verdict;
    } cases[] = {
        {&json_service,  -300, SLICE_INIT("")                                                    },
        {&json_service,  -301, SLICE_INIT("InvalidSignatureException 400: Signature expired: ")  },
        {&json_service,  300,  SLICE_INIT("")                                                    },
        {&json_service,  301,
         SLICE_INIT("InvalidSignatureException 400: Signature not yet current: ")                },
        {&query_service, -900, SLICE_INIT("")                                                    },
        {&query_service, -901,
         SLICE_INIT("SignatureDoesNotMatch 403: Signature expired: "
                    "20261122T100529Z is now earlier than 20261122T100530Z "
                    "(20261122T102030Z - 15 min.)")                                              },
        {&query_service, 900,  SLICE_INIT("")                                                    },
        {&query_service, 901,  SLICE_INIT("SignatureDoesNotMatch 403: Signature not yet current")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct signed_request r = sign(&arena, SLICE("test"), SLICE("kms"),
                                       now + cases[i].off_seconds * MICROS_PER_SECOND);
        expect(verdict(&arena, cases[i].service, &r, NULL), cases[i].verdict);
    }
    arena_done(&arena);
}

Test(check, each_part_that_is_missing_or_malformed_is_named)
{
    struct arena arena = {0};
    const struct {
        struct slice authorization;
        struct slice verdict;
    } cases[] = {
        {SLICE_INIT("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=ab"),
         SLICE_INIT("IncompleteSignatureException 400: Authorization header requires 'Credential' "
                    "parameter. Authorization=")                                             },
        {SLICE_INIT("Basic dGVzdDp0ZXN0"),
         SLICE_INIT("IncompleteSignatureException 400: Authorization header requires 'Credential' "
                    "parameter. Authorization header requires 'Signature' parameter. "
                    "Authorization header requires 'SignedHeaders' parameter. ")             },
        {SLICE_INIT("AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/kms, SignedHeaders=host, "
                    "Signature=ab"),
         SLICE_INIT("IncompleteSignatureException 400: Credential must have exactly 5 ")     },
        {SLICE_INIT("AWS4-HMAC-SHA256 Credential=who/20261122/us-east-1/kms/aws4_request, "
                    "SignedHeaders=host, Signature=ab"),
         SLICE_INIT("UnrecognizedClientException 400: The security token included")          },
        {SLICE_INIT("AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/s3/aws4_request, "
                    "SignedHeaders=host, Signature=ab"),
         SLICE_INIT("InvalidSignatureException 400: Credential should be scoped to correct "
                    "service: 'kms'.")                                                       },
        {SLICE_INIT("AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/kms/aws4_request, "
                    "SignedHeaders=host, Signature=ab"),
         SLICE_INIT("InvalidSignatureException 400: Date in Credential scope does not match")},
        {SLICE_INIT("AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/kms/aws4, "
                    "SignedHeaders=host, Signature=ab"),
         SLICE_INIT("InvalidSignatureException 400: Credential should be scoped with a valid "
                    "terminator")                                                            },
        {SLICE_INIT("AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/kms/aws4_request, "
                    "SignedHeaders=x-amz-date, Signature=ab"),
         SLICE_INIT("InvalidSignatureException 400: 'Host' or ':authority' must be")         },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct signed_request r = sign(&arena, SLICE("test"), SLICE("kms"), now);
        *value(&r, SLICE("authorization")) = cases[i].authorization;
        expect(verdict(&arena, &json_service, &r, NULL), cases[i].verdict);
    }
    arena_done(&arena);
}

Test(check, an_unsigned_request_and_one_without_a_date_are_refused)
{
    struct arena arena = {0};
    struct signed_request bare = {.headers = {{SLICE("Host"), SLICE("localhost")}}, .count = 1};
    struct signed_request undated = sign(&arena, SLICE("test"), SLICE("kms"), now);
    struct signed_request odd = undated;
    undated.headers[1].name = SLICE("X-Other");
    odd.headers[1].value = SLICE("yesterday");
    expect(verdict(&arena, &json_service, &bare, NULL),
           SLICE("MissingAuthenticationTokenException 400: Request is missing"));
    expect(verdict(&arena, &query_service, &bare, NULL), SLICE("MissingAuthenticationToken 403"));
    expect(verdict(&arena, &json_service, &undated, NULL),
           SLICE("IncompleteSignatureException 400: Authorization header requires existence of"));
    expect(verdict(&arena, &json_service, &odd, NULL),
           SLICE("IncompleteSignatureException 400: Date must be in ISO-8601 'basic format'."));
    arena_done(&arena);
}

Test(check, an_account_of_twelve_digits_signs_for_itself)
{
    struct arena arena = {0};
    struct access_key key;
    static const struct platform platform = {.default_account = SLICE_INIT("000000000000")};
    struct identity_port port = auth_root_identities(&platform);
    cr_assert(port.find_key(port.context, SLICE("123456789012"), &arena, &key));
    cr_expect(slice_eq(key.owner.account, SLICE("123456789012")));
    cr_expect_not(port.find_key(port.context, SLICE("12345678901"), &arena, &key));
    cr_expect_not(port.find_key(port.context, SLICE(""), &arena, &key));
    arena_done(&arena);
}
