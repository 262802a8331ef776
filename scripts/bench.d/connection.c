/* Sending a request and finding the end of its answer. */
#include "scripts/bench.d/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { until_close = -1, chunked = -2 };

void connection_init(struct connection *connection)
{
    memset(connection, 0, sizeof *connection);
    connection->fd = -1;
}

void connection_close(struct connection *connection)
{
    if (connection->fd >= 0)
        close(connection->fd);
    connection->fd = -1;
}

static bool open_socket(struct connection *c, const struct sockaddr_in *server)
{
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return false;
    if (connect(c->fd, (const struct sockaddr *)server, sizeof *server) < 0) {
        connection_close(c);
        return false;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0;
}

static enum connection_result send_rest(struct connection *c)
{
    while (c->sent < c->request.len) {
        ssize_t n = send(c->fd, c->request.ptr + c->sent, c->request.len - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN)
            return CONNECTION_WAITS;
        if (n < 0)
            return CONNECTION_BROKEN;
        c->sent += (size_t)n;
    }
    return CONNECTION_WAITS;
}

enum connection_result connection_begin(struct connection *c, const struct sockaddr_in *server,
                                        struct slice request)
{
    if (c->fd < 0 && !open_socket(c, server))
        return CONNECTION_BROKEN;
    c->request = request;
    c->sent = c->head_len = c->head_end = 0;
    c->body_left = until_close;
    c->status = 0;
    c->closes = false;
    memset(c->tail, 0, sizeof c->tail);
    return send_rest(c);
}

static bool read_status(struct connection *c, struct slice head)
{
    uint64_t status;
    if (!slice_starts_with(head, SLICE("HTTP/1.")) ||
        !slice_to_u64(slice_sub(head, sizeof "HTTP/1.1 " - 1, 3), &status))
        return false;
    c->status = (int)status;
    c->closes = slice_starts_with(head, SLICE("HTTP/1.0"));
    return true;
}

/* How the body ends: RFC 9112 section 6.3. */
static bool read_head(struct connection *c)
{
    struct slice rest = {c->head, c->head_end};
    struct slice line;
    struct slice name;
    struct slice value;
    uint64_t length;
    if (!read_status(c, rest))
        return false;
    while (slice_next(&rest, '\n', &line)) {
        if (!slice_split_once(line, ':', &name, &value))
            continue;
        value = slice_trim(value);
        if (slice_eq_nocase(name, SLICE("content-length")) && slice_to_u64(value, &length))
            c->body_left = (int64_t)length;
        if (slice_eq_nocase(name, SLICE("transfer-encoding")))
            c->body_left = chunked;
        if (slice_eq_nocase(name, SLICE("connection")))
            c->closes = slice_eq_nocase(value, SLICE("close"));
    }
    return true;
}

static enum connection_result finish(struct connection *c)
{
    if (c->closes)
        connection_close(c);
    return CONNECTION_DONE;
}

/* A chunked body ends with an empty chunk; no server here sends trailers. */
static bool ends_chunks(struct connection *c, struct slice bytes)
{
    static const char last[] = {'0', '\r', '\n', '\r', '\n'};
    for (size_t i = 0; i < bytes.len; i++) {
        memmove(c->tail, c->tail + 1, sizeof c->tail - 1);
        c->tail[sizeof c->tail - 1] = bytes.ptr[i];
    }
    return memcmp(c->tail, last, sizeof last) == 0;
}

static enum connection_result take_body(struct connection *c, struct slice bytes)
{
    if (c->body_left == chunked)
        return ends_chunks(c, bytes) ? finish(c) : CONNECTION_WAITS;
    if (c->body_left == until_close)
        return CONNECTION_WAITS;
    c->body_left -= (int64_t)bytes.len;
    if (c->body_left < 0)
        return CONNECTION_BROKEN;
    return c->body_left == 0 ? finish(c) : CONNECTION_WAITS;
}

static enum connection_result take(struct connection *c, size_t n)
{
    if (c->head_end)
        return take_body(c, (struct slice){c->head, n});
    c->head_len += n;
    ptrdiff_t end = slice_find((struct slice){c->head, c->head_len}, SLICE("\r\n\r\n"));
    if (end < 0)
        return c->head_len == sizeof c->head ? CONNECTION_BROKEN : CONNECTION_WAITS;
    c->head_end = (size_t)end + 4;
    if (!read_head(c))
        return CONNECTION_BROKEN;
    return take_body(c, (struct slice){c->head + c->head_end, c->head_len - c->head_end});
}

enum connection_result connection_continue(struct connection *c)
{
    enum connection_result result = send_rest(c);
    while (result == CONNECTION_WAITS) {
        size_t at = c->head_end ? 0 : c->head_len;
        ssize_t n = recv(c->fd, c->head + at, sizeof c->head - at, 0);
        if (n < 0)
            return errno == EAGAIN ? CONNECTION_WAITS : CONNECTION_BROKEN;
        if (n == 0) {
            connection_close(c);
            return c->head_end && c->body_left == until_close ? CONNECTION_DONE : CONNECTION_BROKEN;
        }
        result = take(c, (size_t)n);
    }
    return result;
}
