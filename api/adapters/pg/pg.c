/* The pool, and statements run through it. */
#include "api/adapters/pg/pg.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/adapters/pg/connection.h"
#include "api/adapters/pg/errors.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

enum { retries_max = 5, retry_micros = 2000 };

struct pg {
    struct pg_options options;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct pg_connection *connections;
    struct pg_connection **idle; /* a stack: the warmest connection serves next */
    unsigned idle_count;
};

struct pg *pg_open(const struct pg_options *options)
{
    struct pg *pg = calloc(1, sizeof *pg);
    if (!pg)
        abort();
    pg->options = *options;
    pg->connections = calloc(options->connections, sizeof *pg->connections);
    pg->idle = calloc(options->connections, sizeof(struct pg_connection *));
    if (!pg->connections || !pg->idle)
        abort();
    pthread_mutex_init(&pg->lock, NULL);
    pthread_cond_init(&pg->returned, NULL);
    for (unsigned i = 0; i < options->connections; i++)
        pg->idle[pg->idle_count++] = &pg->connections[i];
    return pg;
}

void pg_close(struct pg *pg)
{
    if (!pg)
        return;
    for (unsigned i = 0; i < pg->options.connections; i++)
        pg_disconnect(&pg->connections[i]);
    pthread_cond_destroy(&pg->returned);
    pthread_mutex_destroy(&pg->lock);
    free(pg->connections);
    free(pg->idle);
    free(pg);
}

static struct pg_connection *take(struct pg *pg)
{
    int64_t began = 0;
    pthread_mutex_lock(&pg->lock);
    while (pg->idle_count == 0) {
        began = began ? began : clock_monotonic_micros();
        pthread_cond_wait(&pg->returned, &pg->lock);
    }
    struct pg_connection *connection = pg->idle[--pg->idle_count];
    pthread_mutex_unlock(&pg->lock);
    if (began)
        metrics_count(pg->options.metrics, COUNT_PG_POOL_WAIT_MICROS,
                      (uint64_t)(clock_monotonic_micros() - began));
    return connection;
}

static void give(struct pg *pg, struct pg_connection *connection)
{
    pthread_mutex_lock(&pg->lock);
    pg->idle[pg->idle_count++] = connection;
    pthread_cond_signal(&pg->returned);
    pthread_mutex_unlock(&pg->lock);
}

struct pg_param pg_number(struct arena *arena, int64_t value)
{
    return PG_TEXT(arena_printf(arena, "%lld", (long long)value));
}

/* One run of a statement on one connection. */
struct run {
    const struct pg_statement *statement;
    const char *values[pg_params_max];
    int lengths[pg_params_max];
    int formats[pg_params_max];
    int count;
    PGresult *result;
    struct pg_verdict verdict;
};

static void bind(struct run *run, const struct pg_param *params, int count, struct arena *arena)
{
    if (count > pg_params_max)
        abort();
    run->count = count;
    for (int i = 0; i < count; i++) {
        run->values[i] = params[i].value.ptr ? arena_cstr(arena, params[i].value) : NULL;
        run->lengths[i] = (int)params[i].value.len;
        run->formats[i] = params[i].binary;
    }
}

static bool is_prepared(const struct pg_connection *connection,
                        const struct pg_statement *statement)
{
    for (size_t i = 0; i < connection->prepared_count; i++)
        if (connection->prepared[i] == statement)
            return true;
    return false;
}

/* True when the result is a success; else the verdict is filled and the result kept. */
static bool accept(const struct pg *pg, const struct pg_connection *connection, struct run *run,
                   PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    PQclear(run->result);
    run->result = result;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return true;
    run->verdict = pg_judge(result);
    if (PQstatus(connection->conn) != CONNECTION_OK && run->verdict.info == &INTERNAL_ERROR)
        run->verdict = (struct pg_verdict){&OUTCOME_UNKNOWN, PG_RECONNECT};
    if (run->verdict.info->http_status >= 500)
        log_event(pg->options.log, LOG_WARN, "a statement failed",
                  LOG_TEXT("statement", slice_from_cstr(run->statement->name)),
                  LOG_TEXT("reason", slice_from_cstr(PQresultErrorMessage(result))));
    return false;
}

static bool prepare(const struct pg *pg, struct pg_connection *connection, struct run *run)
{
    if (is_prepared(connection, run->statement))
        return true;
    PGresult *result =
        PQprepare(connection->conn, run->statement->name, run->statement->sql, 0, NULL);
    if (!accept(pg, connection, run, result)) {
        if (run->verdict.info == &OUTCOME_UNKNOWN)
            run->verdict.info = &DATABASE_UNAVAILABLE; /* nothing but a PREPARE was sent */
        return false;
    }
    if (connection->prepared_count == pg_statements_max)
        abort();
    connection->prepared[connection->prepared_count++] = run->statement;
    return true;
}

static bool run_once(const struct pg *pg, struct pg_connection *connection, struct run *run)
{
    if (connection->conn && !pg_is_alive(connection))
        pg_disconnect(connection);
    if (connection->conn)
        pg_renew(&pg->options, connection);
    if (!connection->conn && failed(pg_connect(&pg->options, connection))) {
        run->verdict = (struct pg_verdict){&DATABASE_UNAVAILABLE, PG_GIVE_UP};
        return false;
    }
    if (!prepare(pg, connection, run))
        return false;
    PGresult *result =
        PQexecPrepared(connection->conn, run->statement->name, run->count,
                       (const char *const *)run->values, run->lengths, run->formats, 0);
    return accept(pg, connection, run, result);
}

/* Up to 2, 4, 8 ... ms, so that those who collided do not collide again. */
static void back_off(const struct pg *pg, int attempt)
{
    metrics_count(pg->options.metrics, COUNT_PG_RETRIES, 1);
    usleep((useconds_t)rand_below(pg->options.rand, (uint64_t)retry_micros << attempt));
}

static bool run_with_retries(const struct pg *pg, struct pg_connection *connection, struct run *run)
{
    bool reconnected = false;
    for (int attempt = 0;; attempt++) {
        if (run_once(pg, connection, run))
            return true;
        if (run->verdict.advice == PG_RECONNECT) {
            pg_disconnect(connection);
            bool harmless =
                run->statement->repeatable || run->verdict.info == &DATABASE_UNAVAILABLE;
            if (reconnected || !harmless)
                return false;
            reconnected = true;
        } else if (run->verdict.advice != PG_RETRY || attempt == retries_max) {
            return false;
        }
        back_off(pg, attempt);
    }
}

struct err pg_call(struct pg *pg, const struct pg_statement *statement,
                   const struct pg_param *params, int param_count, struct arena *arena,
                   struct pg_rows *rows, struct slice *detail)
{
    struct run run = {.statement = statement};
    bind(&run, params, param_count, arena);
    struct pg_connection *connection = take(pg);
    bool done = run_with_retries(pg, connection, &run);
    give(pg, connection);
    if (done) {
        *rows = (struct pg_rows){(struct pg_result *)run.result, arena, PQntuples(run.result)};
        return OK;
    }
    if (detail && run.result)
        *detail = arena_dup(
            arena, slice_from_cstr(PQresultErrorField(run.result, PG_DIAG_MESSAGE_DETAIL)));
    PQclear(run.result);
    return ERR(run.verdict.info);
}

static PGresult *result_of(const struct pg_rows *rows)
{
    return (PGresult *)rows->result;
}

void pg_rows_done(struct pg_rows *rows)
{
    PQclear(result_of(rows));
    rows->result = NULL;
}

bool pg_rows_is_null(const struct pg_rows *rows, int row, int column)
{
    return PQgetisnull(result_of(rows), row, column);
}

static struct slice borrowed(const struct pg_rows *rows, int row, int column)
{
    return (struct slice){PQgetvalue(result_of(rows), row, column),
                          (size_t)PQgetlength(result_of(rows), row, column)};
}

struct slice pg_rows_text(const struct pg_rows *rows, int row, int column)
{
    if (pg_rows_is_null(rows, row, column))
        return SLICE_NONE;
    return arena_dup(rows->arena, borrowed(rows, row, column));
}

struct slice pg_rows_bytes(const struct pg_rows *rows, int row, int column)
{
    if (pg_rows_is_null(rows, row, column))
        return SLICE_NONE;
    size_t len;
    unsigned char *bytes =
        PQunescapeBytea((const unsigned char *)PQgetvalue(result_of(rows), row, column), &len);
    if (!bytes)
        abort();
    struct slice copy = arena_dup(rows->arena, (struct slice){(const char *)bytes, len});
    PQfreemem(bytes);
    return copy;
}

int64_t pg_rows_number(const struct pg_rows *rows, int row, int column)
{
    int64_t value = 0;
    if (!pg_rows_is_null(rows, row, column) && !slice_to_i64(borrowed(rows, row, column), &value))
        abort(); /* a column that we declared a number */
    return value;
}

bool pg_rows_bool(const struct pg_rows *rows, int row, int column)
{
    return !pg_rows_is_null(rows, row, column) && slice_eq(borrowed(rows, row, column), SLICE("t"));
}
