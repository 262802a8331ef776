/* libmicrohttpd's callbacks turned into one handler call a request, on its thread or a worker's. */
#include "lib/httpd/httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/httpd/later.h"

/* Past 32 KiB libmicrohttpd maps a connection's memory, so that what it received goes with it. */
enum { listen_backlog = 1024, connection_memory_bytes = 36 * 1024, drain_poll_micros = 2000 };

const struct err_info HTTPD_BAD_ADDRESS = {
    "BadAddress", "the listen address must be HOST:PORT with a numeric port", 0};
const struct err_info HTTPD_CANNOT_LISTEN = {"CannotListen", "the address cannot be bound", 0};

/*
 * One request from its first line to its last sent byte. A connection has one exchange, which its
 * requests use in turn: they find the arena's memory and the client's address there.
 */
struct exchange {
    struct arena arena;
    struct http_request request;
    struct http_response response;
    struct buf body;
    struct httpd *server;
    struct MHD_Connection *connection;
    struct exchange *next;                                /* in the worker queue */
    char client[INET6_ADDRSTRLEN];                        /* the connection's peer */
    struct later_entry later;                             /* while its answer is held back */
    bool opened;                                          /* headers were read */
    bool answered;                                        /* the handler has run */
    struct http_header headers[HTTP_REQUEST_HEADERS_MAX]; /* last: not zeroed at the start */
};

struct httpd {
    struct httpd_options options;
    struct MHD_Daemon *daemon;
    char address[128];
    pthread_t *workers;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct exchange *first, *last; /* waiting for a worker */
    unsigned queued;
    unsigned active; /* exchanges that have not completed */
    struct later *later;
    bool draining; /* atomic: no new connections, and each answer is its connection's last */
    bool stopping;
};

struct slice http_header_get(const struct http_request *request, struct slice name)
{
    return http_header_find(request->headers, request->header_count, name);
}

void http_response_header(struct http_response *response, struct slice name, struct slice value)
{
    if (response->header_count == HTTP_RESPONSE_HEADERS_MAX)
        abort();
    response->headers[response->header_count++] = (struct http_header){name, value};
}

static enum MHD_Result keep_header(void *cls, enum MHD_ValueKind kind, const char *key,
                                   size_t key_size, const char *value, size_t value_size)
{
    (void)kind;
    struct exchange *x = cls;
    if (x->request.header_count == HTTP_REQUEST_HEADERS_MAX) {
        x->request.refusal = HTTP_REFUSED_TOO_MANY_HEADERS;
        return MHD_NO;
    }
    x->headers[x->request.header_count++] = (struct http_header){
        {key,                key_size  },
        {value ? value : "", value_size}
    };
    return MHD_YES;
}

static size_t count_headers(const struct http_request *request, struct slice name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += slice_eq_nocase(request->headers[i].name, name);
    return count;
}

static enum http_refusal judge_framing(const struct http_request *request, size_t body_bytes_max)
{
    size_t lengths = count_headers(request, SLICE("content-length"));
    size_t codings = count_headers(request, SLICE("transfer-encoding"));
    if (lengths > 1 || codings > 1 || (lengths && codings) ||
        count_headers(request, SLICE("host")) > 1)
        return HTTP_REFUSED_MALFORMED;
    if (codings &&
        !slice_eq_nocase(http_header_get(request, SLICE("transfer-encoding")), SLICE("chunked")))
        return HTTP_REFUSED_MALFORMED;
    uint64_t length = 0;
    if (lengths && !slice_to_u64(http_header_get(request, SLICE("content-length")), &length))
        return HTTP_REFUSED_MALFORMED;
    return length > body_bytes_max ? HTTP_REFUSED_BODY_TOO_LARGE : HTTP_ACCEPTED;
}

static void keep_client_address(struct exchange *x)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *client = info ? info->client_addr : NULL;
    if (!client)
        return;
    const void *bytes = client->sa_family == AF_INET6
                            ? (const void *)&((const struct sockaddr_in6 *)client)->sin6_addr
                            : (const void *)&((const struct sockaddr_in *)client)->sin_addr;
    (void)inet_ntop(client->sa_family, bytes, x->client, sizeof x->client);
}

static void open_exchange(struct exchange *x, const char *method)
{
    x->opened = true;
    x->request.method = slice_from_cstr(method);
    x->request.headers = x->headers;
    if (x->client[0])
        x->request.client_address = slice_from_cstr(x->client);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, keep_header, x);
    if (x->request.refusal == HTTP_ACCEPTED)
        x->request.refusal = judge_framing(&x->request, x->server->options.body_bytes_max);
    buf_init_arena(&x->body, &x->arena, x->server->options.body_bytes_max);
}

static bool is_draining(const struct httpd *server)
{
    return __atomic_load_n(&server->draining, __ATOMIC_ACQUIRE);
}

static enum MHD_Result accepts(void *cls, const struct sockaddr *address, socklen_t len)
{
    (void)address, (void)len;
    return is_draining(cls) ? MHD_NO : MHD_YES;
}

static enum MHD_Result send_response(struct exchange *x)
{
    struct http_response *out = &x->response;
    if (out->drop)
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        out->body.len, (void *)(uintptr_t)out->body.ptr, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < out->header_count; i++)
        MHD_add_response_header(response, arena_cstr(&x->arena, out->headers[i].name),
                                arena_cstr(&x->arena, out->headers[i].value));
    if (out->close || x->request.refusal != HTTP_ACCEPTED || is_draining(x->server))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result =
        MHD_queue_response(x->connection, (unsigned)(out->status ? out->status : 500), response);
    MHD_destroy_response(response);
    return result;
}

static void run_handler(struct exchange *x)
{
    x->server->options.handler(x->server->options.context, &x->request, &x->response);
    x->answered = true;
}

/* Sends the response now, or when its delay is over. */
static enum MHD_Result finish(struct exchange *x)
{
    int64_t delay = x->response.delay_micros;
    if (delay <= 0)
        return send_response(x);
    x->response.delay_micros = 0;
    x->later = (struct later_entry){.connection = x->connection,
                                    .at_micros = clock_monotonic_micros() + delay};
    return later_put(x->server->later, &x->later) ? MHD_YES : send_response(x);
}

static bool enqueue(struct httpd *server, struct exchange *x)
{
    pthread_mutex_lock(&server->lock);
    bool room = server->queued < server->options.queue_max;
    if (room) {
        if (server->last)
            server->last->next = x;
        else
            server->first = x;
        server->last = x;
        server->queued++;
        MHD_suspend_connection(x->connection);
        pthread_cond_signal(&server->work);
    }
    pthread_mutex_unlock(&server->lock);
    return room;
}

static struct exchange *dequeue(struct httpd *server)
{
    pthread_mutex_lock(&server->lock);
    while (!server->first && !server->stopping)
        pthread_cond_wait(&server->work, &server->lock);
    struct exchange *x = server->first;
    if (x) {
        server->first = x->next;
        if (!server->first)
            server->last = NULL;
        server->queued--;
    }
    pthread_mutex_unlock(&server->lock);
    return x;
}

static void *work(void *cls)
{
    struct httpd *server = cls;
    struct exchange *x;
    while ((x = dequeue(server))) {
        run_handler(x);
        MHD_resume_connection(x->connection);
    }
    return NULL;
}

static enum MHD_Result answer(struct exchange *x)
{
    x->request.body = buf_slice(&x->body);
    if (x->body.overflowed)
        x->request.refusal = HTTP_REFUSED_BODY_TOO_LARGE;
    if (x->request.refusal != HTTP_ACCEPTED) {
        x->request.body = SLICE_NONE;
        run_handler(x);
        return send_response(x);
    }
    if (x->server->options.workers > 0) {
        if (enqueue(x->server, x))
            return MHD_YES;
        x->request.refusal = HTTP_REFUSED_OVERLOADED;
    }
    run_handler(x);
    return finish(x);
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *upload,
                                 size_t *upload_size, void **request_cls)
{
    (void)cls, (void)connection, (void)url, (void)version;
    struct exchange *x = *request_cls;
    if (!x)
        return MHD_NO;
    if (!x->opened) {
        open_exchange(x, method);
        /* Answering before the body was read makes libmicrohttpd close the connection. */
        return x->request.refusal == HTTP_ACCEPTED ? MHD_YES : answer(x);
    }
    if (x->answered)
        return finish(x);
    if (*upload_size > 0) {
        buf_append(&x->body, (struct slice){upload, *upload_size});
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(x);
}

/* A connection begins or ends. Without memory for it, its requests are refused. */
static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct exchange *x = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (x)
            arena_done(&x->arena);
        free(x);
        return;
    }
    *socket_context = x = malloc(sizeof *x);
    if (!x)
        return;
    memset(x, 0, offsetof(struct exchange, headers));
    x->server = cls;
    x->connection = connection;
    keep_client_address(x);
}

/* The first callback of a request, and the only one that shows the target as it was sent. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct httpd *server = cls;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct exchange *x = info ? info->socket_context : NULL;
    if (!x)
        return NULL;
    x->request = (struct http_request){.arena = &x->arena};
    x->response = (struct http_response){0};
    x->next = NULL;
    x->opened = x->answered = false;
    x->request.target = arena_dup(&x->arena, slice_from_cstr(target));
    x->request.path = x->request.target;
    slice_split_once(x->request.target, '?', &x->request.path, &x->request.query);
    __atomic_add_fetch(&server->active, 1, __ATOMIC_RELAXED);
    return x;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **request_cls,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection, (void)code;
    struct httpd *server = cls;
    struct exchange *x = *request_cls;
    if (!x)
        return;
    arena_reset(&x->arena);
    *request_cls = NULL;
    __atomic_sub_fetch(&server->active, 1, __ATOMIC_RELAXED);
}

/* "HOST:PORT" or "[v6]:PORT" to a socket address. */
static struct err resolve(const char *listen_at, struct sockaddr_storage *address)
{
    struct slice text = slice_from_cstr(listen_at);
    ptrdiff_t colon = slice_last_index(text, ':');
    if (colon <= 0)
        return ERR(&HTTPD_BAD_ADDRESS);
    struct slice host = slice_sub(text, 0, (size_t)colon);
    if (slice_starts_with(host, SLICE("[")) && slice_ends_with(host, SLICE("]")))
        host = slice_sub(host, 1, host.len - 2);
    char name[NI_MAXHOST];
    snprintf(name, sizeof name, SLICE_FMT, SLICE_ARG(host));
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found;
    if (getaddrinfo(name, listen_at + colon + 1, &hints, &found) != 0)
        return ERR(&HTTPD_BAD_ADDRESS);
    memcpy(address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return OK;
}

static void keep_address(struct httpd *server, const struct sockaddr_storage *wanted)
{
    struct sockaddr_storage address = *wanted;
    socklen_t len = sizeof address;
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    if (info && info->listen_fd >= 0)
        getsockname(info->listen_fd, (struct sockaddr *)&address, &len);
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    if (getnameinfo((struct sockaddr *)&address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        snprintf(server->address, sizeof server->address,
                 address.ss_family == AF_INET6 ? "[%.100s]:%.6s" : "%.100s:%.6s", host, port);
}

static bool start_workers(struct httpd *server)
{
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->work, NULL);
    server->workers = calloc(server->options.workers + 1, sizeof *server->workers);
    for (unsigned i = 0; server->workers && i < server->options.workers; i++)
        if (pthread_create(&server->workers[i], NULL, work, server) != 0)
            return false;
    return server->workers != NULL;
}

static void free_server(struct httpd *server)
{
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_broadcast(&server->work);
    pthread_mutex_unlock(&server->lock);
    for (unsigned i = 0; server->workers && i < server->options.workers; i++)
        if (server->workers[i])
            pthread_join(server->workers[i], NULL);
    later_stop(server->later);
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    later_free(server->later);
    pthread_cond_destroy(&server->work);
    pthread_mutex_destroy(&server->lock);
    free(server->workers);
    free(server);
}

struct err httpd_start(const struct httpd_options *options, struct httpd **server)
{
    struct sockaddr_storage address = {0};
    TRY(resolve(options->listen, &address));
    struct httpd *s = calloc(1, sizeof *s);
    if (!s)
        return ERR(&HTTPD_CANNOT_LISTEN);
    s->options = *options;
    s->later = later_new();
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    if (start_workers(s))
        s->daemon = MHD_start_daemon(
            flags, 0, accepts, s, on_access, s, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
            MHD_OPTION_THREAD_POOL_SIZE, options->threads > 1 ? options->threads : 0,
            MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
            MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_CONNECTION_TIMEOUT,
            options->idle_seconds, MHD_OPTION_CONNECTION_LIMIT, options->connections_max,
            MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)listen_backlog,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)connection_memory_bytes,
            MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_END);
    if (!s->daemon) {
        int reason = errno;
        free_server(s);
        errno = reason;
        return ERR(&HTTPD_CANNOT_LISTEN);
    }
    keep_address(s, &address);
    *server = s;
    return OK;
}

struct slice httpd_address(const struct httpd *server)
{
    return slice_from_cstr(server->address);
}

void httpd_stop(struct httpd *server, unsigned drain_ms)
{
    if (!server)
        return;
    /* Not by MHD_quiesce_daemon: it and an event loop may both take the listener out of the loop's
       epoll set, and the second to do it ends the process. */
    __atomic_store_n(&server->draining, true, __ATOMIC_RELEASE);
    int64_t deadline = clock_monotonic_micros() + (int64_t)drain_ms * 1000;
    while (__atomic_load_n(&server->active, __ATOMIC_RELAXED) > 0 &&
           clock_monotonic_micros() < deadline)
        usleep(drain_poll_micros);
    free_server(server);
}
