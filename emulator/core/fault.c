/* Failing a call, and the errors that all services share. */
#include "emulator/core/fault.h"

#include <stdarg.h>

#include "emulator/core/call.h"

const struct fault FAULT_ACCESS_DENIED = {
    .info = {"AccessDeniedException", "access is denied", 400},
    .query_code = "AccessDenied",
    .common = true
};
const struct fault FAULT_INTERNAL_FAILURE = {
    .info = {"InternalFailure", "the emulator failed", 500},
    .query_code = "InternalFailure",
    .common = true
};
const struct fault FAULT_NOT_AUTHORIZED = {
    .info = {"NotAuthorizedException", "not authorized", 400},
    .query_code = "NotAuthorized",
    .common = true
};
const struct fault FAULT_NOT_IMPLEMENTED = {
    .info = {"NotImplementedException", "the operation is not implemented", 501},
    .query_code = "NotImplemented",
    .common = true
};
const struct fault FAULT_REQUEST_TOO_LARGE = {
    .info = {"RequestEntityTooLargeException", "the body is too large", 413},
    .query_code = "RequestEntityTooLarge",
    .common = true
};
const struct fault FAULT_SERIALIZATION = {
    .info = {"SerializationException", "the body is malformed", 400},
    .query_code = "MalformedInput",
    .common = true
};
const struct fault FAULT_UNKNOWN_OPERATION = {
    .info = {"UnknownOperationException", "no such operation", 400},
    .query_code = "InvalidAction",
    .common = true
};
const struct fault FAULT_VALIDATION = {
    .info = {"ValidationException", "the input is not valid", 400},
    .query_code = "ValidationError",
    .common = true
};

static struct err set(struct call *call, const struct fault *fault, const void *members,
                      const char *format, va_list arguments)
{
    call->fault = fault;
    call->fault_members = members;
    call->fault_message = arena_vprintf(call->arena, format, arguments);
    return ERR(&fault->info);
}

struct err fail(struct call *call, const struct fault *fault, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct err e = set(call, fault, NULL, format, arguments);
    va_end(arguments);
    return e;
}

struct err fail_with(struct call *call, const struct fault *fault, const void *members,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct err e = set(call, fault, members, format, arguments);
    va_end(arguments);
    return e;
}
