#pragma once
/*
 * The two kinds of failure in the emulator.
 *
 * A *fault* is part of an operation's contract (or of AWS's common errors) and reaches the client
 * in the form of its protocol: a handler returns `fail(call, &KMS_NOT_FOUND_EXCEPTION, "…", …)`.
 * A *breakage* is any other `struct err` (the store, memory, cryptography): the gateway logs it
 * once and answers 500 InternalFailure.
 */
#include "lib/base/attributes.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

struct call;
struct shape;

struct fault {
    struct err_info info;        /* code (the error shape's name), text, HTTP status */
    const char *query_code;      /* the code in query and XML answers, where it differs */
    const struct shape *members; /* set when the error shape has more than a message */
    bool common;                 /* one of AWS's errors that every service shares */
    const char *space;           /* stands before the code in __type, in place of the service's */
};

/* The words are formatted into the call's arena. Always returns the fault as an error. */
struct err fail(struct call *call, const struct fault *fault, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The same with the error shape's other members: `members` points to its generated struct. */
struct err fail_with(struct call *call, const struct fault *fault, const void *members,
                     const char *format, ...) PRINTF_LIKE(4, 5);

/* AWS's common errors: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
extern const struct fault FAULT_ACCESS_DENIED;
extern const struct fault FAULT_INTERNAL_FAILURE;
extern const struct fault FAULT_NOT_AUTHORIZED;
extern const struct fault FAULT_NOT_IMPLEMENTED; /* 501: AWS has it, Florin lacks it */
extern const struct fault FAULT_REQUEST_TOO_LARGE;
extern const struct fault FAULT_SERIALIZATION;
extern const struct fault FAULT_UNKNOWN_OPERATION;
extern const struct fault FAULT_VALIDATION;
