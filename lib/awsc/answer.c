/* Decoding answers: the JSON protocols' headers and members, the query protocol's XML. */
#include "lib/awsc/answer.h"

#include "lib/awsc/query.h"
#include "lib/base/attributes.h"
#include "lib/enc/json.h"

static struct slice header(const struct httpc_response *http, struct slice name)
{
    return http_header_find(http->headers, http->header_count, name);
}

/* "com.amazonaws.kms#NotFoundException:http://..." to "NotFoundException" */
static struct slice plain_code(struct slice code)
{
    ptrdiff_t colon = slice_index(code, ':');
    if (colon >= 0)
        code = slice_sub(code, 0, (size_t)colon);
    return slice_from(code, (size_t)(slice_last_index(code, '#') + 1));
}

static struct slice request_id(const struct httpc_response *http)
{
    struct slice id = header(http, SLICE("x-amzn-requestid"));
    return slice_is_set(id) ? id : header(http, SLICE("x-amz-request-id"));
}

static void take_string(struct json_reader *r, struct slice *text)
{
    if (json_peek(r) == JSON_KIND_STRING)
        json_string(r, text);
    else
        json_skip(r);
}

static void decode_json_error(const struct httpc_response *http, struct arena *arena,
                              struct awsc_response *response)
{
    struct json_reader r;
    struct slice key;
    struct slice type = SLICE_NONE;
    json_reader_init(&r, http->body, arena);
    json_object_begin(&r);
    while (json_object_next(&r, &key)) {
        if (slice_eq(key, SLICE("__type")) || slice_eq(key, SLICE("code")))
            take_string(&r, &type);
        else if (slice_eq_nocase(key, SLICE("message")))
            take_string(&r, &response->message);
        else
            json_skip(&r);
    }
    struct slice by_header = header(http, SLICE("x-amzn-errortype"));
    response->error_code = plain_code(slice_is_set(by_header) ? by_header : type);
    /* A service that once spoke the query protocol keeps its old codes: "Code;Sender". */
    struct slice fault;
    slice_split_once(header(http, SLICE("x-amzn-query-error")), ';', &response->error_code, &fault);
}

/* Some proxy or server answered, and not in the service's form. */
static void name_by_status(struct awsc_response *response, struct arena *arena)
{
    if (!slice_is_set(response->error_code) || response->error_code.len == 0)
        response->error_code = arena_printf(arena, "Http%d", response->status);
    if (!slice_is_set(response->message))
        response->message = SLICE("");
}

static struct err decode_json(const struct httpc_response *http, struct arena *arena,
                              struct awsc_response *response)
{
    struct json_reader r;
    response->body = http->body.len > 0 ? http->body : SLICE("{}");
    if (http->status / 100 != 2) {
        decode_json_error(http, arena, response);
        return ERR(&AWSC_REFUSED);
    }
    json_reader_init(&r, response->body, arena);
    json_skip(&r);
    return json_finish(&r) ? OK : ERR(&AWSC_BAD_ANSWER);
}

static struct err decode_query(const struct httpc_response *http, struct arena *arena,
                               struct awsc_response *response)
{
    struct awsc_query_answer answer = {0};
    bool readable = awsc_query_decode(http->body, arena, &answer);
    response->body = readable ? answer.result : SLICE("{}");
    if (slice_is_set(answer.request_id))
        response->request_id = answer.request_id;
    if (http->status / 100 == 2)
        return readable ? OK : ERR(&AWSC_BAD_ANSWER);
    response->error_code = answer.code;
    response->message = answer.message;
    return ERR(&AWSC_REFUSED);
}

struct err awsc_answer_decode(const struct awsc_service *service, const struct httpc_response *http,
                              struct arena *arena, struct awsc_response *response)
{
    *response = (struct awsc_response){.status = http->status, .request_id = request_id(http)};
    struct err e = service->protocol == AWSC_QUERY ? decode_query(http, arena, response)
                                                   : decode_json(http, arena, response);
    if (e.info == &AWSC_REFUSED)
        name_by_status(response, arena);
    return e;
}

static bool is_listed(struct slice code, const struct slice *codes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq(code, codes[i]))
            return true;
    return false;
}

/* https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
enum awsc_verdict awsc_answer_judge(const struct awsc_response *response)
{
    static const struct slice throttling[] = {
        SLICE_INIT("BandwidthLimitExceeded"),
        SLICE_INIT("EC2ThrottledException"),
        SLICE_INIT("PriorRequestNotComplete"),
        SLICE_INIT("ProvisionedThroughputExceededException"),
        SLICE_INIT("RequestLimitExceeded"),
        SLICE_INIT("RequestThrottled"),
        SLICE_INIT("RequestThrottledException"),
        SLICE_INIT("SlowDown"),
        SLICE_INIT("ThrottledException"),
        SLICE_INIT("Throttling"),
        SLICE_INIT("ThrottlingException"),
        SLICE_INIT("TooManyRequestsException"),
        SLICE_INIT("TransactionInProgressException"),
    };
    static const struct slice skewed[] = {
        SLICE_INIT("AuthFailure"),          SLICE_INIT("InvalidSignatureException"),
        SLICE_INIT("RequestExpired"),       SLICE_INIT("RequestInTheFuture"),
        SLICE_INIT("RequestTimeTooSkewed"), SLICE_INIT("SignatureDoesNotMatch"),
    };
    static const struct slice transient[] = {
        SLICE_INIT("RequestTimeout"),
        SLICE_INIT("RequestTimeoutException"),
    };
    if (response->status / 100 == 2)
        return AWSC_FINAL;
    if (is_listed(response->error_code, throttling, ARRAY_LEN(throttling)) ||
        response->status == 429)
        return AWSC_THROTTLED;
    if (is_listed(response->error_code, skewed, ARRAY_LEN(skewed)))
        return AWSC_SKEWED;
    bool transient_status = response->status == 500 || response->status == 502 ||
                            response->status == 503 || response->status == 504;
    return transient_status || is_listed(response->error_code, transient, ARRAY_LEN(transient))
               ? AWSC_TRANSIENT
               : AWSC_FINAL;
}
