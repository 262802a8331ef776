/* One call: build, sign, send, decode, and again where that may help. */
#include "lib/awsc/awsc.h"

#include <stdlib.h>
#include <time.h>

#include "lib/awsc/answer.h"
#include "lib/awsc/credentials.h"
#include "lib/awsc/endpoint.h"
#include "lib/awsc/query.h"
#include "lib/awsc/service.h"
#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/base/environment.h"
#include "lib/base/rand.h"
#include "lib/enc/json.h"
#include "lib/httpc/httpc.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/sign.h"

enum {
    default_attempts = 3,
    default_connect_ms = 1000,
    transient_base_ms = 50,
    throttled_base_ms = 500,
    backoff_max_ms = 20000,
    operation_name_max = 128,
    request_headers_max = 8,
    input_bytes_max = 16 * 1024 * 1024
};

/* Less than the smallest window that a service allows, so that a learnt skew never hurts. */
static const int64_t skew_least_micros = 240 * MICROS_PER_SECOND;

const struct err_info AWSC_UNKNOWN_SERVICE = {"UnknownService",
                                              "the client does not know this service", 0};
const struct err_info AWSC_BAD_INPUT = {
    "BadInput", "the input is not a JSON object, or the operation's name or the endpoint is bad",
    0};
const struct err_info AWSC_NO_REGION = {"NoRegion", "no region: set AWS_REGION", 0};
const struct err_info AWSC_NO_CREDENTIALS = {
    "NoCredentials", "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", 0};
const struct err_info AWSC_NOT_SENT = {"NotSent", "the service cannot be reached; nothing was sent",
                                       0};
const struct err_info AWSC_NO_ANSWER = {
    "NoAnswer", "the request was sent but not answered; its outcome is unknown", 0};
const struct err_info AWSC_REFUSED = {"Refused", "the service answered with an error", 0};
const struct err_info AWSC_BAD_ANSWER = {"BadAnswer", "the answer cannot be read", 0};

struct awsc {
    struct awsc_options options; /* texts in `arena` */
    struct arena arena;
    struct clock system_clock;
    const struct clock *clock;
    struct rand rand;
    struct httpc *http;
    struct awsc_credentials credentials;
    int64_t skew_micros; /* the server's clock minus ours, where that is large */
};

/* What stays the same over the attempts of a call. */
struct call {
    const struct awsc_service *service;
    struct awsc_endpoint endpoint;
    struct http_header headers[request_headers_max];
    size_t header_count;
    struct slice body;
    struct arena *arena;
    int64_t started_micros; /* monotonic */
    bool skew_learnt;
};

static struct slice region_of_environment(void)
{
    struct slice region = environment_get("AWS_REGION");
    return slice_is_set(region) ? region : environment_get("AWS_DEFAULT_REGION");
}

struct awsc *awsc_new(const struct awsc_options *options)
{
    struct awsc *client = calloc(1, sizeof *client);
    if (!client)
        abort();
    struct slice region = slice_is_set(options->region) ? options->region : region_of_environment();
    client->options = *options;
    client->options.region = arena_dup(&client->arena, region);
    client->options.endpoint = arena_dup(&client->arena, options->endpoint);
    client->options.credentials = (struct sigv4_credentials){0};
    client->system_clock = clock_system();
    client->clock = options->clock ? options->clock : &client->system_clock;
    client->rand = rand_system();
    client->http = httpc_new();
    awsc_credentials_init(&client->credentials, &options->credentials);
    return client;
}

void awsc_free(struct awsc *client)
{
    if (!client)
        return;
    awsc_credentials_done(&client->credentials);
    httpc_free(client->http);
    arena_done(&client->arena);
    free(client);
}

void awsc_cleanup(struct awsc **client)
{
    awsc_free(*client);
}

static bool is_operation_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
              (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') ||
              (name.ptr[i] >= '0' && name.ptr[i] <= '9')))
            return false;
    return name.len > 0 && name.len <= operation_name_max;
}

static void add_header(struct call *call, struct slice name, struct slice value)
{
    call->headers[call->header_count++] = (struct http_header){name, value};
}

static bool build_json(struct call *call, struct slice operation, struct slice input)
{
    const struct awsc_service *service = call->service;
    struct json_reader r;
    json_reader_init(&r, input, call->arena);
    if (json_peek(&r) != JSON_KIND_OBJECT || !json_skip(&r) || !json_finish(&r))
        return false;
    call->body = input;
    add_header(call, SLICE("Content-Type"),
               arena_printf(call->arena, "application/x-amz-json-" SLICE_FMT,
                            SLICE_ARG(service->json_version)));
    add_header(call, SLICE("X-Amz-Target"),
               arena_printf(call->arena, SLICE_FMT "." SLICE_FMT, SLICE_ARG(service->target_prefix),
                            SLICE_ARG(operation)));
    return true;
}

static bool build_query(struct call *call, struct slice operation, struct slice input)
{
    struct buf body;
    buf_init_arena(&body, call->arena, input_bytes_max);
    if (!awsc_query_encode(input, operation, call->service->api_version, call->arena, &body) ||
        body.overflowed)
        return false;
    call->body = buf_slice(&body);
    add_header(call, SLICE("Content-Type"),
               SLICE("application/x-www-form-urlencoded; charset=utf-8"));
    return true;
}

static struct err build_call(const struct awsc *client, struct slice service,
                             struct slice operation, struct slice input, struct call *call)
{
    call->service = awsc_service_find(service);
    if (!call->service)
        return ERR(&AWSC_UNKNOWN_SERVICE);
    if (!slice_is_set(client->options.region))
        return ERR(&AWSC_NO_REGION);
    if (!is_operation_name(operation) ||
        !awsc_endpoint_find(call->service, client->options.endpoint, client->options.region,
                            call->arena, &call->endpoint))
        return ERR(&AWSC_BAD_INPUT);
    add_header(call, SLICE("Host"), call->endpoint.host);
    bool built = call->service->protocol == AWSC_QUERY ? build_query(call, operation, input)
                                                       : build_json(call, operation, input);
    return built ? OK : ERR(&AWSC_BAD_INPUT);
}

static void sign_call(const struct awsc *client, struct call *call)
{
    struct sigv4_signed added;
    struct sigv4_request request = {.method = SLICE("POST"),
                                    .path = call->endpoint.path,
                                    .headers = call->headers,
                                    .header_count = call->header_count,
                                    .payload_hash = sigv4_payload_hash(call->body, call->arena)};
    sigv4_sign(&request, &client->credentials.keys, client->options.region,
               call->service->signing_name, clock_now(client->clock) + client->skew_micros,
               SIGV4_HASH_NOT_SENT, call->arena, &added);
    for (size_t i = 0; i < added.header_count; i++)
        add_header(call, added.headers[i].name, added.headers[i].value);
}

/* One attempt; `http` is filled when an answer came. */
static struct err attempt(struct awsc *client, struct call *call, struct httpc_response *http,
                          struct awsc_response *response)
{
    size_t own_headers = call->header_count;
    sign_call(client, call);
    struct httpc_request request = {
        .method = SLICE("POST"),
        .url = call->endpoint.url,
        .headers = call->headers,
        .header_count = call->header_count,
        .body = call->body,
        .connect_ms = client->options.connect_ms ? client->options.connect_ms : default_connect_ms,
        .total_ms = client->options.total_ms};
    struct err sent = httpc_send(client->http, &request, call->arena, http);
    call->header_count = own_headers;
    if (!failed(sent))
        return awsc_answer_decode(call->service, http, call->arena, response);
    *response =
        (struct awsc_response){.message = arena_printf(call->arena, "%s: %s", sent.info->text,
                                                       httpc_error_text(client->http)),
                               .body = SLICE("{}")};
    return httpc_was_sent(client->http) ? ERR(&AWSC_NO_ANSWER) : ERR(&AWSC_NOT_SENT);
}

/* True when the answer's Date shows a clock far from ours; the next attempt then carries it. */
static bool learn_skew(struct awsc *client, struct call *call, const struct httpc_response *http)
{
    int64_t theirs;
    if (call->skew_learnt ||
        !clock_parse_http(http_header_find(http->headers, http->header_count, SLICE("date")),
                          &theirs))
        return false;
    int64_t skew = theirs - clock_now(client->clock);
    int64_t off = skew - client->skew_micros;
    if (off < skew_least_micros && off > -skew_least_micros)
        return false;
    client->skew_micros = skew;
    call->skew_learnt = true;
    return true;
}

/* A random part of base * 2^n: many clients that failed together do not come back together. */
static int64_t backoff_micros(struct awsc *client, enum awsc_verdict verdict, unsigned attempts)
{
    uint64_t most = verdict == AWSC_THROTTLED ? throttled_base_ms : transient_base_ms;
    for (unsigned i = 1; i < attempts && most < backoff_max_ms; i++)
        most *= 2;
    if (most > backoff_max_ms)
        most = backoff_max_ms;
    return (int64_t)rand_below(&client->rand, most * 1000 + 1);
}

static void pause_micros(int64_t micros)
{
    struct timespec left = {.tv_sec = micros / MICROS_PER_SECOND,
                            .tv_nsec = micros % MICROS_PER_SECOND * 1000};
    while (nanosleep(&left, &left) != 0)
        continue;
}

static bool within_budget(const struct awsc *client, const struct call *call, int64_t pause)
{
    int64_t budget = (int64_t)client->options.budget_ms * 1000;
    return budget == 0 || clock_monotonic_micros() - call->started_micros + pause <= budget;
}

/* Decides on another attempt, and waits before it. */
static bool may_retry(struct awsc *client, struct call *call, struct err e,
                      const struct httpc_response *http, const struct awsc_response *response)
{
    unsigned most = client->options.attempts_max ? client->options.attempts_max : default_attempts;
    if (!failed(e) || e.info == &AWSC_BAD_ANSWER || response->attempts >= most)
        return false;
    enum awsc_verdict verdict =
        response->status == 0 ? AWSC_TRANSIENT : awsc_answer_judge(response);
    if (verdict == AWSC_SKEWED)
        return learn_skew(client, call, http);
    int64_t pause = backoff_micros(client, verdict, response->attempts);
    if (verdict == AWSC_FINAL || !within_budget(client, call, pause))
        return false;
    pause_micros(pause);
    return true;
}

struct err awsc_call(struct awsc *client, struct slice service, struct slice operation,
                     struct slice input, struct arena *arena, struct awsc_response *response)
{
    struct call call = {.arena = arena, .started_micros = clock_monotonic_micros()};
    struct httpc_response http = {0};
    struct err e;
    *response = (struct awsc_response){.body = SLICE("{}")};
    TRY(build_call(client, service, operation, input, &call));
    unsigned attempts = 0;
    bool in_doubt = false; /* some attempt may have been carried out */
    do {
        TRY(awsc_credentials_refresh(&client->credentials, client->http, clock_now(client->clock),
                                     arena, &response->message));
        e = attempt(client, &call, &http, response);
        response->attempts = ++attempts;
        in_doubt = in_doubt || e.info == &AWSC_NO_ANSWER;
    } while (may_retry(client, &call, e, &http, response));
    return e.info == &AWSC_NOT_SENT && in_doubt ? ERR(&AWSC_NO_ANSWER) : e;
}
