#pragma once
/*
 * AWS's wire protocols over the same shape tables: bytes to an operation's input struct, its output
 * or a fault to bytes. No service knows by which protocol a call came.
 *
 * awsJson1.0/1.1  https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * awsQuery        https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 * rpcv2Cbor       https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
#include "emulator/core/call.h"
#include "emulator/core/service.h"
#include "emulator/model/shape.h"
#include "lib/base/buf.h"
#include "lib/base/http_header.h"

/* What routing and decoding read of a request; borrowed for the length of the call. */
struct wire_request {
    struct slice method;
    struct slice path;  /* still percent-encoded */
    struct slice query; /* absent without one */
    struct slice body;
    const struct http_header *headers;
    size_t header_count;
    struct slice signing_name; /* the service in the signature's scope; absent when unsigned */
};

/* Where a request goes. `service` is NULL when none was recognised. */
struct wire_route {
    enum protocol protocol;
    const struct service *service;
    struct slice operation_name; /* absent when the request names none */
};

struct wire_protocol {
    struct err (*decode)(struct call *call, const struct wire_request *request, void *in);
    void (*encode)(struct call *call, const void *out, struct buf *body);
    void (*encode_fault)(struct call *call, struct buf *body); /* reads call->fault */
};

extern const struct wire_protocol *const wire_protocols[PROTOCOL_COUNT];

/*
 * Recognises protocol, service and operation: X-Amz-Target, then the rpcv2 path, then a form's
 * Action; else the service alone, by the signature's scope. `services` ends with NULL.
 */
struct wire_route wire_route(const struct wire_request *request,
                             const struct service *const *services, struct arena *arena);

/* The media type of an answer, e.g. "application/x-amz-json-1.1". */
struct slice wire_content_type(enum protocol protocol, const struct service *service,
                               struct arena *arena);

/* The name of the call's fault as the protocol spells it, for the audit record too. */
struct slice wire_fault_code(const struct call *call, enum protocol protocol);

/*
 * The members of the call's input that its service has in the audit record, as a JSON object.
 * Absent when it has none there, or when they are longer than a record can hold.
 */
struct slice wire_audited(struct call *call, const void *in);

/* "Sender" or "Receiver": whose fault it is. */
struct slice wire_fault_side(const struct fault *fault);
