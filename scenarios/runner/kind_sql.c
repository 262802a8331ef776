/* sql: a statement with parameters, on the target's PostgreSQL. */
#include <string.h>

#include <libpq-fe.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "scenarios/runner/kind.h"
#include "scenarios/runner/worker.h"

enum { parameters_max = 100 };

/* pg_type.h's numbers of the types whose text is a JSON number or boolean. */
enum { oid_bool = 16, oid_int8 = 20, oid_int2 = 21, oid_int4 = 23, oid_numeric = 1700 };

static bool parse(const struct node *spec, struct complaints *complaints)
{
    static const char *const keys[] = {"query", "params"};
    if (!node_check_keys(spec, keys, ARRAY_LEN(keys), complaints))
        return false;
    unsigned before = complaints->count;
    const struct node *query = node_get(spec, "query");
    const struct node *params = node_get(spec, "params");
    if (!query || query->kind != NODE_SCALAR)
        complain(complaints, spec, "sql needs a query");
    if (params && (params->kind != NODE_LIST || params->count > parameters_max))
        complain(complaints, params, "params is a list of at most %d values for $1, $2 ...",
                 parameters_max);
    return complaints->count == before;
}

static void clear_result(PGresult **result)
{
    PQclear(*result);
}

/* Whole numbers are numbers, however wide; other numerics keep their text. */
static const struct value *cell(const PGresult *result, int row, int column, struct arena *arena)
{
    struct slice text = {PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column)};
    int64_t number;
    if (PQgetisnull(result, row, column))
        return value_null(arena);
    switch (PQftype(result, column)) {
    case oid_bool:
        return value_bool(arena, slice_eq(text, SLICE("t")));
    case oid_int8:
    case oid_int2:
    case oid_int4:
    case oid_numeric:
        if (slice_to_i64(text, &number))
            return value_number(arena, number);
        break;
    default:
        break;
    }
    return value_string(arena, arena_dup(arena, text));
}

static const struct value *rows_of(const PGresult *result, struct arena *arena)
{
    size_t columns = (size_t)PQnfields(result);
    struct value *rows = value_array(arena, (size_t)PQntuples(result));
    for (size_t i = 0; i < rows->count; i++) {
        struct value *row = value_object(arena, columns);
        for (size_t k = 0; k < columns; k++)
            value_put(row, k, arena_dup(arena, slice_from_cstr(PQfname(result, (int)k))),
                      cell(result, (int)i, (int)k, arena));
        value_put(rows, i, SLICE_NONE, row);
    }
    return rows;
}

static const struct value *document_of(PGresult *result, struct arena *arena)
{
    int64_t affected = 0;
    slice_to_i64(slice_from_cstr(PQcmdTuples(result)), &affected);
    struct value *document = value_object(arena, 3);
    value_put(document, 0, SLICE("rows"), rows_of(result, arena));
    value_put(document, 1, SLICE("count"), value_number(arena, PQntuples(result)));
    value_put(document, 2, SLICE("affected"), value_number(arena, affected));
    return document;
}

static int fill_parameters(const struct value *value, struct arena *arena, const char **texts)
{
    const struct value *params = value_get(value, SLICE("params"));
    size_t count = params ? params->count : 0;
    for (size_t i = 0; i < count; i++)
        texts[i] = params->items[i]->kind == VALUE_NULL
                       ? NULL
                       : arena_cstr(arena, value_to_text(params->items[i], arena));
    return (int)count;
}

static void read_failure(struct worker *worker, const PGresult *result, struct outcome *outcome)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    outcome->answered = state != NULL;
    outcome->document = value_null(worker->arena);
    outcome->error_code = arena_dup(worker->arena, slice_from_cstr(state));
    outcome->note =
        arena_dup(worker->arena, slice_from_cstr(message ? message : PQerrorMessage(worker->sql)));
    if (PQstatus(worker->sql) != CONNECTION_OK)
        worker_drop_sql(worker);
}

static void send(struct worker *worker, const struct value *value, struct outcome *outcome)
{
    const char *parameters[parameters_max];
    int64_t start = clock_monotonic_micros();
    int count = fill_parameters(value, worker->arena, parameters);
    struct pg_conn *sql = worker_sql(worker, &outcome->note);
    if (!sql)
        return;
    const char *query =
        arena_cstr(worker->arena, value_to_text(value_get(value, SLICE("query")), worker->arena));
    CLEANUP(clear_result)
    PGresult *result = PQexecParams(sql, query, count, NULL, parameters, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    outcome->elapsed_micros = clock_monotonic_micros() - start;
    outcome->succeeded = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!outcome->succeeded) {
        read_failure(worker, result, outcome);
        return;
    }
    outcome->answered = true;
    outcome->document = document_of(result, worker->arena);
}

const struct step_kind SQL_KIND = {
    .name = "sql",
    .help = "a statement: {query, params}; $ is {rows, count, affected}",
    .service = SERVICE_SQL,
    .parse = parse,
    .send = send,
};
