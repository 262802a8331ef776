#pragma once
/* W3C Trace Context: the caller's trace goes on, or one begins here. */
#include "lib/base/arena.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"

struct trace {
    struct slice id;          /* 32 hexadecimal digits */
    struct slice traceparent; /* of this server's span */
};

/* `incoming` is the request's traceparent; one that is malformed or absent is passed over. */
struct trace trace_begin(struct arena *arena, struct rand *rand, struct slice incoming);
