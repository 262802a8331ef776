/* The whole gateway in one process: requests as httpd hands them over, answers as it sends them. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "emulator/core/service.h"
#include "emulator/gateway/gateway.h"
#include "emulator/model/shape.h"
#include "lib/base/attributes.h"

enum { headers_max = 4 };

struct bench {
    struct arena arena;
    struct virtual_clock clock;
    struct rand rand;
    struct log log;
    struct platform platform;
    struct auth *auth;
    struct audit *audit;
    struct gateway *gateway;
    char folder[64];
    struct http_header headers[headers_max];
    size_t header_count;
};

static void open_bench(struct bench *b)
{
    *b = (struct bench){.rand = rand_system()};
    virtual_clock_init(&b->clock);
    virtual_clock_freeze(&b->clock, true);
    cr_assert(virtual_clock_set(&b->clock, INT64_C(1795342830123000)));
    b->log = (struct log){
        .fd = STDERR_FILENO, .least = LOG_ERROR, .clock = &b->clock.clock, .program = "test"};
    b->platform = (struct platform){.clock = &b->clock.clock,
                                    .rand = &b->rand,
                                    .default_account = SLICE("000000000000"),
                                    .default_region = SLICE("us-east-1")};
    snprintf(b->folder, sizeof b->folder, "/tmp/florin-gateway-XXXXXX");
    cr_assert(mkdtemp(b->folder));
    cr_assert_not(failed(audit_open(b->folder, &b->audit)));
    b->auth = auth_new(auth_root_identities(&b->platform), false);
    b->gateway = gateway_new(&(struct gateway_options){.platform = &b->platform,
                                                       .clock = &b->clock,
                                                       .auth = b->auth,
                                                       .audit = b->audit,
                                                       .log = &b->log,
                                                       .data_folder = b->folder});
}

static struct http_response ask(struct bench *b, const char *method, const char *path,
                                struct slice body, enum http_refusal refusal)
{
    struct http_response response = {0};
    struct http_request request = {.method = slice_from_cstr(method),
                                   .target = slice_from_cstr(path),
                                   .path = slice_from_cstr(path),
                                   .headers = b->headers,
                                   .header_count = b->header_count,
                                   .body = body,
                                   .refusal = refusal,
                                   .client_address = SLICE("127.0.0.1"),
                                   .arena = &b->arena};
    gateway_handle(b->gateway, &request, &response);
    return response;
}

static void close_bench(struct bench *b)
{
    b->headers[0] = (struct http_header){SLICE("Host"), SLICE("localhost")};
    b->headers[1] = (struct http_header){SLICE("X-Florin-Control"), SLICE("1")};
    b->header_count = 2;
    cr_expect_eq(ask(b, "POST", "/_florin/reset", SLICE_NONE, HTTP_ACCEPTED).status, 200);
    gateway_free(b->gateway);
    auth_free(b->auth);
    audit_close(b->audit);
    char path[96];
    snprintf(path, sizeof path, "%s/audit.1.jsonl", b->folder);
    unlink(path);
    cr_expect_eq(rmdir(b->folder), 0, "a reset leaves no file but the empty record");
    arena_done(&b->arena);
}

/* One JSON call; the answer's body is in the bench's arena. */
static struct http_response post(struct bench *b, struct slice target, struct slice body)
{
    b->headers[0] = (struct http_header){SLICE("Host"), SLICE("127.0.0.1:4566")};
    b->headers[1] = (struct http_header){SLICE("X-Amz-Target"), target};
    b->header_count = 2;
    return ask(b, "POST", "/", body, HTTP_ACCEPTED);
}

static void expect_answer(struct bench *b, struct http_response response, int status,
                          const char *part)
{
    (void)b;
    cr_expect_eq(response.status, status, SLICE_FMT, SLICE_ARG(response.body));
    cr_expect(slice_contains(response.body, slice_from_cstr(part)), "%s is not in " SLICE_FMT, part,
              SLICE_ARG(response.body));
}

Test(pipeline, a_call_runs_and_its_answer_carries_id_and_type)
{
    struct bench b;
    open_bench(&b);
    struct http_response r =
        post(&b, SLICE("TrentService.CreateKey"), SLICE("{\"Description\":\"gr\\u00fcn\"}"));
    expect_answer(&b, r, 200, "\"Description\":\"gr\xC3\xBCn\"");
    expect_answer(&b, r, 200, "\"CreationDate\":1795342830.123");
    cr_expect(slice_eq(http_header_find(r.headers, r.header_count, SLICE("content-type")),
                       SLICE("application/x-amz-json-1.1")));
    cr_expect_eq(http_header_find(r.headers, r.header_count, SLICE("x-amzn-requestid")).len, 36);
    close_bench(&b);
}

Test(pipeline, bad_input_is_refused_in_the_services_form_and_nothing_is_kept)
{
    static const struct {
        struct slice target;
        struct slice body;
        int status;
        const char *part;
    } cases[] = {
        {SLICE_INIT("TrentService.CreateKey"),      SLICE_INIT("{\"Description\":"),                      400,
         "\"__type\":\"SerializationException\""                                                                                          },
        {SLICE_INIT("TrentService.CreateKey"),      SLICE_INIT("[]"),                                     400, "SerializationException"   },
        {SLICE_INIT("TrentService.CreateKey"),      SLICE_INIT("{\"Description\":5}"),                    400,
         "NUMBER_VALUE cannot be converted to String"                                                                                     },
        {SLICE_INIT("TrentService.CreateKey"),      SLICE_INIT("{\"Description\":\"a\\ud800\"}"),         400,
         "SerializationException"                                                                                                         },
        {SLICE_INIT("TrentService.CreateKey"),      SLICE_INIT("{\"Tags\":{}}"),                          400,
         "Start of structure or map found where not expected."                                                                            },
        {SLICE_INIT("TrentService.CreateKey"),      SLICE_INIT("{\"MultiRegion\":\"yes\"}"),              400,
         "STRING_VALUE cannot be converted to Boolean"                                                                                    },
        {SLICE_INIT("TrentService.ListKeys"),       SLICE_INIT("{\"Limit\":99999999999}"),                400,
         "NUMBER_VALUE cannot be converted to Integer"                                                                                    },
        {SLICE_INIT("TrentService.ListKeys"),       SLICE_INIT("{\"Limit\":0}"),                          400,
         "Value '0' at 'limit' failed to satisfy constraint"                                                                              },
        {SLICE_INIT("TrentService.Encrypt"),        SLICE_INIT("{\"KeyId\":\"x\"}"),                      400,
         "Value null at 'plaintext' failed to satisfy constraint: Member must not be null"                                                },
        {SLICE_INIT("TrentService.Encrypt"),        SLICE_INIT("{\"KeyId\":\"x\",\"Plaintext\":\"a=\"}"),
         400,                                                                                                  "Base64"                   },
        {SLICE_INIT("TrentService.Nothing"),        SLICE_INIT("{}"),                                     400, "UnknownOperationException"},
        {SLICE_INIT("Nobody.Nothing"),              SLICE_INIT("{}"),                                     400, "UnknownOperationException"},
        {SLICE_INIT("Logs_20140328.StartLiveTail"), SLICE_INIT("{}"),                                     501,
         "Florin does not implement logs:StartLiveTail yet"                                                                               },
        {SLICE_INIT("TrentService.CreateKey"),
         SLICE_INIT("{\"Tags\":[{\"TagKey\":\"a\",\"TagValue\":\"1\"},"
                    "{\"TagKey\":\"a\",\"TagValue\":\"2\"}]}"),
         400,                                                                                                  "Duplicate tag keys"       },
    };
    struct bench b;
    open_bench(&b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_answer(&b, post(&b, cases[i].target, cases[i].body), cases[i].status, cases[i].part);
    expect_answer(&b, post(&b, SLICE("TrentService.ListKeys"), SLICE("{}")), 200, "\"Keys\":[]");
    close_bench(&b);
}

Test(pipeline, unknown_members_and_nulls_are_passed_over)
{
    struct bench b;
    open_bench(&b);
    expect_answer(&b,
                  post(&b, SLICE("TrentService.ListKeys"),
                       SLICE("{\"New\":[{\"a\":[1]}],\"Limit\":null,\"Marker\":null}")),
                  200, "\"Truncated\":false");
    close_bench(&b);
}

Test(pipeline, foreign_hosts_and_origins_never_reach_a_service)
{
    struct bench b;
    open_bench(&b);
    static const struct {
        struct slice host;
        struct slice origin; /* absent: not sent */
        int status;
    } cases[] = {
        {SLICE_INIT("localhost:4566"),              {0},                                 200},
        {SLICE_INIT("[::1]:4566"),                  {0},                                 200},
        {SLICE_INIT("kms.us-east-1.amazonaws.com"), {0},                                 200},
        {SLICE_INIT("evil.example"),                {0},                                 421},
        {SLICE_INIT("localhost.evil.example"),      {0},                                 421},
        {SLICE_INIT(""),                            {0},                                 421},
        {SLICE_INIT("localhost"),                   SLICE_INIT("http://localhost:3000"), 200},
        {SLICE_INIT("localhost"),                   SLICE_INIT("https://evil.example"),  403},
        {SLICE_INIT("localhost"),                   SLICE_INIT("null"),                  403},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        b.headers[0] = (struct http_header){SLICE("Host"), cases[i].host};
        b.headers[1] = (struct http_header){SLICE("X-Amz-Target"), SLICE("TrentService.ListKeys")};
        b.headers[2] = (struct http_header){SLICE("Origin"), cases[i].origin};
        b.header_count = slice_is_set(cases[i].origin) ? 3 : 2;
        cr_expect_eq(ask(&b, "POST", "/", SLICE("{}"), HTTP_ACCEPTED).status, cases[i].status,
                     "%zu", i);
        cr_expect_eq(ask(&b, "GET", "/_florin/health", SLICE_NONE, HTTP_ACCEPTED).status,
                     cases[i].status, "%zu", i);
    }
    close_bench(&b);
}

Test(pipeline, what_the_server_refuses_is_answered_in_the_services_form)
{
    static const struct {
        enum http_refusal refusal;
        int status;
        const char *part;
    } cases[] = {
        {HTTP_REFUSED_BODY_TOO_LARGE,   413, "RequestEntityTooLargeException"},
        {HTTP_REFUSED_MALFORMED,        400, "MalformedRequest"              },
        {HTTP_REFUSED_TOO_MANY_HEADERS, 431, "RequestHeaderFieldsTooLarge"   },
        {HTTP_REFUSED_OVERLOADED,       503, "ServiceUnavailable"            },
    };
    struct bench b;
    open_bench(&b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_answer(&b, ask(&b, "POST", "/", SLICE_NONE, cases[i].refusal), cases[i].status,
                      cases[i].part);
    close_bench(&b);
}

Test(pipeline, control_paths_need_their_method_and_header)
{
    struct bench b;
    open_bench(&b);
    b.headers[0] = (struct http_header){SLICE("Host"), SLICE("localhost")};
    b.header_count = 1;
    expect_answer(&b, ask(&b, "GET", "/_localstack/health", SLICE_NONE, HTTP_ACCEPTED), 200,
                  "\"kms\":\"available\"");
    cr_expect_eq(ask(&b, "POST", "/_florin/reset", SLICE_NONE, HTTP_ACCEPTED).status, 403);
    cr_expect_eq(ask(&b, "GET", "/_florin/reset", SLICE_NONE, HTTP_ACCEPTED).status, 405);
    cr_expect_eq(ask(&b, "GET", "/_florin/nothing", SLICE_NONE, HTTP_ACCEPTED).status, 404);
    close_bench(&b);
}

Test(pipeline, every_call_is_recorded_refused_and_internal_ones_too)
{
    struct bench b;
    open_bench(&b);
    post(&b, SLICE("secretsmanager.CreateSecret"),
         SLICE("{\"Name\":\"a\",\"SecretString\":\"hunter2\"}"));
    post(&b, SLICE("TrentService.Nothing"), SLICE("{}"));
    b.headers[1] = (struct http_header){SLICE("X-Florin-Control"), SLICE("1")};
    struct http_response r = ask(&b, "GET", "/_florin/audit", SLICE_NONE, HTTP_ACCEPTED);
    expect_answer(&b, r, 200, "\"operation\":\"CreateSecret\"");
    expect_answer(&b, r, 200, "\"operation\":\"GenerateDataKey\"");
    expect_answer(&b, r, 200, "\"principal\":\"secretsmanager.amazonaws.com\"");
    expect_answer(&b, r, 200, "\"errorCode\":\"UnknownOperationException\"");
    cr_expect_not(slice_contains(r.body, SLICE("hunter2")));
    close_bench(&b);
}

/* Looks at a shape and everything under it; recursion ends at `depth`. */
static void compile_patterns(const struct shape *shape, int depth)
{
    regex_t compiled;
    if (!shape || depth == 0)
        return;
    if (shape->posix_pattern) {
        cr_expect_eq(regcomp(&compiled, shape->posix_pattern, REG_EXTENDED | REG_NOSUB), 0,
                     SLICE_FMT, SLICE_ARG(shape->name));
        regfree(&compiled);
    }
    compile_patterns(shape->element, depth - 1);
    compile_patterns(shape->key, depth - 1);
    for (size_t i = 0; i < shape->member_count; i++)
        compile_patterns(shape->members[i].shape, depth - 1);
}

#define SERVICE(name) extern const struct service name##_service;
#include "emulator/services/services.def"
#undef SERVICE

static const struct service *const services[] = {
#define SERVICE(name) &name##_service,
#include "emulator/services/services.def"
#undef SERVICE
};

Test(pipeline, every_generated_pattern_compiles_and_every_table_is_sorted)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        const struct service_model *model = services[i]->model;
        for (size_t j = 0; j < model->operation_count; j++) {
            compile_patterns(model->operations[j].input, 8);
            cr_expect_eq(service_find_operation(model, model->operations[j].name),
                         &model->operations[j]);
        }
        cr_expect_null(service_find_operation(model, SLICE("Nothing")));
    }
}
