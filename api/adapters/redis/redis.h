#pragma once
/*
 * A Redis client of our own over hiredis' reader and formatter: the bytes travel over our socket,
 * so that time-outs are exact and TLS can be put under it. One command a round trip, 50 ms for all
 * of it. A client keeps a few connections; any thread may use it.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/log.h"
#include "lib/base/slice.h"

#define REDIS_TIMEOUT_MS 50

struct redis_options {
    const char *host;
    const char *port;
    unsigned database;
    unsigned connections;
    const struct log *log;
};

struct redis;

struct redis *redis_open(
    const struct redis_options *options); /* connects nothing yet; never NULL */
void redis_close(struct redis *redis);

enum redis_kind { REDIS_NIL, REDIS_TEXT, REDIS_NUMBER, REDIS_ERROR };

struct redis_answer {
    enum redis_kind kind;
    struct slice text; /* of a text or an error */
    long long number;
};

/*
 * False when no answer came in time, or while the circuit is open: the caller goes on without. An
 * error that Redis answers is an answer. `recovered`, where not NULL, tells that this answer is the
 * first after a failure: what was written in between is lost.
 */
bool redis_call(struct redis *redis, const struct slice *words, int count, struct arena *arena,
                struct redis_answer *answer, bool *recovered);
