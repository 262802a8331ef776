/*
 * The pipeline. A stage that fails goes on at `encode`, so that a refused call is encoded, recorded
 * and answered like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/core/limits.h"
#include "emulator/gateway/exchange.h"
#include "emulator/model/validate.h"
#include "lib/enc/gzip.h"
#include "lib/enc/hash.h"
#include "lib/enc/json.h"

typedef struct err stage_function(struct gateway *gateway, struct exchange *x);

static struct err unpack(struct gateway *gateway, struct exchange *x);
static struct err route(struct gateway *gateway, struct exchange *x);
static struct err authenticate(struct gateway *gateway, struct exchange *x);
static struct err decode(struct gateway *gateway, struct exchange *x);
static struct err validate(struct gateway *gateway, struct exchange *x);
static struct err authorize(struct gateway *gateway, struct exchange *x);
static struct err meet_fault(struct gateway *gateway, struct exchange *x);
static struct err run(struct gateway *gateway, struct exchange *x);
static struct err encode(struct gateway *gateway, struct exchange *x);
static struct err record(struct gateway *gateway, struct exchange *x);
static struct slice decimal(struct arena *arena, uint64_t number)
{
    struct buf text;
    buf_init_arena(&text, arena, 20);
    buf_append_u64(&text, number);
    return buf_slice(&text);
}

static struct err send_answer(struct gateway *gateway, struct exchange *x);

static const struct stage {
    const char *name;
    stage_function *run;
    bool always; /* runs after a failure, too */
} stages[] = {
    {"admit",        gateway_admit, false},
    {"unpack",       unpack,        false},
    {"route",        route,         false},
    {"authenticate", authenticate,  false},
    {"decode",       decode,        false},
    {"validate",     validate,      false},
    {"authorize",    authorize,     false},
    {"fault",        meet_fault,    false},
    {"run",          run,           false},
    {"encode",       encode,        true },
    {"audit",        record,        true },
    {"send",         send_answer,   true },
};

static struct auth_request signed_part(const struct exchange *x)
{
    const struct clock system = clock_system();
    return (struct auth_request){.now_micros = clock_now(&system),
                                 .method = x->http->method,
                                 .path = x->http->path,
                                 .query = x->http->query,
                                 .body = x->http->body,
                                 .headers = x->http->headers,
                                 .header_count = x->http->header_count};
}

/*
 * SDKs compress what is long, PutMetricData above all. The signature is over the body as sent, and
 * a form must be readable before it can be routed.
 */
static struct err unpack(struct gateway *gateway, struct exchange *x)
{
    struct call *call = &x->call;
    if (!slice_eq_nocase(http_header_get(x->http, SLICE("content-encoding")), SLICE("gzip")))
        return OK;
    enum gzip_result result =
        gzip_decode(call->arena, x->http->body, BODY_BYTES_MAX, &x->wire.body);
    if (result == GZIP_OK)
        return OK;
    x->route = wire_route(&x->wire, gateway->services, call->arena);
    call->service = x->route.service;
    if (result == GZIP_TOO_LARGE)
        return fail(call, &FAULT_REQUEST_TOO_LARGE,
                    "The request body unpacks to more than Florin's limit of 16 MiB");
    return fail(call, &FAULT_SERIALIZATION, "The request body is not whole gzip data");
}

static const struct fault missing_action = {
    .info = {"UnknownOperationException", "no operation is named", 400},
    .query_code = "MissingAction",
    .common = true
};

/* What the caller most likely meant, since no operation was named in a form that AWS knows. */
static struct err unrecognised(struct exchange *x)
{
    struct slice service = x->wire.signing_name;
    if (slice_is_set(service) && !slice_is_set(x->route.operation_name))
        return fail(&x->call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement the AWS service '" SLICE_FMT "'",
                    SLICE_ARG(service));
    return fail(&x->call, &FAULT_UNKNOWN_OPERATION,
                "The request names no operation of a service that Florin has: send X-Amz-Target, "
                "an Action parameter, or a /service/NAME/operation/NAME path, as AWS's SDKs do");
}

static struct err route(struct gateway *gateway, struct exchange *x)
{
    struct call *call = &x->call;
    x->route = wire_route(&x->wire, gateway->services, call->arena);
    call->service = x->route.service;
    if (!call->service)
        return unrecognised(x);
    call->arena->wipes = call->service->keeps_secrets;
    if (!slice_is_set(x->route.operation_name))
        return fail(call, &missing_action, "The request must contain the parameter Action");
    call->operation = service_find_operation(call->service->model, x->route.operation_name);
    if (call->operation)
        return OK;
    if (x->route.protocol == PROTOCOL_AWS_QUERY)
        return fail(call, &FAULT_UNKNOWN_OPERATION,
                    "Could not find operation " SLICE_FMT " for version " SLICE_FMT,
                    SLICE_ARG(x->route.operation_name),
                    SLICE_ARG(call->service->model->api_version));
    return fail(call, &FAULT_UNKNOWN_OPERATION, "Unknown operation " SLICE_FMT,
                SLICE_ARG(x->route.operation_name));
}

static bool is_json(struct exchange *x)
{
    struct json_reader reader;
    json_reader_init(&reader, x->wire.body, x->call.arena);
    return x->wire.body.len == 0 || (json_skip(&reader) && json_finish(&reader));
}

static struct err authenticate(struct gateway *gateway, struct exchange *x)
{
    struct auth_request request = signed_part(x);
    struct err e = auth_check(gateway->options.auth, &x->call, &request);
    if (failed(e) && x->call.service->syntax_before_signature && !is_json(x))
        return fail(&x->call, &FAULT_SERIALIZATION, "The request body could not be parsed");
    return e;
}

static struct err decode(struct gateway *gateway, struct exchange *x)
{
    (void)gateway;
    struct call *call = &x->call;
    const struct operation *operation = call->operation;
    if (slice_is_set(operation->refusal))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement " SLICE_FMT ":" SLICE_FMT ": " SLICE_FMT,
                    SLICE_ARG(call->service->model->name), SLICE_ARG(operation->name),
                    SLICE_ARG(operation->refusal));
    if (!operation->run)
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement " SLICE_FMT ":" SLICE_FMT " yet",
                    SLICE_ARG(call->service->model->name), SLICE_ARG(operation->name));
    x->in = arena_zalloc(call->arena, operation->input ? operation->input->size : 1);
    x->out = arena_zalloc(call->arena, operation->output ? operation->output->size : 1);
    struct err e = wire_protocols[x->route.protocol]->decode(call, &x->wire, x->in);
    if (failed(e))
        x->in = NULL; /* half an input is none */
    return e;
}

static struct err validate(struct gateway *gateway, struct exchange *x)
{
    (void)gateway;
    const struct shape *input = x->call.operation->input;
    return input ? validate_input(&x->call, input, x->in) : OK;
}

static struct err authorize(struct gateway *gateway, struct exchange *x)
{
    (void)gateway;
    return gateway_authorize(&x->call);
}

static const struct fault dropped = {
    .info = {"ConnectionDropped", "a fault that was asked for", 500},
      .common = true
};

static struct err meet_fault(struct gateway *gateway, struct exchange *x)
{
    struct fault_effect effect;
    if (!faults_meet(gateway->faults, &x->call, x->in, &effect))
        return OK;
    x->response->delay_micros = effect.latency_micros;
    x->response->drop = effect.drop != DROP_NEVER;
    if (effect.error)
        return fail(&x->call, effect.error, SLICE_FMT, SLICE_ARG(effect.message));
    if (effect.drop == DROP_BEFORE)
        return fail(&x->call, &dropped, "Florin was asked to drop this call before it is run");
    return OK;
}

static struct err run(struct gateway *gateway, struct exchange *x)
{
    return gateway_run(gateway, &x->call, x->in, x->out);
}

static struct err encode(struct gateway *gateway, struct exchange *x)
{
    (void)gateway;
    struct call *call = &x->call;
    const struct wire_protocol *protocol = wire_protocols[x->route.protocol];
    if (!call->fault) {
        protocol->encode(call, x->out, &x->body);
        x->response->status = 200;
        if (!x->body.overflowed)
            return OK;
        buf_clear(&x->body);
        (void)fail(call, &FAULT_INTERNAL_FAILURE, "The answer is larger than %u bytes",
                   RESPONSE_BYTES_MAX)
            .info;
    }
    protocol->encode_fault(call, &x->body);
    x->response->status = call->fault->info.http_status;
    return OK;
}

static struct err record(struct gateway *gateway, struct exchange *x)
{
    gateway_audit(gateway, &x->call, x->in, x->route.protocol, x->http->client_address,
                  http_header_get(x->http, SLICE("user-agent")), x->started_micros,
                  x->response->status);
    return OK;
}

/* An SDK that decodes CBOR still names errors as the query protocol did, by this header. */
static void add_query_error(struct exchange *x)
{
    const struct call *call = &x->call;
    if (!call->fault || call->fault->common || !call->service->model->query_compatible ||
        x->route.protocol == PROTOCOL_AWS_QUERY)
        return;
    struct slice code =
        slice_from_cstr(call->fault->query_code ? call->fault->query_code : call->fault->info.code);
    struct slice side = wire_fault_side(call->fault);
    http_response_header(
        x->response, SLICE("x-amzn-query-error"),
        arena_printf(call->arena, SLICE_FMT ";" SLICE_FMT, SLICE_ARG(code), SLICE_ARG(side)));
}

static struct err send_answer(struct gateway *gateway, struct exchange *x)
{
    (void)gateway;
    struct call *call = &x->call;
    x->response->body = buf_slice(&x->body);
    http_response_header(x->response, SLICE("x-amzn-RequestId"), call->request_id);
    http_response_header(x->response, SLICE("Content-Type"),
                         wire_content_type(x->route.protocol, call->service, call->arena));
    if (x->route.protocol == PROTOCOL_RPC_V2_CBOR)
        http_response_header(x->response, SLICE("smithy-protocol"), SLICE("rpc-v2-cbor"));
    if (call->service && call->service->crc32_header)
        http_response_header(x->response, SLICE("x-amz-crc32"),
                             decimal(call->arena, crc32_ieee(x->response->body)));
    add_query_error(x);
    return OK;
}

static void begin(struct gateway *gateway, struct exchange *x, const struct http_request *request,
                  struct http_response *response)
{
    const struct platform *platform = gateway->options.platform;
    x->http = request;
    x->response = response;
    x->started_micros = clock_monotonic_micros();
    x->wire = (struct wire_request){.method = request->method,
                                    .path = request->path,
                                    .query = request->query,
                                    .body = request->body,
                                    .headers = request->headers,
                                    .header_count = request->header_count};
    x->call = (struct call){.arena = request->arena,
                            .platform = platform,
                            .account = platform->default_account,
                            .region = platform->default_region,
                            .now_micros = clock_now(platform->clock),
                            .request_id = rand_uuid4(&gateway->request_ids, request->arena)};
    /* What tells the service of a call that does not name it. */
    if (!slice_is_set(http_header_get(request, SLICE("x-amz-target")))) {
        struct auth_request part = signed_part(x);
        x->wire.signing_name = auth_scope_service(&part);
    }
    buf_init_arena(&x->body, request->arena, RESPONSE_BYTES_MAX);
}

void gateway_handle(void *context, const struct http_request *request,
                    struct http_response *response)
{
    struct gateway *gateway = context;
    struct exchange x = {0};
    bool has_failed = false;
    if (gateway_control(gateway, request, response))
        return;
    begin(gateway, &x, request, response);
    pthread_rwlock_rdlock(&gateway->state);
    for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
        if (has_failed && !stages[i].always)
            continue;
        struct err e = stages[i].run(gateway, &x);
        if (failed(e) && !x.call.fault)
            gateway_note_breakage(gateway, &x.call, e);
        has_failed = has_failed || failed(e);
    }
    pthread_rwlock_unlock(&gateway->state);
}
