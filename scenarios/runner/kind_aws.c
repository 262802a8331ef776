/* aws: a signed call of a service's operation. */
#include "lib/awsc/service.h"
#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "scenarios/runner/kind.h"
#include "scenarios/runner/worker.h"

static bool parse(const struct node *spec, struct complaints *complaints)
{
    static const char *const keys[] = {"service", "operation", "input"};
    if (!node_check_keys(spec, keys, ARRAY_LEN(keys), complaints))
        return false;
    unsigned before = complaints->count;
    const struct node *service = node_get(spec, "service");
    const struct node *operation = node_get(spec, "operation");
    if (!service || !operation || operation->kind != NODE_SCALAR)
        complain(complaints, spec, "aws needs a service and an operation");
    else if (!awsc_service_find(service->text))
        complain(complaints, service,
                 "unknown service \"" SLICE_FMT "\"; services are named as in the AWS CLI",
                 SLICE_ARG(service->text));
    return complaints->count == before;
}

static void send(struct worker *worker, const struct value *value, struct outcome *outcome)
{
    struct arena *arena = worker->arena;
    struct awsc_response response;
    const struct value *input = value_get(value, SLICE("input"));
    int64_t start = clock_monotonic_micros();
    struct err e = awsc_call(worker_aws(worker), value_get(value, SLICE("service"))->text,
                             value_get(value, SLICE("operation"))->text,
                             input ? value_to_text(input, arena) : SLICE("{}"), arena, &response);
    const struct value *document = value_parse(arena, response.body);
    *outcome = (struct outcome){.answered = response.status != 0,
                                .succeeded = !failed(e),
                                .status = response.status,
                                .error_code = response.error_code,
                                .note = response.message,
                                .document = document ? document : value_null(arena),
                                .elapsed_micros = clock_monotonic_micros() - start};
    if (failed(e) && outcome->note.len == 0)
        outcome->note = slice_from_cstr(e.info->text);
}

const struct step_kind AWS_KIND = {
    .name = "aws",
    .help = "a signed call: {service, operation, input}",
    .service = SERVICE_AWS,
    .parse = parse,
    .send = send,
};
