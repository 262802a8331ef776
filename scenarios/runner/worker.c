/* Connections. */
#include "scenarios/runner/worker.h"

#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>
#include <libpq-fe.h>

#include "lib/base/attributes.h"
#include "lib/enc/uri.h"

enum { connect_seconds = 3, command_seconds = 30, default_redis_port = 6379, probe_ms = 3000 };

void worker_init(struct worker *worker, const struct target *target, struct secrets *secrets)
{
    *worker = (struct worker){.target = target, .secrets = secrets};
}

void worker_drop_sql(struct worker *worker)
{
    PQfinish(worker->sql);
    worker->sql = NULL;
}

void worker_drop_redis(struct worker *worker)
{
    if (worker->redis)
        redisFree(worker->redis);
    worker->redis = NULL;
}

void worker_done(struct worker *worker)
{
    httpc_free(worker->http);
    awsc_free(worker->aws);
    worker_drop_sql(worker);
    worker_drop_redis(worker);
}

struct httpc *worker_http(struct worker *worker)
{
    if (!worker->http)
        worker->http = httpc_new();
    return worker->http;
}

struct awsc *worker_aws(struct worker *worker)
{
    struct slice endpoint = worker->target->aws_endpoint;
    if (!worker->aws)
        worker->aws = awsc_new(&(struct awsc_options){
            .region = worker->target->aws_region,
            .endpoint = slice_eq(endpoint, SLICE("aws")) ? SLICE_NONE : endpoint});
    return worker->aws;
}

struct pg_conn *worker_sql(struct worker *worker, struct slice *why)
{
    if (worker->sql)
        return worker->sql;
    struct slice text = worker->target->sql;
    struct slice timeout = arena_printf(worker->arena, "%d", connect_seconds);
    const char *const names[] = {"dbname", "connect_timeout", "application_name", NULL};
    const char *const values[] = {arena_cstr(worker->arena, text), timeout.ptr, "florin-scenarios",
                                  NULL};
    worker->sql = PQconnectdbParams(names, values, 1);
    if (PQstatus(worker->sql) == CONNECTION_OK)
        return worker->sql;
    *why = arena_dup(worker->arena, slice_trim(slice_from_cstr(PQerrorMessage(worker->sql))));
    worker_drop_sql(worker);
    return NULL;
}

struct redis_address {
    struct slice password;
    struct slice host;
    uint64_t port;
    uint64_t database;
};

/* redis://[[user]:password@]host[:port][/database] */
static bool parse_redis_url(struct slice url, struct arena *arena, struct redis_address *address)
{
    struct slice port = SLICE("6379");
    struct slice database = SLICE("0");
    struct slice user;
    if (!slice_starts_with(url, SLICE("redis://")))
        return false;
    url = slice_from(url, 8);
    ptrdiff_t at = slice_last_index(url, '@');
    if (at >= 0 &&
        (!slice_split_once(slice_sub(url, 0, (size_t)at), ':', &user, &address->password) ||
         !uri_decode(arena, address->password, false, &address->password)))
        return false;
    address->host = slice_from(url, (size_t)(at + 1));
    slice_split_once(address->host, '/', &address->host, &database);
    slice_split_once(address->host, ':', &address->host, &port);
    return address->host.len > 0 && slice_to_u64(port, &address->port) &&
           address->port <= UINT16_MAX &&
           slice_to_u64(database.len > 0 ? database : SLICE("0"), &address->database);
}

static bool say_to_redis(struct redisContext *redis, const char *word, struct slice argument)
{
    const char *words[] = {word, argument.ptr};
    const size_t lengths[] = {strlen(word), argument.len};
    redisReply *reply = redisCommandArgv(redis, 2, words, lengths);
    bool fine = reply && reply->type != REDIS_REPLY_ERROR;
    freeReplyObject(reply);
    return fine;
}

static bool enter_redis(struct worker *worker, const struct redis_address *address)
{
    struct timeval patience = {.tv_sec = command_seconds};
    redisSetTimeout(worker->redis, patience);
    if (slice_is_set(address->password) && !say_to_redis(worker->redis, "AUTH", address->password))
        return false;
    return address->database == 0 ||
           say_to_redis(worker->redis, "SELECT",
                        arena_printf(worker->arena, "%llu", (unsigned long long)address->database));
}

struct redisContext *worker_redis(struct worker *worker, struct slice *why)
{
    struct redis_address address = {.password = SLICE_NONE};
    struct timeval patience = {.tv_sec = connect_seconds};
    if (worker->redis)
        return worker->redis;
    if (!parse_redis_url(worker->target->redis, worker->arena, &address)) {
        *why = SLICE("REDIS_URL must be redis://[:password@]host:port[/database]");
        return NULL;
    }
    worker->redis = redisConnectWithTimeout(arena_cstr(worker->arena, address.host),
                                            (int)address.port, patience);
    if (worker->redis && !worker->redis->err && enter_redis(worker, &address))
        return worker->redis;
    *why = worker->redis && worker->redis->err
               ? arena_dup(worker->arena, slice_from_cstr(worker->redis->errstr))
               : SLICE("redis refuses the password or the database number");
    worker_drop_redis(worker);
    return NULL;
}

/* Any answer will do: what it says is for the suites. */
static bool reaches_http(struct worker *worker, struct slice url, struct slice *why)
{
    struct httpc_response response;
    struct httpc_request request = {
        .method = SLICE("GET"), .url = url, .connect_ms = probe_ms, .total_ms = probe_ms};
    if (!failed(httpc_send(worker_http(worker), &request, worker->arena, &response)))
        return true;
    *why = arena_printf(worker->arena, SLICE_FMT ": %s", SLICE_ARG(url),
                        httpc_error_text(worker_http(worker)));
    return false;
}

bool worker_reaches(struct worker *worker, enum service service, struct slice *why)
{
    switch (service) {
    case SERVICE_API:
        return reaches_http(
            worker,
            arena_printf(worker->arena, SLICE_FMT "/health/live", SLICE_ARG(worker->target->api)),
            why);
    case SERVICE_AWS:
        return slice_eq(worker->target->aws_endpoint, SLICE("aws")) ||
               reaches_http(worker, worker->target->aws_endpoint, why);
    case SERVICE_SQL:
        return worker_sql(worker, why) != NULL;
    case SERVICE_REDIS:
        return worker_redis(worker, why) != NULL;
    case SERVICE_NONE:
    case SERVICE_COUNT:
        break;
    }
    return true;
}
