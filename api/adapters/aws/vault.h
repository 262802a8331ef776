#pragma once
/*
 * The vault's port on KMS: a data key a customer, bound to tenant, customer and purpose by its
 * encryption context. With KMS down, keys that are cached still serve; else KMS_UNAVAILABLE.
 */
#include "api/adapters/aws/clients.h"
#include "api/adapters/aws/key_cache.h"
#include "api/ledger/ports.h"
#include "api/telemetry/metrics.h"
#include "lib/base/clock.h"
#include "lib/base/rand.h"

struct aws_vault {
    struct aws_clients *clients;
    struct key_cache *keys;
    struct slice kms_key; /* id, ARN or alias of the key that wraps data keys */
    struct metrics *metrics;
    const struct clock *clock;
    struct rand *rand; /* a system source */
    const struct log *log;
};

/* The port borrows `vault`, which must outlive it. */
struct vault aws_vault_port(struct aws_vault *vault);
