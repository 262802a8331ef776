#pragma once
/*
 * The balance cache on Redis. A value carries its account's version and the cache's epoch; a write
 * goes through a script that keeps whatever is newer, and lives for about 30 seconds. After a
 * failure the epoch is raised, so that nothing written before it is read.
 */
#include "api/adapters/redis/redis.h"
#include "api/ledger/ports.h"
#include "lib/base/rand.h"

struct redis_balances {
    struct redis *redis;
    struct rand *rand; /* a system source, for jitter */
};

/* The port borrows `balances`, which must outlive it. A NULL redis gives a port that always
 * bypasses. */
struct balance_cache redis_balance_cache(struct redis_balances *balances);
