#pragma once
/*
 * The numbered migrations, embedded into the program, each run once in a transaction of its own
 * under an advisory lock. What ran before must not differ from what is embedded.
 */
#include "api/adapters/pg/pg.h"

struct pg_migration {
    int number;
    const char *name;
    const char *sql;
};

extern const struct pg_migration PG_MIGRATIONS[];
extern const int PG_MIGRATION_COUNT;

#define PG_APPLICATION_ROLE "florin_app"

/*
 * `options` are those of the schema's owner (role NULL). `application_user` becomes a member of the
 * application's role. Fails with DATABASE_UNAVAILABLE or INTERNAL_ERROR; the reason is logged.
 */
struct err pg_migrate(const struct pg_options *options, const char *application_user);
