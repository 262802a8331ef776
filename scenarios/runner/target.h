#pragma once
/*
 * Where a run's steps go: from a targets file (scenarios/README.md), or else from the environment
 * that scripts/up leaves. Read once, never changed; lives in its arena.
 */
#include "scenarios/runner/kind.h"

struct target {
    struct slice name;
    struct slice api;          /* "http://127.0.0.1:8080", without a slash at its end */
    struct slice aws_endpoint; /* "aws": AWS itself, and then the file must say so */
    struct slice aws_region;
    struct slice sql;           /* a libpq connection string */
    struct slice redis;         /* redis://[:password@]host:port[/db] */
    const struct value *values; /* an object: what ${target:NAME} finds */
};

/*
 * AWS_ENDPOINT_URL, AWS_REGION, FLORIN_API_URL, DATABASE_URL, REDIS_URL; FLORIN_API_USER and
 * FLORIN_API_PASSWORD as the values `user` and `password`.
 */
void target_from_environment(struct arena *arena, struct secrets *secrets, struct target *target);

/* False after complaints. */
bool target_parse(struct slice text, struct surroundings *surroundings, struct arena *arena,
                  struct complaints *complaints, struct target *target);

/* True when the target names the service; else *advice tells how to. */
bool target_has(const struct target *target, enum service service, const char **advice);
