#pragma once
/* What florin-api does besides serving: migrate, create-owner. Each gives the exit code. */
#include "api/adapters/aws/clients.h"
#include "api/adapters/pg/pg.h"
#include "api/config.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/rand.h"

/* What every command needs, made by main. */
struct program {
    const struct config *config;
    const struct log *log;
    const struct clock *clock;
    struct rand *rand;
    struct metrics *metrics;
    struct aws_clients *aws;
    struct secret *database_secret;
    struct secret *migration_secret; /* may be the same */
};

/* The options of a pool on one of the two secrets. */
struct pg_options program_pg_options(const struct program *program, struct secret *secret,
                                     const char *role, unsigned connections);

/* Runs the migrations as the schema's owner. Waits up to half a minute for a database that starts.
 */
struct err program_migrate(const struct program *program);

int command_migrate(const struct program *program);
int command_create_owner(const struct program *program);
