/* Which service, operation and protocol a request means, and how faults are named. */
#include "emulator/wire/query.h"
#include "emulator/wire/wire.h"
#include "emulator/wire/wire_forms.h"

const struct wire_protocol *const wire_protocols[PROTOCOL_COUNT] = {
    [PROTOCOL_AWS_JSON] = &wire_aws_json,
    [PROTOCOL_AWS_QUERY] = &wire_aws_query,
    [PROTOCOL_RPC_V2_CBOR] = &wire_rpc_v2_cbor,
};

static struct slice header(const struct wire_request *request, struct slice name)
{
    return http_header_find(request->headers, request->header_count, name);
}

static const struct service *find_by_target(const struct service *const *services,
                                            struct slice prefix)
{
    for (; *services; services++)
        if ((*services)->model->target_prefix.len &&
            slice_eq((*services)->model->target_prefix, prefix))
            return *services;
    return NULL;
}

/* "X-Amz-Target: TrentService.Encrypt" */
static bool route_target(const struct wire_request *request, const struct service *const *services,
                         struct wire_route *route)
{
    struct slice target = header(request, SLICE("x-amz-target"));
    ptrdiff_t dot = slice_last_index(target, '.');
    if (!slice_is_set(target))
        return false;
    route->protocol = PROTOCOL_AWS_JSON;
    route->service = find_by_target(services, slice_sub(target, 0, dot < 0 ? 0 : (size_t)dot));
    route->operation_name = slice_from(target, (size_t)(dot + 1));
    return true;
}

/* "/service/GraniteServiceVersion20100801/operation/PutMetricData" */
static bool route_rpc_v2(const struct wire_request *request, const struct service *const *services,
                         struct wire_route *route)
{
    struct slice rest = request->path;
    struct slice part[5];
    for (size_t i = 0; i < 5; i++)
        if (!slice_next(&rest, '/', &part[i]))
            return false;
    if (slice_is_set(rest) || !slice_eq(part[1], SLICE("service")) ||
        !slice_eq(part[3], SLICE("operation")))
        return false;
    route->protocol = PROTOCOL_RPC_V2_CBOR;
    route->service = find_by_target(services, part[2]);
    route->operation_name = part[4];
    return true;
}

/* A form names no service: the signature's scope does, else the API version that only one has. */
static const struct service *find_for_query(const struct service *const *services,
                                            struct slice signing_name, struct slice version)
{
    for (; *services; services++) {
        const struct service_model *model = (*services)->model;
        if (!(model->protocols & 1U << PROTOCOL_AWS_QUERY))
            continue;
        if (slice_is_set(signing_name) ? slice_eq(model->signing_name, signing_name)
                                       : slice_eq(model->api_version, version))
            return *services;
    }
    return NULL;
}

static bool route_query(const struct wire_request *request, const struct service *const *services,
                        struct arena *arena, struct wire_route *route)
{
    struct query_parameters parameters;
    if (!query_parse(request, arena, &parameters))
        return false;
    struct slice action = query_find(&parameters, SLICE("Action"));
    if (!slice_is_set(action))
        return false;
    route->protocol = PROTOCOL_AWS_QUERY;
    route->service =
        find_for_query(services, request->signing_name, query_find(&parameters, SLICE("Version")));
    route->operation_name = action;
    return true;
}

/* No operation is named, but the signature says whose answer the client expects. */
static bool route_scope(const struct wire_request *request, const struct service *const *services,
                        struct wire_route *route)
{
    for (; slice_is_set(request->signing_name) && *services; services++) {
        const struct service_model *model = (*services)->model;
        if (!slice_eq(model->signing_name, request->signing_name))
            continue;
        route->service = *services;
        route->protocol =
            model->protocols & 1U << PROTOCOL_AWS_QUERY ? PROTOCOL_AWS_QUERY : PROTOCOL_AWS_JSON;
        return true;
    }
    return false;
}

struct wire_route wire_route(const struct wire_request *request,
                             const struct service *const *services, struct arena *arena)
{
    struct wire_route route = {0};
    if (route_target(request, services, &route) || route_rpc_v2(request, services, &route) ||
        route_query(request, services, arena, &route) || route_scope(request, services, &route))
        return route;
    return (struct wire_route){0};
}

struct slice wire_content_type(enum protocol protocol, const struct service *service,
                               struct arena *arena)
{
    struct slice version = service ? service->model->json_version : SLICE("1.0");
    switch (protocol) {
    case PROTOCOL_AWS_JSON:
        return arena_join(arena, (const struct slice[]){SLICE("application/x-amz-json-"), version},
                          2);
    case PROTOCOL_AWS_QUERY:
        return SLICE("text/xml");
    case PROTOCOL_RPC_V2_CBOR:
        return SLICE("application/cbor");
    case PROTOCOL_COUNT:
        break;
    }
    return SLICE("application/octet-stream");
}

struct slice wire_fault_code(const struct call *call, enum protocol protocol)
{
    const struct fault *fault = call->fault;
    bool by_query = protocol == PROTOCOL_AWS_QUERY && fault->query_code;
    return slice_from_cstr(by_query ? fault->query_code : fault->info.code);
}

struct slice wire_fault_side(const struct fault *fault)
{
    return fault->info.http_status < 500 ? SLICE("Sender") : SLICE("Receiver");
}
