#pragma once
/*
 * One thread's connections to the target, opened when a step first needs them and kept. A worker
 * belongs to one thread at a time.
 */
#include <stdint.h>

#include "lib/awsc/awsc.h"
#include "lib/httpc/httpc.h"
#include "scenarios/runner/target.h"

struct pg_conn;
struct redisContext;

struct worker {
    const struct target *target;
    struct secrets *secrets;
    struct arena *arena; /* of the outcome under way */
    struct httpc *http;
    struct awsc *aws;
    struct pg_conn *sql;
    struct redisContext *redis;
};

void worker_init(struct worker *worker, const struct target *target, struct secrets *secrets);
void worker_done(struct worker *worker);

struct httpc *worker_http(struct worker *worker); /* never NULL */
struct awsc *worker_aws(struct worker *worker);   /* never NULL */
/* NULL when there is no connection to be had; *why then says what went wrong. */
struct pg_conn *worker_sql(struct worker *worker, struct slice *why);
struct redisContext *worker_redis(struct worker *worker, struct slice *why);
void worker_drop_sql(struct worker *worker); /* the connection is broken */
void worker_drop_redis(struct worker *worker);

/* True when the service answers at all; else *why tells. */
bool worker_reaches(struct worker *worker, enum service service, struct slice *why);
