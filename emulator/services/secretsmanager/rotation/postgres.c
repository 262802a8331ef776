/* Connections to a Postgres server by libpq, for the length of one step. */
#include "emulator/services/secretsmanager/rotation/postgres.h"

#include <libpq-fe.h>

#include "lib/base/attributes.h"

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

static struct slice run(struct arena *arena, PGconn *conn, const char *sql)
{
    CLEANUP(clear) PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return SLICE_NONE;
    return words_of(arena, PQerrorMessage(conn));
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
    CLEANUP(clear)
    PGresult *result = PQexecParams(conn, "SELECT 1 FROM pg_roles WHERE rolname = $1", 1, NULL,
                                    values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return words_of(arena, PQerrorMessage(conn));
    *exists = PQntuples(result) > 0;
    return SLICE_NONE;
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

static bool prepare(PGconn *conn, const char *role, const char *password, struct slice member_of,
                    struct change *change)
{
    CLEANUP(free_text) char *scrambled = PQencryptPasswordConn(conn, password, role, NULL);
    if (!scrambled)
        return false;
    change->role = PQescapeIdentifier(conn, role, strlen(role));
    change->verifier = PQescapeLiteral(conn, scrambled, strlen(scrambled));
    if (slice_is_set(member_of))
        change->member_of = PQescapeIdentifier(conn, member_of.ptr, member_of.len);
    return change->role && change->verifier && (change->member_of || !slice_is_set(member_of));
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
    if (PQstatus(conn) != CONNECTION_OK ||
        !prepare(conn, name, arena_cstr(arena, password), member_of, &change))
        return words_of(arena, PQerrorMessage(conn));
    if (slice_is_set(member_of)) {
        struct slice problem = role_exists(arena, conn, name, &exists);
        if (slice_is_set(problem))
            return problem;
    }
    if (!exists)
        return make_role(arena, conn, &change);
    struct slice sql =
        arena_printf(arena, "ALTER ROLE %s PASSWORD %s", change.role, change.verifier);
    return run(arena, conn, sql.ptr);
}
