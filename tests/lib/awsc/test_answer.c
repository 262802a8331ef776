#include <criterion/criterion.h>

#include "lib/awsc/answer.h"
#include "lib/base/attributes.h"

static const struct err_info *decode(const char *service, int status, struct http_header header,
                                     const char *body, struct arena *arena,
                                     struct awsc_response *response)
{
    struct httpc_response http = {.status = status,
                                  .headers = &header,
                                  .header_count = header.name.len > 0,
                                  .body = slice_from_cstr(body)};
    return awsc_answer_decode(awsc_service_find(slice_from_cstr(service)), &http, arena, response)
        .info;
}

static void expect_code(const char *service, struct http_header header, const char *body,
                        const char *code, const char *message)
{
    struct arena arena = {0};
    struct awsc_response response;
    cr_expect_eq(decode(service, 400, header, body, &arena, &response), &AWSC_REFUSED);
    cr_expect(slice_eq_cstr(response.error_code, code), "%s: " SLICE_FMT, body,
              SLICE_ARG(response.error_code));
    cr_expect(slice_eq_cstr(response.message, message), "%s: " SLICE_FMT, body,
              SLICE_ARG(response.message));
    arena_done(&arena);
}

Test(answer, finds_the_code_wherever_a_service_puts_it)
{
    struct http_header none = {0};
    expect_code("kms", none, "{\"__type\":\"A\",\"message\":\"m\"}", "A", "m");
    expect_code("dynamodb", none, "{\"__type\":\"com.amazonaws#A\",\"Message\":\"m\"}", "A", "m");
    expect_code("logs", none, "{\"code\":\"A\",\"message\":null}", "A", "");
    expect_code("kms", (struct http_header){SLICE("x-amzn-ErrorType"), SLICE("B:http://x/#y")},
                "{\"message\":\"m\"}", "B", "m");
    expect_code("cloudwatch",
                (struct http_header){SLICE("x-amzn-query-error"), SLICE("OldCode;Sender")},
                "{\"__type\":\"New\",\"message\":\"m\"}", "OldCode", "m");
    expect_code("sts", none, "<E><Error><Code>C</Code><Message>m</Message></Error></E>", "C", "m");
}

Test(answer, an_answer_in_no_known_form_is_named_by_its_status)
{
    struct http_header none = {0};
    expect_code("kms", none, "<html>", "Http400", "");
    expect_code("kms", none, "", "Http400", "");
    expect_code("kms", none, "{\"__type\":7}", "Http400", "");
    expect_code("sts", none, "Bad Gateway", "Http400", "");
}

Test(answer, an_empty_success_is_an_empty_object)
{
    struct arena arena = {0};
    struct awsc_response response;
    cr_expect_null(decode("logs", 200, (struct http_header){0}, "", &arena, &response));
    cr_expect(slice_eq(response.body, SLICE("{}")));
    cr_expect_not(slice_is_set(response.error_code));
    arena_done(&arena);
}

Test(answer, judges_what_may_be_tried_again)
{
    static const struct {
        int status;
        const char *code;
        enum awsc_verdict verdict;
    } cases[] = {
        {200, "",                                       AWSC_FINAL    },
        {400, "ValidationException",                    AWSC_FINAL    },
        {400, "ConditionalCheckFailedException",        AWSC_FINAL    },
        {400, "LimitExceededException",                 AWSC_FINAL    },
        {501, "NotImplemented",                         AWSC_FINAL    },
        {400, "ProvisionedThroughputExceededException", AWSC_THROTTLED},
        {503, "SlowDown",                               AWSC_THROTTLED},
        {429, "Http429",                                AWSC_THROTTLED},
        {500, "InternalFailure",                        AWSC_TRANSIENT},
        {502, "Http502",                                AWSC_TRANSIENT},
        {400, "RequestTimeout",                         AWSC_TRANSIENT},
        {403, "SignatureDoesNotMatch",                  AWSC_SKEWED   },
        {400, "InvalidSignatureException",              AWSC_SKEWED   },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct awsc_response response = {.status = cases[i].status,
                                         .error_code = slice_from_cstr(cases[i].code)};
        cr_expect_eq(awsc_answer_judge(&response), cases[i].verdict, "%s", cases[i].code);
    }
}
