#pragma once
/*
 * What a rotation does on a Postgres server. Each function opens a connection of its own and waits
 * for some seconds at most. They return an absent slice when done, else why not, in the server's
 * words where it has some. Passwords go to the server as SCRAM verifiers, so that they reach
 * neither its log nor its statistics.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct postgres_login {
    struct slice host;
    struct slice port;
    struct slice dbname;
    struct slice username;
    struct slice password;
    bool requires_tls;
};

/* Logs in and asks for the time. */
struct slice postgres_try(struct arena *arena, const struct postgres_login *login);

/*
 * As `login`, gives a role that password. Where `member_of` is set, a role that does not exist is
 * made, and granted that one.
 */
struct slice postgres_set_password(struct arena *arena, const struct postgres_login *login,
                                   struct slice role, struct slice password,
                                   struct slice member_of);
