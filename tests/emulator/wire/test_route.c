#include <criterion/criterion.h>

#include "emulator/wire/wire.h"
#include "lib/base/attributes.h"

static const struct service_model kms = {.name = SLICE_INIT("kms"),
                                         .target_prefix = SLICE_INIT("TrentService"),
                                         .protocols = 1U << PROTOCOL_AWS_JSON};
static const struct service_model sts = {.name = SLICE_INIT("sts"),
                                         .signing_name = SLICE_INIT("sts"),
                                         .api_version = SLICE_INIT("2011-06-15"),
                                         .protocols = 1U << PROTOCOL_AWS_QUERY};
static const struct service_model metrics = {.name = SLICE_INIT("cloudwatch"),
                                             .signing_name = SLICE_INIT("monitoring"),
                                             .target_prefix = SLICE_INIT("Granite"),
                                             .api_version = SLICE_INIT("2010-08-01"),
                                             .protocols = ~0U};
static const struct service kms_service = {.model = &kms};
static const struct service sts_service = {.model = &sts};
static const struct service metrics_service = {.model = &metrics};
static const struct service *const services[] = {&kms_service, &sts_service, &metrics_service,
                                                 NULL};

static const struct http_header form[] = {
    {SLICE_INIT("Content-Type"), SLICE_INIT("application/x-www-form-urlencoded; charset=utf-8")}
};
static const struct http_header target[] = {
    {SLICE_INIT("X-Amz-Target"), SLICE_INIT("TrentService.Encrypt")}
};
static const struct http_header foreign[] = {
    {SLICE_INIT("X-Amz-Target"), SLICE_INIT("Nobody.Encrypt")}
};

static void expect_route(struct wire_request request, const struct service *service,
                         enum protocol protocol, struct slice operation)
{
    struct arena arena = {0};
    struct wire_route route = wire_route(&request, services, &arena);
    cr_expect_eq(route.service, service);
    cr_expect_eq(route.protocol, protocol);
    cr_expect(slice_eq(route.operation_name, operation), SLICE_FMT,
              SLICE_ARG(route.operation_name));
    arena_done(&arena);
}

Test(route, a_target_header_names_service_and_operation)
{
    expect_route((struct wire_request){.headers = target, .header_count = 1}, &kms_service,
                 PROTOCOL_AWS_JSON, SLICE("Encrypt"));
    expect_route((struct wire_request){.headers = foreign, .header_count = 1}, NULL,
                 PROTOCOL_AWS_JSON, SLICE("Encrypt"));
}

Test(route, a_path_names_them_in_rpc_v2)
{
    expect_route((struct wire_request){.path = SLICE("/service/Granite/operation/PutMetricData")},
                 &metrics_service, PROTOCOL_RPC_V2_CBOR, SLICE("PutMetricData"));
    expect_route((struct wire_request){.path = SLICE("/service/Granite/operation/A/B")}, NULL,
                 PROTOCOL_AWS_JSON, SLICE(""));
}

Test(route, a_form_names_the_operation_and_the_signature_or_version_the_service)
{
    struct wire_request request = {.method = SLICE("POST"),
                                   .headers = form,
                                   .header_count = 1,
                                   .body = SLICE("Action=GetIt&Version=2010-08-01")};
    expect_route(request, &metrics_service, PROTOCOL_AWS_QUERY, SLICE("GetIt"));
    request.signing_name = SLICE("sts");
    expect_route(request, &sts_service, PROTOCOL_AWS_QUERY, SLICE("GetIt"));
    request = (struct wire_request){.method = SLICE("GET"),
                                    .query = SLICE("Version=2011-06-15&Action=Who%41mI")};
    expect_route(request, &sts_service, PROTOCOL_AWS_QUERY, SLICE("WhoAmI"));
}

Test(route, what_names_nothing_goes_nowhere)
{
    struct wire_request bad[] = {
        {.method = SLICE("GET"),  .path = SLICE("/")},
        {.method = SLICE("POST"), .headers = form,    .header_count = 1, .body = SLICE("a=%4")},
        {.method = SLICE("POST"),  .headers = form,                    .header_count = 1, .body = SLICE("")},
        {.method = SLICE("POST"),       .body = SLICE("Action=GetIt")},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_route(bad[i], NULL, PROTOCOL_AWS_JSON, SLICE(""));
}
