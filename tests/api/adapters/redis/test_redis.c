#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "api/adapters/redis/balances.h"
#include "lib/base/clock.h"

/* A server that answers each command with the next of its replies, a byte at a time. */
struct server {
    int listener;
    char port[8];
    const char *const *replies; /* NULL-terminated; "" hangs up, "-" stays silent */
    pthread_t thread;
};

/* A byte a segment: without TCP_NODELAY each would wait for the acknowledgement of the last. */
static void answer(int fd, const char *reply)
{
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    for (size_t i = 0; i < strlen(reply); i++)
        (void)!send(fd, reply + i, 1, MSG_NOSIGNAL);
}

static void *serve(void *cls)
{
    struct server *server = cls;
    int fd = accept(server->listener, NULL, NULL);
    for (const char *const *reply = server->replies; *reply; reply++) {
        char command[4096];
        if (recv(fd, command, sizeof command, 0) <= 0 || (*reply)[0] == '\0') {
            close(fd);
            fd = accept(server->listener, NULL, NULL);
            if ((*reply)[0] != '\0' && recv(fd, command, sizeof command, 0) > 0)
                answer(fd, *reply);
        } else if (strcmp(*reply, "-") != 0) {
            answer(fd, *reply);
        }
    }
    char rest[64];
    while (fd >= 0 && recv(fd, rest, sizeof rest, 0) > 0) {
    }
    close(fd);
    return NULL;
}

static void start(struct server *server, const char *const *replies)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    server->replies = replies;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(server->listener, (struct sockaddr *)&at, sizeof at), 0);
    cr_assert_eq(listen(server->listener, 4), 0);
    getsockname(server->listener, (struct sockaddr *)&at, &len);
    snprintf(server->port, sizeof server->port, "%u", ntohs(at.sin_port));
    pthread_create(&server->thread, NULL, serve, server);
}

static void stop(struct server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

struct fixture {
    struct server server;
    struct clock clock;
    struct log log;
    struct redis *redis;
    struct arena arena;
};

static void init(struct fixture *f, const char *const *replies)
{
    memset(f, 0, sizeof *f);
    start(&f->server, replies);
    f->clock = clock_system();
    f->log = (struct log){.fd = open("/dev/null", O_WRONLY), .clock = &f->clock, .program = "t"};
    f->redis = redis_open(&(struct redis_options){
        .host = "127.0.0.1", .port = f->server.port, .connections = 1, .log = &f->log});
}

static void done(struct fixture *f)
{
    redis_close(f->redis);
    stop(&f->server);
    close(f->log.fd);
    arena_done(&f->arena);
}

static bool ping(struct fixture *f, struct redis_answer *answer)
{
    const struct slice words[] = {SLICE("PING")};
    return redis_call(f->redis, words, 1, &f->arena, answer, NULL);
}

Test(redis, reads_every_kind_of_reply_a_byte_at_a_time)
{
    static const char *const replies[] = {"+PONG\r\n", "$3\r\nabc\r\n", "$-1\r\n",
                                          ":42\r\n",   "-ERR no\r\n",   NULL};
    static const enum redis_kind kinds[] = {REDIS_TEXT, REDIS_TEXT, REDIS_NIL, REDIS_NUMBER,
                                            REDIS_ERROR};
    struct fixture f;
    init(&f, replies);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct redis_answer answer;
        cr_assert(ping(&f, &answer));
        cr_expect_eq(answer.kind, kinds[i], "%s", replies[i]);
    }
    done(&f);
}

Test(redis, gives_up_after_fifty_milliseconds)
{
    static const char *const replies[] = {"-", NULL};
    struct fixture f;
    struct redis_answer answer;
    init(&f, replies);
    int64_t began = clock_monotonic_micros();
    cr_expect_not(ping(&f, &answer));
    int64_t took = clock_monotonic_micros() - began;
    cr_expect(took >= 45000 && took < 500000, "%lld", (long long)took);
    done(&f);
}

Test(redis, dials_again_when_the_server_hung_up)
{
    static const char *const replies[] = {"+PONG\r\n", "", "+PONG\r\n", NULL};
    struct fixture f;
    struct redis_answer answer;
    init(&f, replies);
    cr_expect(ping(&f, &answer));
    cr_expect(ping(&f, &answer));
    done(&f);
}

Test(redis, a_server_that_cannot_write_is_as_good_as_down)
{
    static const char *const replies[] = {"-READONLY You can't write\r\n", NULL};
    struct fixture f;
    struct redis_answer answer;
    init(&f, replies);
    cr_expect_not(ping(&f, &answer));
    done(&f);
}

Test(redis, nobody_asks_while_the_circuit_is_open)
{
    struct log log = {.fd = open("/dev/null", O_WRONLY)};
    struct clock clock = clock_system();
    log.clock = &clock;
    log.program = "t";
    struct arena arena = {0};
    struct redis *redis = redis_open(
        &(struct redis_options){.host = "127.0.0.1", .port = "1", .connections = 1, .log = &log});
    struct redis_answer answer;
    const struct slice words[] = {SLICE("PING")};
    for (int i = 0; i < 6; i++)
        cr_expect_not(redis_call(redis, words, 1, &arena, &answer, NULL));
    redis_close(redis);
    close(log.fd);
    arena_done(&arena);
}

Test(redis, the_balance_cache_passes_everything_by_without_redis)
{
    struct redis_balances balances = {0};
    struct balance_cache cache = redis_balance_cache(&balances);
    struct arena arena = {0};
    struct slice text;
    cr_expect_null(cache.context);
    cr_expect_eq(cache.get(cache.context, SLICE("t"), SLICE("a"), &arena, &text), CACHE_BYPASS);
    cache.put(cache.context, SLICE("t"), &(struct balance_text){SLICE("a"), 1, SLICE("{}")}, 1);
    arena_done(&arena);
}
