#pragma once
/*
 * One call of one AWS operation: everything a handler may see, and nothing else.
 *
 * The gateway makes it, passes it down the pipeline and destroys it; it belongs to one thread.
 * All memory that a handler allocates comes from `arena` and dies with the call.
 */
#include <stdint.h>

#include "emulator/core/fault.h"
#include "emulator/core/identity.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/rand.h"

struct buckets;
struct call;
struct operation;
struct platform;
struct service;
struct store_connection;

struct call {
    struct arena *arena;
    const struct platform *platform;
    const struct service *service;
    const struct operation *operation;
    struct principal caller;
    struct slice account; /* whose state the call works on */
    struct slice region;
    struct slice request_id;
    int64_t now_micros; /* one instant for the whole call */

    int64_t due_micros; /* see call_due_at; 0: nothing */

    /* The service's database within the transaction that the .ops file names; NULL for `plain`. */
    struct store_connection *store;

    const struct fault *fault; /* set by fail() */
    const void *fault_members;
    struct slice fault_message;
};

/* Once this call has ended, its service wants its run_due at that moment or before. */
void call_due_at(struct call *call, int64_t micros);

/*
 * What every call shares; owned by main, constant while the server runs.
 *
 * call_internal lets one service call another without knowing it: the same validation, policy
 * check and audit record as a call from outside, made as the service named by `call->service`.
 * `in` and `out` are the callee's generated structs; a failure is the callee's, with its message
 * in `call`.
 */
struct platform {
    const struct clock *clock;
    struct rand *rand;
    struct slice default_account;
    struct slice default_region;
    /* How long resources take to be created, updated and deleted, in virtual time; 0: no time. */
    int64_t transition_micros;
    struct buckets *buckets;      /* what is throttled, by what is left of it; NULL: nothing is */
    unsigned char master_key[32]; /* seals key material at rest */
    struct err (*call_internal)(struct call *call, const char *service, const char *operation,
                                const void *in, void *out);
    /*
     * Puts on the record what a service did by itself: AWS's name of the event, the ARN of what it
     * was done to, and why it failed (absent: it did not), which the log tells too.
     */
    void (*record_event)(struct call *call, const char *event, struct slice resource,
                         struct slice problem);
    void *gateway;          /* call_internal's own */
    struct slice functions; /* where Lambda functions run: emulator/core/lambda.h */
};
