/*
 * florin-load: sends prepared requests to a server on loopback and measures.
 *
 * Requests come from a file of raw HTTP/1.1 requests, one after the other. Closed loop: each
 * connection sends as soon as it is answered. Open loop (--rate): requests fall due at their own
 * times, and a late one's latency counts from then (no coordinated omission).
 *
 * One line of JSON tells the result. Bounded by --requests and by --seconds, whichever comes first.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "lib/base/options.h"
#include "scripts/bench.d/connection.h"

enum {
    connections_max = 1024,
    requests_max = 4 * 1000 * 1000,
    answer_seconds_max = 30,
    poll_micros = 100 * 1000,
};

struct settings {
    const char *file;
    int64_t port;
    int64_t connections;
    int64_t requests;
    int64_t seconds;
    int64_t rate;
    bool once;
};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_spec specs[] = {
    {"file",        OPTION_TEXT,   "FILE", "raw HTTP/1.1 requests, one after the other",  FIELD(file)       },
    {"port",        OPTION_NUMBER, "N",    "of the server on 127.0.0.1",                  FIELD(port)       },
    {"connections", OPTION_NUMBER, "N",    "at once (8)",                                 FIELD(connections)},
    {"requests",    OPTION_NUMBER, "N",    "at most so many (1,000,000)",                 FIELD(requests)   },
    {"seconds",     OPTION_NUMBER, "N",    "at most so long (60)",                        FIELD(seconds)    },
    {"rate",        OPTION_NUMBER, "N",    "a second, answered or not; 0: closed loop",   FIELD(rate)       },
    {"once",        OPTION_FLAG,   NULL,   "end with the file instead of beginning anew", FIELD(once)       },
};

static const struct option_set options = {
    .usage = "florin-load: load on a server, and what it took\n\n"
             "usage: florin-load --file FILE --port N [options]",
    .specs = specs,
    .count = ARRAY_LEN(specs),
};

struct load {
    struct settings settings;
    struct sockaddr_in server;
    struct slice *requests;
    size_t request_count;
    struct connection *connections;
    uint32_t *latencies; /* microseconds, one an answer */
    size_t sent, answered, refused, broken;
    int64_t started, deadline;
    int epoll;
};

static bool map_file(const char *path, struct slice *text)
{
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &facts) < 0 || facts.st_size == 0)
        return false;
    void *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    *text = (struct slice){bytes, (size_t)facts.st_size};
    return bytes != MAP_FAILED;
}

static size_t request_len(struct slice text)
{
    static const struct slice length_header = SLICE_INIT("\r\nContent-Length: ");
    ptrdiff_t end = slice_find(text, SLICE("\r\n\r\n"));
    struct slice head = slice_sub(text, 0, end < 0 ? 0 : (size_t)end + 2);
    ptrdiff_t at = slice_find(head, length_header);
    struct slice number;
    struct slice rest;
    uint64_t length = 0;
    if (end < 0)
        return 0;
    if (at >= 0 &&
        slice_split_once(slice_from(head, (size_t)at + length_header.len), '\r', &number, &rest))
        slice_to_u64(number, &length);
    size_t whole = (size_t)end + 4 + length;
    return whole <= text.len ? whole : 0;
}

static bool split_requests(struct load *load, struct slice text)
{
    size_t room = 0;
    while (text.len > 0) {
        size_t len = request_len(text);
        if (len == 0)
            return false;
        if (load->request_count == room) {
            room = room ? room * 2 : 1024;
            load->requests = realloc(load->requests, room * sizeof *load->requests);
            if (!load->requests)
                return false;
        }
        load->requests[load->request_count++] = slice_sub(text, 0, len);
        text = slice_from(text, len);
    }
    return load->request_count > 0;
}

/* When the next request should go out. */
static int64_t due_time(const struct load *load)
{
    int64_t rate = load->settings.rate;
    return rate ? load->started + (int64_t)load->sent * MICROS_PER_SECOND / rate : 0;
}

static bool has_more(const struct load *load)
{
    return load->sent < (size_t)load->settings.requests &&
           !(load->settings.once && load->sent == load->request_count) &&
           clock_monotonic_micros() < load->deadline;
}

static void watch(struct load *load, struct connection *c)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    epoll_ctl(load->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void send_next(struct load *load, struct connection *c)
{
    bool fresh = c->fd < 0;
    int64_t now = clock_monotonic_micros();
    int64_t due = due_time(load);
    struct slice request = load->requests[load->sent++ % load->request_count];
    c->due_micros = load->settings.rate ? due : now;
    if (connection_begin(c, &load->server, request) == CONNECTION_BROKEN) {
        connection_close(c);
        c->request = SLICE_NONE;
        load->broken++;
    } else if (fresh) {
        watch(load, c);
    }
}

static void note(struct load *load, struct connection *c)
{
    int64_t micros = clock_monotonic_micros() - c->due_micros;
    load->latencies[load->answered++] = micros > UINT32_MAX ? UINT32_MAX : (uint32_t)micros;
    load->refused += c->status < 200 || c->status > 299;
    c->request = SLICE_NONE;
}

static void fill(struct load *load)
{
    for (int64_t i = 0; i < load->settings.connections && has_more(load); i++) {
        struct connection *c = &load->connections[i];
        if (slice_is_set(c->request))
            continue;
        if (load->settings.rate && due_time(load) > clock_monotonic_micros())
            return;
        send_next(load, c);
    }
}

static void serve(struct load *load, struct connection *c)
{
    if (c->fd < 0 || !slice_is_set(c->request))
        return;
    enum connection_result result = connection_continue(c);
    if (result == CONNECTION_BROKEN) {
        connection_close(c);
        c->request = SLICE_NONE;
        load->broken++;
    } else if (result == CONNECTION_DONE) {
        note(load, c);
        if (!load->settings.rate && has_more(load))
            send_next(load, c);
    }
}

static struct timespec until_due(const struct load *load)
{
    int64_t left = due_time(load) - clock_monotonic_micros();
    if (!load->settings.rate || left > poll_micros)
        left = poll_micros;
    return (struct timespec){.tv_nsec = left > 0 ? left * 1000 : 0};
}

static void run(struct load *load)
{
    struct epoll_event events[256];
    load->started = clock_monotonic_micros();
    load->deadline = load->started + load->settings.seconds * MICROS_PER_SECOND;
    int64_t end = load->deadline + answer_seconds_max * MICROS_PER_SECOND;
    while (has_more(load) || load->answered + load->broken < load->sent) {
        fill(load);
        struct timespec wait = until_due(load);
        int n = epoll_pwait2(load->epoll, events, ARRAY_LEN(events), &wait, NULL);
        for (int i = 0; i < n; i++)
            serve(load, events[i].data.ptr);
        if (clock_monotonic_micros() > end)
            break; /* a server that answers no more */
    }
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double percentile_ms(const struct load *load, double share)
{
    if (load->answered == 0)
        return 0;
    return load->latencies[(size_t)((double)(load->answered - 1) * share)] / 1000.0;
}

static void report(struct load *load)
{
    double seconds = (double)(clock_monotonic_micros() - load->started) / MICROS_PER_SECOND;
    qsort(load->latencies, load->answered, sizeof *load->latencies, by_size);
    printf("{\"answered\": %zu, \"refused\": %zu, \"broken\": %zu, \"seconds\": %.6f, "
           "\"per_second\": %.1f, \"p50_ms\": %.3f, \"p90_ms\": %.3f, \"p99_ms\": %.3f, "
           "\"max_ms\": %.3f}\n",
           load->answered, load->refused, load->broken, seconds, (double)load->answered / seconds,
           percentile_ms(load, 0.5), percentile_ms(load, 0.9), percentile_ms(load, 0.99),
           percentile_ms(load, 1));
}

static bool prepare(struct load *load)
{
    struct slice text;
    const struct settings *s = &load->settings;
    if (!s->file || s->port < 1 || s->port > 65535 || s->connections < 1 ||
        s->connections > connections_max || s->requests < 1 || s->requests > requests_max) {
        fprintf(stderr, "florin-load needs --file and --port; --help tells the rest\n");
        return false;
    }
    if (!map_file(s->file, &text) || !split_requests(load, text)) {
        fprintf(stderr, "%s holds no HTTP requests\n", s->file);
        return false;
    }
    load->server = (struct sockaddr_in){.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)s->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    load->latencies = calloc((size_t)s->requests, sizeof *load->latencies);
    load->connections = calloc((size_t)s->connections, sizeof *load->connections);
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int64_t i = 0; load->connections && i < s->connections; i++)
        connection_init(&load->connections[i]);
    return load->latencies && load->connections && load->epoll >= 0;
}

int main(int argc, char **argv)
{
    struct load load = {
        .settings = {.connections = 8, .requests = 1000 * 1000, .seconds = 60}
    };
    int words = 0;
    switch (options_parse(&options, argc, argv, &load.settings, &words)) {
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return 2;
    case OPTIONS_OK:
        break;
    }
    if (!prepare(&load))
        return 2;
    run(&load);
    report(&load);
    for (int64_t i = 0; i < load.settings.connections; i++)
        connection_close(&load.connections[i]);
    free(load.connections);
    free(load.latencies);
    free(load.requests);
    return load.broken > 0;
}
