#pragma once
/*
 * What handlers work with: the ports, joined to their adapters by main.c. Constant after start;
 * shared by all workers.
 */
#include <stdbool.h>

#include <stdatomic.h>

#include "api/auth/password.h"
#include "api/auth/ports.h"
#include "api/ledger/ports.h"
#include "api/telemetry/metrics.h"
#include "lib/base/clock.h"
#include "lib/base/rand.h"

struct services {
    const struct ledger_store *ledger;
    const struct balance_cache *cache;
    const struct vault *vault;
    const struct user_store *users;
    const struct session_store *sessions;
    struct password_gate *passwords;
    const struct clock *clock;
    struct rand *rand; /* a system source */
    struct metrics *metrics;
    struct slice cursor_secret;
    const char *version;
    const atomic_bool *draining; /* set by the main thread: the server is about to stop */
};
