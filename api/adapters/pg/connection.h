#pragma once
/* One connection to Postgres and what is prepared on it. Belongs to one thread at a time. */
#include <stdbool.h>

#include <libpq-fe.h>

#include "api/adapters/pg/pg.h"

enum { pg_statements_max = 64, pg_params_max = 24 };

struct pg_connection {
    PGconn *conn; /* NULL: not connected */
    const struct pg_statement *prepared[pg_statements_max];
    size_t prepared_count;
    int64_t looked_micros; /* monotonic: when its credentials were last compared */
};

/*
 * Connects by cached or fresh credentials, as pg.h says; where the server refuses them all, it asks
 * again for a second. Fails with DATABASE_UNAVAILABLE; the reason is logged.
 */
struct err pg_connect(const struct pg_options *options, struct pg_connection *connection);
void pg_disconnect(struct pg_connection *connection);

/*
 * Every few seconds: opens the connection anew where the credentials have changed since. One that
 * cannot be opened leaves the old one in use, which a rotation does not end.
 */
void pg_renew(const struct pg_options *options, struct pg_connection *connection);

/* False when the server has closed the connection since it was last used. */
bool pg_is_alive(const struct pg_connection *connection);
