#pragma once
/*
 * Postgres by libpq: a pool of connections, prepared statements, and one call a round trip.
 *
 * A connection is opened when it is first needed and again when it was lost. Sessions run as the
 * application's role, which can write through the schema's functions alone. When the server refuses
 * the credentials, fresh ones are fetched, then the ones before them are tried, for a second: that
 * is what a rotation of a secret looks like from here. Connections that are open take the changed
 * credentials when they are next idle, one by one; no request fails for it.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/ledger/fault.h"
#include "api/telemetry/metrics.h"
#include "lib/base/arena.h"
#include "lib/base/attributes.h"
#include "lib/base/err.h"
#include "lib/base/log.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"

/* NUL-terminated, in the arena of the call. */
struct pg_credentials {
    const char *user;
    const char *password;
    const char *host;
    const char *port;
    const char *dbname;
};

enum pg_stage { PG_CURRENT, PG_PREVIOUS }; /* Secrets Manager's staging labels */

/* `fresh`: not from a cache. Any thread. */
typedef struct err pg_credentials_source(void *context, enum pg_stage stage, bool fresh,
                                         struct arena *arena, struct pg_credentials *credentials);

struct pg_options {
    unsigned connections;
    const char *role;    /* NULL: the login's own, for migrations */
    const char *sslmode; /* libpq's words; "prefer" */
    const char *ca_file; /* NULL: libpq's default */
    pg_credentials_source *credentials;
    void *credentials_context;
    const struct log *log;
    struct metrics *metrics;
    struct rand *rand; /* a system source, for jitter */
};

struct pg;

struct pg *pg_open(const struct pg_options *options); /* connects nothing yet; never NULL */
void pg_close(struct pg *pg);                         /* no call may be under way */

struct pg_statement {
    const char *name; /* unique: it names the prepared statement */
    const char *sql;
    bool repeatable; /* running it twice does what running it once does */
};

struct pg_param {
    struct slice value; /* absent: NULL */
    bool binary;        /* bytea */
};

#define PG_TEXT(slice_value) ((struct pg_param){.value = (slice_value)})
#define PG_BYTES(slice_value) ((struct pg_param){.value = (slice_value), .binary = true})
struct pg_param pg_number(struct arena *arena, int64_t value);

/* A statement's rows; free them with pg_rows_done, at best by CLEANUP. */
struct pg_rows {
    struct pg_result *result;
    struct arena *arena; /* texts are copied there */
    int count;
};

void pg_rows_done(struct pg_rows *rows);
struct slice pg_rows_text(const struct pg_rows *rows, int row, int column); /* absent: NULL */
struct slice pg_rows_bytes(const struct pg_rows *rows, int row, int column);
int64_t pg_rows_number(const struct pg_rows *rows, int row, int column); /* NULL gives 0 */
bool pg_rows_bool(const struct pg_rows *rows, int row, int column);
bool pg_rows_is_null(const struct pg_rows *rows, int row, int column);

/*
 * Runs the statement in a transaction of its own. Serialization failures and deadlocks are retried
 * up to five times with jitter, a lost connection once where the statement is repeatable. `rows` is
 * set on success. On failure `detail`, where not NULL, gets the error's DETAIL.
 *
 * DATABASE_UNAVAILABLE: nothing happened. OUTCOME_UNKNOWN: the connection was lost after the call
 * was sent. Else what the SQLSTATE says (errors.c).
 */
struct err pg_call(struct pg *pg, const struct pg_statement *statement,
                   const struct pg_param *params, int param_count, struct arena *arena,
                   struct pg_rows *rows, struct slice *detail);
