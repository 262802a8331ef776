/* Connecting, with the credentials in force. */
#include "api/adapters/pg/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"

enum { connect_ms = 2000, patience_ms = 1000, pause_ms = 50, look_seconds = 5 };

/*
 * Every session's limits: no statement, lock or idle transaction may hold others up for long. Every
 * statement of ours finds its rows by key, so that a plan made once is the best plan.
 */
static const char *const session_limits = "-c statement_timeout=5000 -c lock_timeout=2000 "
                                          "-c idle_in_transaction_session_timeout=5000 "
                                          "-c search_path=public -c client_min_messages=warning "
                                          "-c plan_cache_mode=force_generic_plan";

enum attempt { ATTEMPT_CONNECTED, ATTEMPT_FAILED, ATTEMPT_BAD_CREDENTIALS };

static bool wait_for(PGconn *conn, PostgresPollingStatusType wanted, int64_t deadline)
{
    struct pollfd watched = {.fd = PQsocket(conn),
                             .events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT};
    int64_t left = (deadline - clock_monotonic_micros()) / 1000;
    return left > 0 && (poll(&watched, 1, (int)left) > 0 || errno == EINTR);
}

static bool finish_connecting(PGconn *conn)
{
    int64_t deadline = clock_monotonic_micros() + (int64_t)connect_ms * 1000;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
        if (!wait_for(conn, state, deadline))
            return false;
        state = PQconnectPoll(conn);
    }
    return state == PGRES_POLLING_OK;
}

static enum attempt attempt(const struct pg_options *options, const struct pg_credentials *who,
                            PGconn **result)
{
    char session[512];
    snprintf(session, sizeof session, "%s%s%s", session_limits, options->role ? " -c role=" : "",
             options->role ? options->role : "");
    const char *const names[] = {"host",
                                 "port",
                                 "user",
                                 "password",
                                 "dbname",
                                 "sslmode",
                                 "sslrootcert",
                                 "application_name",
                                 "options",
                                 "target_session_attrs",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 NULL};
    const char *const values[] = {who->host,
                                  who->port,
                                  who->user,
                                  who->password,
                                  who->dbname,
                                  options->sslmode,
                                  options->ca_file,
                                  "florin-api",
                                  session,
                                  "read-write",
                                  "5",
                                  "1",
                                  "5",
                                  NULL};
    PGconn *conn = PQconnectStartParams(names, values, 0);
    if (!conn)
        return ATTEMPT_FAILED;
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE); /* so that the message carries its SQLSTATE */
    if (PQstatus(conn) != CONNECTION_BAD && finish_connecting(conn)) {
        PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
        *result = conn;
        return ATTEMPT_CONNECTED;
    }
    const char *message = PQerrorMessage(conn);
    bool refused = strstr(message, "28P01") || strstr(message, "28000");
    log_event(options->log, LOG_WARN, "cannot connect to postgres",
              LOG_TEXT("host", slice_from_cstr(who->host)),
              LOG_TEXT("port", slice_from_cstr(who->port)),
              LOG_TEXT("reason", slice_from_cstr(message[0] ? message : "timed out")));
    PQfinish(conn);
    return refused ? ATTEMPT_BAD_CREDENTIALS : ATTEMPT_FAILED;
}

/* The credentials to try, in order: each next one only after the server refused the one before. */
static const struct {
    enum pg_stage stage;
    bool fresh;
} tries[] = {
    {PG_CURRENT,  false},
    {PG_CURRENT,  true },
    {PG_PREVIOUS, true },
};

static enum attempt try_all(const struct pg_options *options, size_t first, PGconn **conn)
{
    struct arena arena = {0};
    enum attempt result = ATTEMPT_BAD_CREDENTIALS;
    for (size_t i = first; i < ARRAY_LEN(tries) && result == ATTEMPT_BAD_CREDENTIALS; i++) {
        struct pg_credentials credentials;
        struct err known = options->credentials(options->credentials_context, tries[i].stage,
                                                tries[i].fresh, &arena, &credentials);
        if (!failed(known))
            result = attempt(options, &credentials, conn);
        else if (tries[i].stage == PG_CURRENT) /* a secret need not have a previous version */
            result = ATTEMPT_FAILED;
    }
    arena_done(&arena);
    return result;
}

/* While a rotation changes a user's own password, the server knows the new one a moment before
 * Secrets Manager calls it current: then no version of the secret opens the door. */
struct err pg_connect(const struct pg_options *options, struct pg_connection *connection)
{
    PGconn *conn = NULL;
    int64_t now = clock_monotonic_micros();
    int64_t deadline = now + (int64_t)patience_ms * 1000;
    enum attempt result = try_all(options, 0, &conn);
    while (result == ATTEMPT_BAD_CREDENTIALS && now < deadline) {
        usleep(pause_ms * 1000);
        result = try_all(options, 1, &conn);
        now = clock_monotonic_micros();
    }
    if (result != ATTEMPT_CONNECTED)
        return ERR(&DATABASE_UNAVAILABLE);
    *connection = (struct pg_connection){.conn = conn, .looked_micros = now};
    return OK;
}

static bool is_login_of(PGconn *conn, const struct pg_credentials *who)
{
    const char *password = PQpass(conn);
    return strcmp(PQuser(conn), who->user) == 0 && password && strcmp(password, who->password) == 0;
}

void pg_renew(const struct pg_options *options, struct pg_connection *connection)
{
    struct arena arena = {0};
    struct pg_credentials who;
    PGconn *conn = NULL;
    int64_t now = clock_monotonic_micros();
    if (now - connection->looked_micros < look_seconds * MICROS_PER_SECOND)
        return;
    connection->looked_micros = now;
    struct err known =
        options->credentials(options->credentials_context, PG_CURRENT, false, &arena, &who);
    if (!failed(known) && !is_login_of(connection->conn, &who) &&
        attempt(options, &who, &conn) == ATTEMPT_CONNECTED) {
        pg_disconnect(connection);
        *connection = (struct pg_connection){.conn = conn, .looked_micros = now};
    }
    arena_done(&arena);
}

void pg_disconnect(struct pg_connection *connection)
{
    PQfinish(connection->conn); /* takes NULL */
    *connection = (struct pg_connection){0};
}

/* What an idle server says is an end of file, or a notice; an end may stand behind a notice. */
static bool is_open(PGconn *conn)
{
    char byte;
    ssize_t got = recv(PQsocket(conn), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

bool pg_is_alive(const struct pg_connection *connection)
{
    char byte;
    PGconn *conn = connection->conn;
    if (PQstatus(conn) != CONNECTION_OK || !is_open(conn))
        return false;
    if (recv(PQsocket(conn), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
        return PQconsumeInput(conn) == 1 && PQstatus(conn) == CONNECTION_OK && is_open(conn);
    return true;
}
