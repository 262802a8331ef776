/* Running one operation: permission, transaction, record; for calls from outside and inside. */
#include <string.h>

#include "emulator/gateway/due.h"
#include "emulator/gateway/exchange.h"
#include "emulator/model/validate.h"

enum { event_bytes_max = 4096 };

struct err gateway_authorize(struct call *call)
{
    /* No identity but an account's root and the services themselves exists yet. */
    if (call->caller.is_root || call->caller.is_service)
        return OK;
    return fail(call, &FAULT_ACCESS_DENIED,
                "User: " SLICE_FMT " is not authorized to perform: " SLICE_FMT ":" SLICE_FMT
                " because no identity-based policy allows the action",
                SLICE_ARG(call->caller.arn), SLICE_ARG(call->service->model->signing_name),
                SLICE_ARG(call->operation->name));
}

static size_t index_of(const struct gateway *gateway, const struct service *service)
{
    size_t i = 0;
    while (gateway->services[i] != service)
        i++;
    return i;
}

static struct err begin(struct call *call, enum operation_kind kind)
{
    switch (kind) {
    case OPERATION_READ:
        return store_begin_read(call->store);
    case OPERATION_WRITE:
        return store_begin_write(call->store);
    case OPERATION_PLAIN:
        break;
    }
    return OK;
}

/* A write's instant is that of its turn, so that instants come in the order of commits. */
static struct err run_once(struct call *call, const void *in, void *out)
{
    TRY(begin(call, call->operation->kind));
    if (call->operation->kind == OPERATION_WRITE)
        call->now_micros = clock_now(call->platform->clock);
    TRY(call->operation->run(call, in, out));
    return call->operation->kind == OPERATION_PLAIN ? OK : store_commit(call->store);
}

/* A read during which something changed that is kept in memory begins anew: it has done nothing. */
static struct err run_and_commit(struct call *call, const void *in, void *out)
{
    struct err e = run_once(call, in, out);
    while (e.info == &STORE_CHANGED) {
        store_rollback(call->store);
        if (call->operation->output)
            memset(out, 0, call->operation->output->size);
        e = run_once(call, in, out);
    }
    return e;
}

struct err gateway_run(struct gateway *gateway, struct call *call, const void *in, void *out)
{
    size_t index = index_of(gateway, call->service);
    if (!gateway->stores[index])
        return call->operation->run(call, in, out);
    TRY(store_acquire(gateway->stores[index], &call->store));
    struct err e = run_and_commit(call, in, out);
    store_release(call->store); /* rolls back what was not committed */
    call->store = NULL;
    if (call->due_micros) /* after a failure too: a `plain` operation may have committed before it
                           */
        due_note(gateway->due, index, call->due_micros);
    return e;
}

static struct principal service_principal(const struct call *caller)
{
    struct slice name = caller->service->model->signing_name;
    return (struct principal){
        .account = caller->account,
        .arn = arena_printf(caller->arena, SLICE_FMT ".amazonaws.com", SLICE_ARG(name)),
        .user_id = name,
        .is_service = true,
    };
}

static struct err run_due_and_commit(struct call *call, int64_t *next_micros)
{
    TRY(begin(call, call->service->due_kind));
    TRY(call->service->run_due(call, next_micros));
    return call->service->due_kind == OPERATION_PLAIN ? OK : store_commit(call->store);
}

struct err gateway_run_due(struct gateway *gateway, size_t index, int64_t moment_micros,
                           struct arena *arena, int64_t *next_micros)
{
    const struct platform *platform = gateway->options.platform;
    struct call call = {.arena = arena,
                        .platform = platform,
                        .service = gateway->services[index],
                        .account = platform->default_account,
                        .region = platform->default_region,
                        .request_id = rand_uuid4(&gateway->request_ids, arena),
                        .now_micros = moment_micros};
    *next_micros = INT64_MAX;
    if (!store_exists(gateway->stores[index])) /* nothing was ever kept */
        return OK;
    call.caller = service_principal(&call);
    arena->wipes = call.service->keeps_secrets;
    TRY(store_acquire(gateway->stores[index], &call.store));
    struct err e = run_due_and_commit(&call, next_micros);
    while (e.info == &STORE_CHANGED) {
        store_rollback(call.store);
        e = run_due_and_commit(&call, next_micros);
    }
    store_release(call.store);
    if (failed(e))
        gateway_note_breakage(gateway, &call, e);
    return e;
}

void gateway_note_breakage(struct gateway *gateway, struct call *call, struct err e)
{
    const struct store *store =
        call->service ? gateway->stores[index_of(gateway, call->service)] : NULL;
    log_event(gateway->options.log, LOG_ERROR, "a call broke",
              LOG_TEXT("requestId", call->request_id),
              LOG_TEXT("service", call->service ? call->service->model->name : SLICE("")),
              LOG_TEXT("operation", call->operation ? call->operation->name : SLICE("")),
              LOG_TEXT("code", slice_from_cstr(e.info->code)),
              LOG_TEXT("reason", slice_from_cstr(e.info->text)),
              LOG_TEXT("store", slice_from_cstr(store ? store_error_text(store) : "")));
    struct err answer = fail(call, &FAULT_INTERNAL_FAILURE,
                             "The request processing has failed because of an unknown error");
    (void)answer.info;
}

void gateway_audit(struct gateway *gateway, struct call *call, const void *in,
                   enum protocol protocol, struct slice source, struct slice user_agent,
                   int64_t started_micros, int status)
{
    struct audit_record record = {
        .time_micros = call->now_micros,
        .duration_micros = clock_monotonic_micros() - started_micros,
        .request_id = call->request_id,
        .account = call->account,
        .region = call->region,
        .principal_arn = call->caller.arn,
        .access_key_id = call->caller.access_key_id,
        .service = call->service ? call->service->model->name : SLICE_NONE,
        .operation = call->operation ? call->operation->name : SLICE_NONE,
        .source = source,
        .user_agent = user_agent,
        .parameters = wire_audited(call, in),
        .status = status,
    };
    if (call->fault) {
        record.error_code = wire_fault_code(call, protocol);
        record.error_message = call->fault_message;
    }
    audit_append(gateway->options.audit, &record, call->arena);
}

static const struct service *find_service(const struct gateway *gateway, const char *name)
{
    for (size_t i = 0; gateway->services[i]; i++)
        if (slice_eq_cstr(gateway->services[i]->model->name, name))
            return gateway->services[i];
    return NULL;
}

/* Of a fault's effects only an error has a meaning between services. */
static struct err meet_fault(struct gateway *gateway, struct call *inner, const void *in)
{
    struct fault_effect effect;
    if (!faults_meet(gateway->faults, inner, in, &effect) || !effect.error)
        return OK;
    return fail(inner, effect.error, SLICE_FMT, SLICE_ARG(effect.message));
}

static struct err run_internal(struct gateway *gateway, struct call *inner, const void *in,
                               void *out)
{
    if (inner->operation->input)
        TRY(validate_input(inner, inner->operation->input, in));
    inner->arena->wipes |= inner->service->keeps_secrets;
    TRY(gateway_authorize(inner));
    TRY(meet_fault(gateway, inner, in));
    return gateway_run(gateway, inner, in, out);
}

struct err gateway_call_internal(struct call *call, const char *service, const char *operation,
                                 const void *in, void *out)
{
    struct gateway *gateway = call->platform->gateway;
    struct call inner = *call;
    int64_t started = clock_monotonic_micros();
    inner.service = find_service(gateway, service);
    inner.operation = inner.service
                          ? service_find_operation(inner.service->model, slice_from_cstr(operation))
                          : NULL;
    if (!inner.operation || !inner.operation->run)
        return fail(call, &FAULT_NOT_IMPLEMENTED, "Florin does not implement %s:%s yet", service,
                    operation);
    inner.caller = service_principal(call);
    inner.request_id = rand_uuid4(&gateway->request_ids, call->arena);
    inner.store = NULL;
    inner.due_micros = 0;
    struct err e = run_internal(gateway, &inner, in, out);
    if (failed(e) && !inner.fault)
        gateway_note_breakage(gateway, &inner, e);
    gateway_audit(gateway, &inner, in, PROTOCOL_AWS_JSON, inner.caller.arn, SLICE_NONE, started,
                  inner.fault ? inner.fault->info.http_status : 200);
    if (!failed(e))
        return OK;
    call->fault = inner.fault;
    call->fault_members = inner.fault_members;
    call->fault_message = inner.fault_message;
    return ERR(&inner.fault->info);
}

static struct slice event_parameters(struct arena *arena, struct slice resource)
{
    struct buf text;
    buf_init_arena(&text, arena, event_bytes_max);
    buf_append(&text, SLICE("{\"resource\":"));
    buf_append_quoted(&text, resource);
    buf_append_char(&text, '}');
    return buf_slice(&text);
}

void gateway_record_event(struct call *call, const char *event, struct slice resource,
                          struct slice problem)
{
    struct gateway *gateway = call->platform->gateway;
    struct principal self = service_principal(call);
    struct audit_record record = {
        .time_micros = call->now_micros,
        .request_id = rand_uuid4(&gateway->request_ids, call->arena),
        .account = call->account,
        .region = call->region,
        .principal_arn = self.arn,
        .service = call->service->model->name,
        .operation = slice_from_cstr(event),
        .source = self.arn,
        .parameters = event_parameters(call->arena, resource),
        .status = 200,
    };
    if (slice_is_set(problem)) {
        record.status = 500;
        record.error_code = record.operation;
        record.error_message = problem;
        log_event(gateway->options.log, LOG_WARN, event, LOG_TEXT("service", record.service),
                  LOG_TEXT("resource", resource), LOG_TEXT("reason", problem));
    }
    audit_append(gateway->options.audit, &record, call->arena);
}
