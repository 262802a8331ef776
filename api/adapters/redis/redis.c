/* Sockets, time-outs and hiredis' codec. */
#include "api/adapters/redis/redis.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "api/adapters/redis/breaker.h"
#include "lib/base/clock.h"

enum { words_max = 32, read_bytes = 16 * 1024 };

struct link {
    int fd; /* -1: not connected */
    redisReader *reader;
};

struct redis {
    struct redis_options options;
    struct breaker breaker;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct link *links;
    struct link **idle;
    unsigned idle_count;
};

struct redis *redis_open(const struct redis_options *options)
{
    struct redis *redis = calloc(1, sizeof *redis);
    if (!redis)
        abort();
    redis->options = *options;
    redis->links = calloc(options->connections, sizeof *redis->links);
    redis->idle = calloc(options->connections, sizeof(struct link *));
    if (!redis->links || !redis->idle)
        abort();
    for (unsigned i = 0; i < options->connections; i++) {
        redis->links[i].fd = -1;
        redis->idle[redis->idle_count++] = &redis->links[i];
    }
    breaker_init(&redis->breaker);
    pthread_mutex_init(&redis->lock, NULL);
    pthread_cond_init(&redis->returned, NULL);
    return redis;
}

static void hang_up(struct link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    if (link->reader)
        redisReaderFree(link->reader);
    *link = (struct link){.fd = -1};
}

void redis_close(struct redis *redis)
{
    if (!redis)
        return;
    for (unsigned i = 0; i < redis->options.connections; i++)
        hang_up(&redis->links[i]);
    pthread_cond_destroy(&redis->returned);
    pthread_mutex_destroy(&redis->lock);
    breaker_done(&redis->breaker);
    free(redis->links);
    free(redis->idle);
    free(redis);
}

static struct link *take(struct redis *redis)
{
    pthread_mutex_lock(&redis->lock);
    while (redis->idle_count == 0)
        pthread_cond_wait(&redis->returned, &redis->lock);
    struct link *link = redis->idle[--redis->idle_count];
    pthread_mutex_unlock(&redis->lock);
    return link;
}

static void give(struct redis *redis, struct link *link)
{
    pthread_mutex_lock(&redis->lock);
    redis->idle[redis->idle_count++] = link;
    pthread_cond_signal(&redis->returned);
    pthread_mutex_unlock(&redis->lock);
}

static bool wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd watched = {.fd = fd, .events = events};
    for (;;) {
        int64_t left = (deadline - clock_monotonic_micros() + 999) / 1000;
        if (left <= 0)
            return false;
        int ready = poll(&watched, 1, (int)left);
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

static bool send_all(int fd, const char *bytes, size_t len, int64_t deadline)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            if (!wait_for(fd, POLLOUT, deadline))
                return false;
            continue;
        }
        if (sent < 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* The next whole reply, or NULL when none comes in time. */
static redisReply *receive(struct link *link, int64_t deadline)
{
    char bytes[read_bytes];
    void *reply = NULL;
    for (;;) {
        if (redisReaderGetReply(link->reader, &reply) != REDIS_OK)
            return NULL;
        if (reply)
            return reply;
        if (!wait_for(link->fd, POLLIN, deadline))
            return NULL;
        ssize_t got = recv(link->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return NULL;
        if (got > 0 && redisReaderFeed(link->reader, bytes, (size_t)got) != REDIS_OK)
            return NULL;
    }
}

static redisReply *converse(struct link *link, const struct slice *words, int count,
                            int64_t deadline)
{
    const char *pointers[words_max];
    size_t lengths[words_max];
    char *command = NULL;
    if (count > words_max)
        abort();
    for (int i = 0; i < count; i++) {
        pointers[i] = words[i].ptr;
        lengths[i] = words[i].len;
    }
    int len = redisFormatCommandArgv(&command, count, pointers, lengths);
    if (len < 0)
        abort();
    redisReply *reply = NULL;
    if (send_all(link->fd, command, (size_t)len, deadline))
        reply = receive(link, deadline);
    redisFreeCommand(command);
    return reply;
}

static bool connect_to(const struct addrinfo *address, int64_t deadline, int *fd)
{
    int failure = 0;
    socklen_t len = sizeof failure;
    *fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return false;
    setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    bool connected = connect(*fd, address->ai_addr, address->ai_addrlen) == 0 ||
                     (errno == EINPROGRESS && wait_for(*fd, POLLOUT, deadline) &&
                      getsockopt(*fd, SOL_SOCKET, SO_ERROR, &failure, &len) == 0 && failure == 0);
    if (!connected)
        close(*fd);
    return connected;
}

static bool select_database(const struct redis *redis, struct link *link, int64_t deadline)
{
    char number[16];
    snprintf(number, sizeof number, "%u", redis->options.database);
    const struct slice words[] = {SLICE("SELECT"), slice_from_cstr(number)};
    redisReply *reply = converse(link, words, 2, deadline);
    bool selected = reply && reply->type == REDIS_REPLY_STATUS;
    if (reply)
        freeReplyObject(reply);
    return selected;
}

static bool dial(const struct redis *redis, struct link *link, int64_t deadline)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(redis->options.host, redis->options.port, &hints, &found) != 0)
        return false;
    int fd = -1;
    bool connected = false;
    for (const struct addrinfo *a = found; a && !connected; a = a->ai_next)
        connected = connect_to(a, deadline, &fd);
    freeaddrinfo(found);
    if (!connected)
        return false;
    *link = (struct link){.fd = fd, .reader = redisReaderCreate()};
    return redis->options.database == 0 || select_database(redis, link, deadline);
}

static void translate(const redisReply *reply, struct arena *arena, struct redis_answer *answer)
{
    struct slice text = {reply->str ? reply->str : "", reply->str ? reply->len : 0};
    switch (reply->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        *answer = (struct redis_answer){.kind = REDIS_TEXT, .text = arena_dup(arena, text)};
        break;
    case REDIS_REPLY_ERROR:
        *answer = (struct redis_answer){.kind = REDIS_ERROR, .text = arena_dup(arena, text)};
        break;
    case REDIS_REPLY_INTEGER:
        *answer = (struct redis_answer){.kind = REDIS_NUMBER, .number = reply->integer};
        break;
    default: /* arrays are answers that no command of ours has */
        *answer = (struct redis_answer){.kind = REDIS_NIL};
    }
}

/* A connection that Redis closed while idle is dialled again once: that is not a failure. */
static redisReply *ask(struct redis *redis, struct link *link, const struct slice *words, int count)
{
    int64_t deadline = clock_monotonic_micros() + (int64_t)REDIS_TIMEOUT_MS * 1000;
    bool was_open = link->fd >= 0;
    redisReply *reply = NULL;
    if (was_open || dial(redis, link, deadline))
        reply = converse(link, words, count, deadline);
    if (reply)
        return reply;
    hang_up(link);
    if (was_open && clock_monotonic_micros() < deadline && dial(redis, link, deadline))
        reply = converse(link, words, count, deadline);
    if (!reply)
        hang_up(link);
    return reply;
}

/* A replica that cannot write, a server that loads its data: as good as down. */
static bool is_unfit(const redisReply *reply)
{
    struct slice text = {reply->str, reply->str ? reply->len : 0};
    return reply->type == REDIS_REPLY_ERROR && (slice_starts_with(text, SLICE("READONLY")) ||
                                                slice_starts_with(text, SLICE("LOADING")) ||
                                                slice_starts_with(text, SLICE("MASTERDOWN")) ||
                                                slice_starts_with(text, SLICE("MOVED")));
}

static bool settle(struct redis *redis, redisReply *reply, struct arena *arena,
                   struct redis_answer *answer, bool *recovered_now)
{
    bool fit = reply && !is_unfit(reply);
    if (fit) {
        bool recovered = breaker_succeeded(&redis->breaker);
        translate(reply, arena, answer);
        if (recovered)
            log_event(redis->options.log, LOG_INFO, "redis answers again");
        if (recovered_now)
            *recovered_now = recovered;
    } else if (breaker_failed(&redis->breaker, clock_monotonic_micros())) {
        log_event(redis->options.log, LOG_WARN,
                  "redis does not answer; balances come from postgres",
                  LOG_TEXT("host", slice_from_cstr(redis->options.host)),
                  LOG_TEXT("port", slice_from_cstr(redis->options.port)));
    }
    if (reply)
        freeReplyObject(reply);
    return fit;
}

bool redis_call(struct redis *redis, const struct slice *words, int count, struct arena *arena,
                struct redis_answer *answer, bool *recovered_now)
{
    if (!breaker_allows(&redis->breaker, clock_monotonic_micros()))
        return false;
    struct link *link = take(redis);
    redisReply *reply = ask(redis, link, words, count);
    if (reply && is_unfit(reply))
        hang_up(link); /* the name may lead to another server by now */
    give(redis, link);
    return settle(redis, reply, arena, answer, recovered_now);
}
