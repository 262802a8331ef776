/* Running migrations. */
#include "api/adapters/pg/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "api/adapters/pg/connection.h"
#include "lib/enc/hash.h"
#include "lib/enc/hex.h"

/* Any number that no other program on the server is likely to take. */
#define MIGRATION_LOCK "7061011001"

static const char *const begin_work =
    "SET lock_timeout = 0; SET statement_timeout = 0; "
    "SELECT pg_advisory_lock(" MIGRATION_LOCK "); "
    "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, name text NOT NULL, "
    "sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

struct migrator {
    const struct pg_options *options;
    PGconn *conn;
    struct arena *arena;
};

static struct err complain(const struct migrator *m, const char *doing, PGresult *result)
{
    log_event(m->options->log, LOG_ERROR, "a migration failed",
              LOG_TEXT("doing", slice_from_cstr(doing)),
              LOG_TEXT("reason", slice_from_cstr(result ? PQresultErrorMessage(result)
                                                        : PQerrorMessage(m->conn))));
    PQclear(result);
    return ERR(&INTERNAL_ERROR);
}

static struct err execute(const struct migrator *m, const char *doing, const char *sql)
{
    PGresult *result = PQexec(m->conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return complain(m, doing, result);
    PQclear(result);
    return OK;
}

/* The first column of the first row; absent when there is none. */
static struct err query(const struct migrator *m, const char *sql, const char *const *values,
                        int count, struct slice *text)
{
    PGresult *result = PQexecParams(m->conn, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return complain(m, sql, result);
    *text = SLICE_NONE;
    if (PQntuples(result) > 0)
        *text = arena_dup(m->arena, slice_from_cstr(PQgetvalue(result, 0, 0)));
    PQclear(result);
    return OK;
}

static const char *digest(struct arena *arena, const char *sql)
{
    unsigned char hash[SHA256_BYTES];
    sha256(slice_from_cstr(sql), hash);
    return hex_encode(arena, (struct slice){(const char *)hash, sizeof hash}).ptr;
}

static struct err apply(const struct migrator *m, const struct pg_migration *migration,
                        const char *number, const char *sha256_text)
{
    struct slice ignored;
    const char *const values[] = {number, migration->name, sha256_text};
    TRY(execute(m, migration->name, "BEGIN"));
    TRY(execute(m, migration->name, migration->sql));
    TRY(query(m, "INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)", values,
              3, &ignored));
    TRY(execute(m, migration->name, "COMMIT"));
    log_event(m->options->log, LOG_INFO, "migration applied",
              LOG_NUMBER("number", migration->number),
              LOG_TEXT("name", slice_from_cstr(migration->name)));
    return OK;
}

static struct err apply_if_new(const struct migrator *m, const struct pg_migration *migration)
{
    struct slice known;
    const char *expected = digest(m->arena, migration->sql);
    const char *const number[] = {arena_printf(m->arena, "%d", migration->number).ptr};
    TRY(query(m, "SELECT sha256 FROM schema_migrations WHERE number = $1", number, 1, &known));
    if (!slice_is_set(known))
        return apply(m, migration, number[0], expected);
    if (slice_eq_cstr(known, expected))
        return OK;
    log_event(
        m->options->log, LOG_ERROR,
        "a migration that ran before differs from this program's; migrations are never edited",
        LOG_NUMBER("number", migration->number),
        LOG_TEXT("name", slice_from_cstr(migration->name)));
    return ERR(&INTERNAL_ERROR);
}

/* The application's login, and ours where this program serves with the owner's credentials. */
static struct err admit(const struct migrator *m, const char *application_user)
{
    struct slice grant;
    const char *const user[] = {application_user};
    TRY(query(m,
              "SELECT format('GRANT " PG_APPLICATION_ROLE " TO %I', $1::text) "
              "WHERE NOT pg_has_role($1::name, '" PG_APPLICATION_ROLE "', 'MEMBER')",
              user, 1, &grant));
    return slice_is_set(grant) ? execute(m, "granting the application's role", grant.ptr) : OK;
}

static struct err migrate_all(const struct migrator *m, const char *application_user)
{
    TRY(execute(m, "taking the lock", begin_work));
    for (int i = 0; i < PG_MIGRATION_COUNT; i++)
        TRY(apply_if_new(m, &PG_MIGRATIONS[i]));
    return admit(m, application_user);
}

struct err pg_migrate(const struct pg_options *options, const char *application_user)
{
    struct pg_connection connection;
    struct arena arena = {0};
    TRY(pg_connect(options, &connection));
    struct migrator m = {options, connection.conn, &arena};
    struct err result = migrate_all(&m, application_user);
    pg_disconnect(&connection); /* and with it the lock */
    arena_done(&arena);
    return result;
}
