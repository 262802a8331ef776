#pragma once
/*
 * Who calls, and the port by which the check of signatures finds keys: the service that keeps
 * identities implements it and main joins the two, so that neither includes the other.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct principal {
    struct slice account;
    struct slice arn;     /* "arn:aws:iam::000000000000:root" */
    struct slice user_id; /* what GetCallerIdentity calls UserId */
    struct slice access_key_id;
    bool is_root;
    bool is_service; /* a service calling another, "kms" in arn's place */
};

struct access_key {
    struct slice secret;
    struct principal owner;
};

struct identity_port {
    void *context;
    /* False when no such key exists. The texts live in the arena or for ever. */
    bool (*find_key)(void *context, struct slice access_key_id, struct arena *arena,
                     struct access_key *key);
};
