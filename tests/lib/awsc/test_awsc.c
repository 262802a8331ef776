#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/awsc/awsc.h"
#include "lib/base/attributes.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/derive.h"
#include "lib/sigv4/verify.h"
#include "tests/lib/awsc/server.h"

struct fixture {
    struct server server;
    struct arena arena;
    struct awsc *client;
    struct awsc_response response;
};

static struct awsc_options options_for(struct slice endpoint)
{
    return (struct awsc_options){
        .region = SLICE("us-east-1"),
        .endpoint = endpoint,
        .credentials = {SLICE("test"), SLICE("secret"), SLICE_NONE}
    };
}

static void start(struct fixture *f)
{
    server_start(&f->server);
    struct awsc_options options = options_for(f->server.url);
    f->client = awsc_new(&options);
}

static void stop(struct fixture *f)
{
    awsc_free(f->client);
    server_stop(&f->server);
    arena_done(&f->arena);
}

static const struct err_info *call(struct fixture *f, const char *service, const char *operation,
                                   const char *input)
{
    return awsc_call(f->client, slice_from_cstr(service), slice_from_cstr(operation),
                     slice_from_cstr(input), &f->arena, &f->response)
        .info;
}

static bool signature_holds(const struct server *server, size_t at)
{
    struct arena arena = {0};
    const struct kept_request *kept = &server->requests[at];
    struct sigv4_authorization authorization;
    unsigned char key[SIGV4_KEY_BYTES];
    struct sigv4_request request = {.method = SLICE("POST"),
                                    .path = SLICE("/"),
                                    .headers = kept->headers,
                                    .header_count = kept->header_count,
                                    .payload_hash = sigv4_payload_hash(kept->body, &arena)};
    cr_assert_not(failed(
        sigv4_parse_authorization(server_header(server, at, "authorization"), &authorization)));
    sigv4_derive_key(SLICE("secret"), &authorization.scope, key);
    bool holds = sigv4_verify(&request, &authorization, server_header(server, at, "x-amz-date"),
                              key, &arena);
    arena_done(&arena);
    return holds;
}

Test(awsc, signs_and_sends_json_as_the_service_wants_it)
{
    struct fixture f = {0};
    f.server.script[0] = (struct canned_answer){
        200, {SLICE("x-amzn-RequestId"), SLICE("r-1")},
         SLICE("{\"Keys\":[]}")
    };
    start(&f);
    cr_assert_null(call(&f, "kms", "ListKeys", "{\"Limit\":1}"));
    cr_expect(slice_eq(f.response.body, SLICE("{\"Keys\":[]}")));
    cr_expect(slice_eq(f.response.request_id, SLICE("r-1")));
    cr_expect_eq(f.response.attempts, 1);
    cr_expect(
        slice_eq(server_header(&f.server, 0, "x-amz-target"), SLICE("TrentService.ListKeys")));
    cr_expect(
        slice_eq(server_header(&f.server, 0, "content-type"), SLICE("application/x-amz-json-1.1")));
    cr_expect(slice_eq(f.server.requests[0].body, SLICE("{\"Limit\":1}")));
    cr_expect(signature_holds(&f.server, 0));
    stop(&f);
}

Test(awsc, speaks_the_query_protocol_with_json_on_both_sides)
{
    struct fixture f = {0};
    f.server.script[0].body =
        SLICE("<GetCallerIdentityResponse><GetCallerIdentityResult><Account>000000000000</Account>"
              "</GetCallerIdentityResult><ResponseMetadata><RequestId>r-2</RequestId>"
              "</ResponseMetadata></GetCallerIdentityResponse>");
    start(&f);
    cr_assert_null(call(&f, "sts", "GetCallerIdentity", "{}"));
    cr_expect(slice_eq(f.response.body, SLICE("{\"Account\":\"000000000000\"}")));
    cr_expect(slice_eq(f.response.request_id, SLICE("r-2")));
    cr_expect(
        slice_eq(f.server.requests[0].body, SLICE("Action=GetCallerIdentity&Version=2011-06-15")));
    cr_expect(signature_holds(&f.server, 0));
    stop(&f);
}

Test(awsc, a_refusal_carries_code_message_and_status_and_is_not_retried)
{
    struct fixture f = {0};
    f.server.script[0] = (struct canned_answer){
        .status = 400,
        .body = SLICE("{\"__type\":\"com.amazonaws.kms#NotFoundException\",\"message\":\"no\"}")};
    start(&f);
    cr_expect_eq(call(&f, "kms", "DescribeKey", "{}"), &AWSC_REFUSED);
    cr_expect_eq(f.response.status, 400);
    cr_expect(slice_eq(f.response.error_code, SLICE("NotFoundException")));
    cr_expect(slice_eq(f.response.message, SLICE("no")));
    cr_expect_eq(f.server.calls, 1);
    stop(&f);
}

Test(awsc, retries_server_errors_and_throttling_up_to_three_attempts)
{
    struct fixture f = {0};
    f.server.script[0].status = 500;
    f.server.script[1] = (struct canned_answer){
        .status = 400, .body = SLICE("{\"__type\":\"ThrottlingException\"}")};
    f.server.script[2].status = 200;
    f.server.script[3].status = 503;
    start(&f);
    cr_expect_null(call(&f, "dynamodb", "ListTables", "{}"));
    cr_expect_eq(f.response.attempts, 3);
    cr_expect_eq(call(&f, "dynamodb", "ListTables", "{}"), &AWSC_REFUSED);
    cr_expect_eq(f.response.attempts, 3);
    cr_expect(slice_eq(f.response.error_code, SLICE("Http503")));
    cr_expect_eq(f.server.calls, 6);
    for (size_t i = 0; i < 6; i++)
        cr_expect(signature_holds(&f.server, i));
    stop(&f);
}

Test(awsc, one_attempt_means_one)
{
    struct fixture f = {0};
    f.server.script[0].status = 500;
    server_start(&f.server);
    struct awsc_options options = options_for(f.server.url);
    options.attempts_max = 1;
    f.client = awsc_new(&options);
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_REFUSED);
    cr_expect_eq(f.server.calls, 1);
    stop(&f);
}

Test(awsc, no_retry_begins_past_the_budget)
{
    struct fixture f = {0};
    struct clock clock = clock_system();
    f.server.script[0] = (struct canned_answer){
        .status = 400, .body = SLICE("{\"__type\":\"ThrottlingException\"}")};
    server_start(&f.server);
    struct awsc_options options = options_for(f.server.url);
    options.attempts_max = SERVER_CALLS_MAX;
    options.budget_ms = 1;
    options.clock = &clock;
    f.client = awsc_new(&options);
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_REFUSED);
    cr_expect_lt(f.server.calls, 4);
    stop(&f);
}

Test(awsc, a_clock_that_is_off_is_put_right_by_the_servers)
{
    struct fixture f = {0};
    struct clock clock = clock_fixed(0);
    f.server.script[0] = (struct canned_answer){
        .status = 403, .body = SLICE("{\"__type\":\"InvalidSignatureException\"}")};
    f.server.script[1].status = 200;
    server_start(&f.server);
    struct awsc_options options = options_for(f.server.url);
    options.clock = &clock;
    f.client = awsc_new(&options);
    cr_expect_null(call(&f, "dynamodb", "ListTables", "{}"));
    cr_expect_eq(f.response.attempts, 2);
    cr_expect(slice_eq(server_header(&f.server, 0, "x-amz-date"), SLICE("19700101T000000Z")));
    cr_expect(slice_starts_with(server_header(&f.server, 1, "x-amz-date"), SLICE("20")));
    cr_expect_null(call(&f, "dynamodb", "ListTables", "{}"));
    cr_expect_eq(f.response.attempts, 1);
    stop(&f);
}

Test(awsc, a_wrong_secret_with_a_right_clock_is_refused_at_once)
{
    struct fixture f = {0};
    f.server.script[0] = (struct canned_answer){
        .status = 400, .body = SLICE("{\"__type\":\"InvalidSignatureException\"}")};
    start(&f);
    cr_expect_eq(call(&f, "dynamodb", "ListTables", "{}"), &AWSC_REFUSED);
    cr_expect_eq(f.server.calls, 1);
    stop(&f);
}

/* A port where connections are taken up by the kernel and never answered; closed, it refuses. */
static int listen_silently(struct slice *url, struct arena *arena)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    cr_assert_eq(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&at, &len);
    *url = arena_printf(arena, "http://127.0.0.1:%u", (unsigned)ntohs(at.sin_port));
    return fd;
}

Test(awsc, tells_an_unknown_outcome_from_one_that_cannot_have_happened)
{
    struct fixture f = {0};
    struct slice url;
    int fd = listen_silently(&url, &f.arena);
    struct awsc_options options = options_for(url);
    options.total_ms = 50;
    options.attempts_max = 2;
    f.client = awsc_new(&options);
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_NO_ANSWER);
    cr_expect_eq(f.response.status, 0);
    cr_expect_eq(f.response.attempts, 2);
    close(fd);
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_NOT_SENT);
    cr_expect(slice_starts_with(f.response.message, SLICE("nobody answers")));
    awsc_free(f.client);
    arena_done(&f.arena);
}

Test(awsc, refuses_calls_that_it_cannot_make)
{
    struct fixture f = {0};
    start(&f);
    cr_expect_eq(call(&f, "nosuch", "X", "{}"), &AWSC_UNKNOWN_SERVICE);
    cr_expect_eq(call(&f, "kms", "List Keys", "{}"), &AWSC_BAD_INPUT);
    cr_expect_eq(call(&f, "kms", "", "{}"), &AWSC_BAD_INPUT);
    const char *inputs[] = {"", "[]", "{", "{} x", "null"};
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        cr_expect_eq(call(&f, "kms", "ListKeys", inputs[i]), &AWSC_BAD_INPUT, "%s", inputs[i]);
        cr_expect_eq(call(&f, "sts", "GetCallerIdentity", inputs[i]), &AWSC_BAD_INPUT, "%s",
                     inputs[i]);
    }
    cr_expect_eq(f.server.calls, 0);
    stop(&f);
}

Test(awsc, needs_a_region_and_credentials)
{
    static const char *const names[] = {"AWS_REGION",
                                        "AWS_DEFAULT_REGION",
                                        "AWS_PROFILE",
                                        "AWS_ACCESS_KEY_ID",
                                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"};
    struct fixture f = {0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/no/such/file", 1);
    f.client = awsc_new(&(struct awsc_options){.endpoint = SLICE("http://127.0.0.1:1")});
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_NO_REGION);
    awsc_free(f.client);
    f.client = awsc_new(&(struct awsc_options){.endpoint = SLICE("http://127.0.0.1:1"),
                                               .region = SLICE("eu-central-1")});
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_NO_CREDENTIALS);
    cr_expect(slice_contains(f.response.message, SLICE("AWS_ACCESS_KEY_ID")));
    awsc_free(f.client);
    arena_done(&f.arena);
}

Test(awsc, an_unreadable_success_is_a_bad_answer)
{
    struct fixture f = {0};
    f.server.script[0].body = SLICE("{\"a\":");
    f.server.script[0].status = 200;
    start(&f);
    cr_expect_eq(call(&f, "kms", "ListKeys", "{}"), &AWSC_BAD_ANSWER);
    cr_expect_eq(call(&f, "sts", "GetCallerIdentity", "{}"), &AWSC_BAD_ANSWER);
    cr_expect_eq(f.server.calls, 2);
    stop(&f);
}
