/* Connections to a Postgres server by libpq, for the length of one step. */
#include "emulator/services/secretsmanager/rotation/postgres.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include <libpq-fe.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"

enum { answer_seconds = 6 }; /* more than the statement_timeout below */

static void finish(PGconn **conn)
{
    PQfinish(*conn);
}

static void clear(PGresult **result)
{
    PQclear(*result);
}

static void free_text(char **text)
{
    PQfreemem(*text);
}

static struct slice words_of(struct arena *arena, const char *message)
{
    struct slice words = slice_trim(slice_from_cstr(message));
    return arena_dup(arena, words.len ? words : SLICE("the server gave no reason"));
}

static PGconn *open_session(struct arena *arena, const struct postgres_login *login)
{
    const char *const names[] = {"host",
                                 "port",
                                 "dbname",
                                 "user",
                                 "password",
                                 "sslmode",
                                 "connect_timeout",
                                 "application_name",
                                 "client_encoding",
                                 "options",
                                 NULL};
    const char *const values[] = {arena_cstr(arena, login->host),
                                  arena_cstr(arena, login->port),
                                  arena_cstr(arena, login->dbname),
                                  arena_cstr(arena, login->username),
                                  arena_cstr(arena, login->password),
                                  login->requires_tls ? "verify-full" : "prefer",
                                  "3",
                                  "florin-rotation",
                                  "UTF8",
                                  "-c statement_timeout=5000 -c lock_timeout=3000",
                                  NULL};
    return PQconnectdbParams(names, values, 0);
}

/* False when the deadline has passed, or the connection is lost. */
static bool wait_readable(PGconn *conn, int64_t deadline)
{
    struct pollfd watched = {.fd = PQsocket(conn), .events = POLLIN};
    int64_t left = (deadline - clock_monotonic_micros()) / 1000;
    return left > 0 && (poll(&watched, 1, (int)left) > 0 || errno == EINTR) && PQconsumeInput(conn);
}

/*
 * The last result of what was sent, like PQexec's; or NULL with `silent` set. libpq's own calls
 * wait for a server without an end, and a rotation must not.
 */
static PGresult *await(PGconn *conn, bool *silent)
{
    int64_t deadline = clock_monotonic_micros() + answer_seconds * MICROS_PER_SECOND;
    PGresult *last = NULL;
    PGresult *next = NULL;
    do {
        while (PQisBusy(conn))
            if (!wait_readable(conn, deadline)) {
                *silent = PQstatus(conn) == CONNECTION_OK;
                return last;
            }
        next = PQgetResult(conn);
        if (!next)
            return last;
        PQclear(last);
        last = next;
    } while (PQresultStatus(last) != PGRES_FATAL_ERROR);
    return last;
}

/* Absent when `sent` was answered well; the result is the caller's. */
static struct slice judge(struct arena *arena, PGconn *conn, int sent, PGresult **result)
{
    bool silent = false;
    *result = sent ? await(conn, &silent) : NULL;
    ExecStatusType status = PQresultStatus(*result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return SLICE_NONE;
    if (silent)
        return SLICE("the server does not answer");
    return words_of(arena, PQerrorMessage(conn));
}

static struct slice run(struct arena *arena, PGconn *conn, const char *sql)
{
    CLEANUP(clear) PGresult *result = NULL;
    return judge(arena, conn, PQsendQuery(conn, sql), &result);
}

struct slice postgres_try(struct arena *arena, const struct postgres_login *login)
{
    CLEANUP(finish) PGconn *conn = open_session(arena, login);
    if (PQstatus(conn) != CONNECTION_OK)
        return words_of(arena, PQerrorMessage(conn));
    return run(arena, conn, "SELECT now()");
}

static struct slice role_exists(struct arena *arena, PGconn *conn, const char *role, bool *exists)
{
    const char *const values[] = {role};
    CLEANUP(clear) PGresult *result = NULL;
    struct slice problem =
        judge(arena, conn,
              PQsendQueryParams(conn, "SELECT 1 FROM pg_roles WHERE rolname = $1", 1, NULL, values,
                                NULL, NULL, 0),
              &result);
    *exists = !slice_is_set(problem) && PQntuples(result) > 0;
    return problem;
}

/* What both statements need: the names quoted, and the verifier in place of the password. */
struct change {
    char *role;
    char *member_of;
    char *verifier;
};

static void free_change(struct change *change)
{
    free_text(&change->role);
    free_text(&change->member_of);
    free_text(&change->verifier);
}

static struct slice prepare(struct arena *arena, PGconn *conn, const char *role,
                            const char *password, struct slice member_of, struct change *change)
{
    CLEANUP(clear) PGresult *method = NULL;
    struct slice problem =
        judge(arena, conn, PQsendQuery(conn, "SHOW password_encryption"), &method);
    if (slice_is_set(problem))
        return problem;
    CLEANUP(free_text)
    char *scrambled = PQencryptPasswordConn(conn, password, role, PQgetvalue(method, 0, 0));
    if (!scrambled)
        return words_of(arena, PQerrorMessage(conn));
    change->role = PQescapeIdentifier(conn, role, strlen(role));
    change->verifier = PQescapeLiteral(conn, scrambled, strlen(scrambled));
    if (slice_is_set(member_of))
        change->member_of = PQescapeIdentifier(conn, member_of.ptr, member_of.len);
    bool done = change->role && change->verifier && (change->member_of || !slice_is_set(member_of));
    return done ? SLICE_NONE : words_of(arena, PQerrorMessage(conn));
}

static struct slice make_role(struct arena *arena, PGconn *conn, const struct change *change)
{
    struct slice sql =
        arena_printf(arena, "CREATE ROLE %s WITH LOGIN PASSWORD %s; GRANT %s TO %s", change->role,
                     change->verifier, change->member_of, change->role);
    return run(arena, conn, sql.ptr); /* one message is one transaction */
}

struct slice postgres_set_password(struct arena *arena, const struct postgres_login *login,
                                   struct slice role, struct slice password, struct slice member_of)
{
    CLEANUP(free_change) struct change change = {0};
    CLEANUP(finish) PGconn *conn = open_session(arena, login);
    const char *name = arena_cstr(arena, role);
    bool exists = true;
    if (PQstatus(conn) != CONNECTION_OK)
        return words_of(arena, PQerrorMessage(conn));
    struct slice problem =
        prepare(arena, conn, name, arena_cstr(arena, password), member_of, &change);
    if (!slice_is_set(problem) && slice_is_set(member_of))
        problem = role_exists(arena, conn, name, &exists);
    if (slice_is_set(problem))
        return problem;
    if (!exists)
        return make_role(arena, conn, &change);
    struct slice sql =
        arena_printf(arena, "ALTER ROLE %s PASSWORD %s", change.role, change.verifier);
    return run(arena, conn, sql.ptr);
}
