#pragma once
/*
 * A circuit breaker: after five failures in a row nobody asks for two seconds, then one caller
 * probes. Pure but for its lock; any thread. Times are clock_monotonic_micros.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define BREAKER_FAILURES 5
#define BREAKER_OPEN_MICROS 2000000

struct breaker {
    pthread_mutex_t lock;
    unsigned failures;
    bool open;
    bool probing;
    int64_t retry_at;
};

void breaker_init(struct breaker *breaker);
void breaker_done(struct breaker *breaker);

/* False: do not ask, the peer is down. True obliges the caller to report what came of it. */
bool breaker_allows(struct breaker *breaker, int64_t now);

/* True when this success ends a time of failures, however short. */
bool breaker_succeeded(struct breaker *breaker);

/* True when this failure opened the circuit. */
bool breaker_failed(struct breaker *breaker, int64_t now);
