/*
 * Fuzz target: routing, the three decoders, the validator and the encoders. The first byte picks
 * the protocol and the second the operation; the rest is the body.
 */
#include <stdint.h>

#include "emulator/core/service.h"
#include "emulator/model/validate.h"
#include "emulator/wire/wire.h"
#include "lib/base/attributes.h"

#define SERVICE(name) extern const struct service name##_service;
#include "emulator/services/services.def"
#undef SERVICE

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct service *const services[] = {
#define SERVICE(name) &name##_service,
#include "emulator/services/services.def"
#undef SERVICE
    NULL,
};

enum { body_bytes_max = 64 * 1024 };

/* The `index`th implemented operation, counted over all services. */
static bool pick(size_t index, struct call *call)
{
    for (size_t i = 0; services[i]; i++)
        for (size_t j = 0; j < services[i]->model->operation_count; j++) {
            const struct operation *operation = &services[i]->model->operations[j];
            if (operation->run && index-- == 0) {
                call->service = services[i];
                call->operation = operation;
                return true;
            }
        }
    return false;
}

static void run(struct call *call, enum protocol protocol, struct slice body)
{
    static const struct http_header form[] = {
        {SLICE_INIT("Content-Type"), SLICE_INIT("application/x-www-form-urlencoded")}
    };
    const struct wire_request request = {.method = SLICE("POST"),
                                         .path = slice_sub(body, 0, 256),
                                         .body = body,
                                         .headers = form,
                                         .header_count = 1};
    const struct shape *input = call->operation->input;
    void *in = arena_zalloc(call->arena, input ? input->size : 1);
    struct buf out;
    wire_route(&request, services, call->arena);
    struct err e = wire_protocols[protocol]->decode(call, &request, in);
    if (!failed(e) && input)
        e = validate_input(call, input, in);
    buf_init_arena(&out, call->arena, body_bytes_max * 8);
    if (failed(e)) {
        wire_protocols[protocol]->encode_fault(call, &out);
    } else if (input) {
        /* The input is as good as an output for the encoders: its shape says what it holds. */
        struct operation echo = *call->operation;
        echo.output = input;
        call->operation = &echo;
        wire_protocols[protocol]->encode(call, in, &out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct call call = {.arena = &arena, .account = SLICE("000000000000")};
    if (size >= 2 && size <= body_bytes_max && pick(data[1], &call)) {
        enum protocol protocol = data[0] % PROTOCOL_COUNT;
        if (call.service->model->protocols & 1U << protocol)
            run(&call, protocol, (struct slice){(const char *)data + 2, size - 2});
    }
    arena_done(&arena);
    return 0;
}
