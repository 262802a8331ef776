/* florin-api: reads the configuration, joins the adapters to the ports, serves. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <curl/curl.h>
#include <stdatomic.h>

#include "api/adapters/aws/secrets.h"
#include "api/adapters/aws/sessions.h"
#include "api/adapters/aws/vault.h"
#include "api/adapters/pg/migrate.h"
#include "api/adapters/pg/store.h"
#include "api/adapters/redis/balances.h"
#include "api/commands.h"
#include "api/handlers/services.h"
#include "api/http/front.h"
#include "api/routes.h"

enum { idle_seconds = 75, drain_ms = 20000, cursor_secret_bytes = 32 };

static const char *const version = "0.1.0";

static const char *const usage =
    "florin-api: the FinTech API\n\n"
    "usage: florin-api               serve until SIGTERM\n"
    "       florin-api migrate       bring the database's schema up to date, then exit\n"
    "       florin-api create-owner  the same, and make the first tenant and its owner, or give\n"
    "                                the present owner the password; prints the user's id\n"
    "       florin-api --help        print this text\n\n"
    "Everything is set by the environment. AWS_ENDPOINT_URL, AWS_REGION and AWS's variables for\n"
    "credentials mean what they mean everywhere. FLORIN_ variables:\n";

/* Everything that serving needs, joined. Lives on main's stack. */
struct server {
    const struct program *program;
    struct pg *pg;
    struct redis *redis;
    struct key_cache *keys;
    struct shared_reads *reads;
    struct password_gate passwords;
    struct redis_balances balances;
    struct aws_sessions aws_sessions;
    struct aws_vault aws_vault;
    struct ledger_store ledger;
    struct user_store users;
    struct session_store sessions;
    struct balance_cache cache;
    struct vault vault;
    struct services services;
    struct front front;
    atomic_bool draining;
    struct arena arena; /* texts that live as long as the server */
};

static void open_redis(struct server *s)
{
    const struct config *config = s->program->config;
    struct redis_url url;
    if (config->redis_url && config_parse_redis_url(config->redis_url, &s->arena, &url)) {
        const struct redis_options options = {.host = url.host,
                                              .port = url.port,
                                              .database = url.database,
                                              .connections = (unsigned)config->workers,
                                              .log = s->program->log};
        s->redis = redis_open(&options);
    }
    s->balances = (struct redis_balances){.redis = s->redis, .rand = s->program->rand};
    s->cache = redis_balance_cache(&s->balances);
}

static void open_adapters(struct server *s)
{
    const struct program *p = s->program;
    const struct pg_options pg = program_pg_options(p, p->database_secret, PG_APPLICATION_ROLE,
                                                    (unsigned)p->config->workers);
    s->pg = pg_open(&pg);
    s->ledger = pg_ledger_store(s->pg);
    s->users = pg_user_store(s->pg);
    open_redis(s);
    s->reads = shared_reads_open();
    s->aws_sessions = (struct aws_sessions){
        .clients = p->aws, .table = slice_from_cstr(p->config->sessions_table), .reads = s->reads};
    s->sessions = aws_session_store(&s->aws_sessions);
    s->aws_vault = (struct aws_vault){.clients = p->aws,
                                      .keys = s->keys,
                                      .kms_key = slice_from_cstr(p->config->pii_key),
                                      .metrics = p->metrics,
                                      .clock = p->clock,
                                      .rand = p->rand,
                                      .log = p->log};
    s->vault = aws_vault_port(&s->aws_vault);
}

/* The secret that signs cursors: a named one, or one that dies with the process. */
static struct err find_cursor_secret(struct server *s, struct slice *secret)
{
    const struct program *p = s->program;
    if (!p->config->cursor_secret) {
        char *bytes = arena_alloc(&s->arena, cursor_secret_bytes);
        rand_fill(p->rand, bytes, cursor_secret_bytes);
        *secret = (struct slice){bytes, cursor_secret_bytes};
        return OK;
    }
    struct secret *named =
        secret_open(p->aws, p->metrics, slice_from_cstr(p->config->cursor_secret));
    struct err result = secret_text(named, SECRET_CURRENT, true, &s->arena, secret);
    secret_close(named);
    return result;
}

static void join_parts(struct server *s, struct slice cursor_secret)
{
    const struct program *p = s->program;
    s->services = (struct services){
        .ledger = &s->ledger,
        .cache = &s->cache,
        .vault = &s->vault,
        .users = &s->users,
        .sessions = &s->sessions,
        .passwords = &s->passwords,
        .clock = p->clock,
        .rand = p->rand,
        .metrics = p->metrics,
        .cursor_secret = cursor_secret,
        .version = version,
        .draining = &s->draining,
    };
    s->front = (struct front){
        .routes = API_ROUTES,
        .route_count = API_ROUTE_COUNT,
        .services = &s->services,
        .sessions = &s->sessions,
        .clock = p->clock,
        .rand = p->rand,
        .log = p->log,
        .metrics = p->metrics,
        .draining = &s->draining,
    };
}

static void close_server(struct server *s)
{
    pg_close(s->pg);
    redis_close(s->redis);
    key_cache_close(s->keys);
    shared_reads_close(s->reads);
    password_gate_done(&s->passwords);
    arena_done(&s->arena);
}

static void print_metrics(const struct server *s)
{
    const char *names[METRICS_ROUTES_MAX];
    struct arena arena = {0};
    for (size_t i = 0; i < API_ROUTE_COUNT; i++)
        names[i] = API_ROUTES[i].name;
    names[API_ROUTE_COUNT] = "none";
    struct slice lines = metrics_take_window(s->program->metrics, names, API_ROUTE_COUNT + 1,
                                             "florin-api", clock_now(s->program->clock), &arena);
    ssize_t written = write(STDOUT_FILENO, lines.ptr, lines.len);
    (void)written; /* as with log lines, there is nobody to tell */
    arena_done(&arena);
}

static sigset_t stop_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

/* Prints a window of metrics every few seconds, and keeps the database secret fresh, until a stop
 * signal comes or `seconds` are over. */
static void wait_for_stop(const struct server *s, int64_t seconds)
{
    sigset_t set = stop_signals();
    int64_t window = s->program->config->metrics_seconds;
    for (int64_t left = seconds; left > 0;) {
        int64_t step = left < window ? left : window;
        const struct timespec wait = {.tv_sec = step};
        if (sigtimedwait(&set, NULL, &wait) > 0)
            return;
        print_metrics(s);
        secret_refresh(s->program->database_secret);
        left -= step;
    }
}

static int run_server(struct server *s)
{
    const struct config *config = s->program->config;
    const struct httpd_options options = {
        .listen = config->listen,
        .threads = 1,
        .workers = (unsigned)config->workers,
        .queue_max = (unsigned)config->queue,
        .body_bytes_max = LIMIT_BODY_BYTES,
        .idle_seconds = idle_seconds,
        .connections_max = (unsigned)config->connections,
        .handler = front_handle,
        .context = &s->front,
    };
    struct httpd *httpd;
    struct err started = httpd_start(&options, &httpd);
    const char *reason = started.info == &HTTPD_CANNOT_LISTEN ? strerrordesc_np(errno) : "";
    if (failed(started)) {
        log_event(s->program->log, LOG_ERROR, "cannot listen",
                  LOG_TEXT("address", slice_from_cstr(config->listen)),
                  LOG_TEXT("failure", slice_from_cstr(started.info->text)),
                  LOG_TEXT("reason", slice_from_cstr(reason)));
        return 1;
    }
    log_event(s->program->log, LOG_INFO, "listening", LOG_TEXT("address", httpd_address(httpd)));
    wait_for_stop(s, INT64_MAX);
    log_event(s->program->log, LOG_INFO, "draining");
    s->draining = true;
    wait_for_stop(s, config->deregistration_seconds);
    httpd_stop(httpd, drain_ms);
    print_metrics(s);
    log_event(s->program->log, LOG_INFO, "stopped");
    return 0;
}

static int command_serve(const struct program *program)
{
    struct server s = {.program = program};
    struct slice cursor_secret;
    const struct log *log = program->log;
    config_log(program->config, log);
    if (strcmp(program->config->migrate, "on") == 0 && failed(program_migrate(program)))
        return 1;
    s.keys = key_cache_open();
    if (!s.keys || !password_gate_init(&s.passwords)) {
        log_event(log, LOG_ERROR, "libsodium cannot start, or memory is short");
        return 1;
    }
    open_adapters(&s);
    int code = 1;
    if (failed(find_cursor_secret(&s, &cursor_secret)))
        log_event(log, LOG_ERROR, "the cursor secret cannot be read",
                  LOG_TEXT("name", slice_from_cstr(program->config->cursor_secret)));
    else {
        join_parts(&s, cursor_secret);
        code = run_server(&s);
    }
    close_server(&s);
    return code;
}

static const struct {
    const char *name;
    int (*run)(const struct program *program);
} commands[] = {
    {"serve",        command_serve       },
    {"migrate",      command_migrate     },
    {"create-owner", command_create_owner},
};

static int run_command(const char *name, const struct config *config, const struct log *log,
                       const struct clock *clock)
{
    struct rand rand = rand_system();
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (!metrics)
        abort();
    int code = 2;
    struct program program = {config, log, clock, &rand, metrics, NULL, NULL, NULL};
    program.aws = aws_clients_open((unsigned)config->workers, log);
    program.database_secret =
        secret_open(program.aws, metrics, slice_from_cstr(config->database_secret));
    program.migration_secret =
        config->migration_secret
            ? secret_open(program.aws, metrics, slice_from_cstr(config->migration_secret))
            : program.database_secret;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(name, commands[i].name) == 0)
            code = commands[i].run(&program);
    if (program.migration_secret != program.database_secret)
        secret_close(program.migration_secret);
    secret_close(program.database_secret);
    aws_clients_close(program.aws);
    free(metrics);
    return code;
}

static bool is_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(name, commands[i].name) == 0)
            return true;
    return false;
}

static int print_help(FILE *out, int code)
{
    fputs(usage, out);
    config_print_help(out);
    return code;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "serve";
    struct arena arena = {0};
    struct config config;
    if (argc == 2 && strcmp(name, "--help") == 0)
        return print_help(stdout, 0);
    if (argc > 2 || !is_command(name)) {
        fprintf(stderr, "florin-api takes one command, and \"%s\" is not one\n\n", name);
        return print_help(stderr, 2);
    }
    const char *wrong = config_read(environ, &arena, &config);
    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
        arena_done(&arena);
        return 2;
    }
    /* Every thread inherits the mask: only wait_for_stop takes these signals. */
    sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* a core would hold keys and personal data */
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct clock clock = clock_system();
    /* What the other commands print is for a program to read. */
    int log_fd = strcmp(name, "serve") == 0 ? STDOUT_FILENO : STDERR_FILENO;
    struct log log = {.fd = log_fd, .clock = &clock, .program = "florin-api"};
    log_level_parse(slice_from_cstr(config.log_level), &log.least);
    int code = run_command(name, &config, &log, &clock);
    curl_global_cleanup();
    arena_done(&arena);
    return code;
}
