/* florin-emulator: reads the command line, builds the parts, joins them, serves until SIGTERM. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/core/buckets.h"
#include "emulator/core/lambda.h"
#include "emulator/core/limits.h"
#include "emulator/data_folder.h"
#include "emulator/gateway/gateway.h"
#include "lib/base/options.h"
#include "lib/enc/wiping_heap.h"

struct settings {
    const char *listen;
    const char *data;
    const char *auth;
    const char *account;
    const char *region;
    const char *durability;
    const char *allow_hosts;
    const char *functions;
    const char *log_level;
    int64_t threads;
    int64_t transition_seconds;
    const char *throttling;
};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_spec specs[] = {
    {"listen",             OPTION_TEXT,   "HOST:PORT",    "where to listen; port 0 takes a free one",        FIELD(listen)   },
    {"data",               OPTION_TEXT,   "DIR",          "keep state here; without it nothing is kept",     FIELD(data)     },
    {"auth",               OPTION_TEXT,   "verify|off",   "check signatures, or (loopback only) do not",     FIELD(auth)     },
    {"account",            OPTION_TEXT,   "ID",           "the account of the access key \"test\"",          FIELD(account)  },
    {"region",             OPTION_TEXT,   "NAME",         "the region of calls that name none",              FIELD(region)   },
    {"durability",         OPTION_TEXT,   "process|full", "survive kill -9, or a power cut, too",
     FIELD(durability)                                                                                                       },
    {"allow-hosts",        OPTION_TEXT,   "NAME,NAME",    "Host names to answer beside the loopback",
     FIELD(allow_hosts)                                                                                                      },
    {"functions",          OPTION_TEXT,   "NAME=URL,...", "where Lambda functions run that rotate secrets",
     FIELD(functions)                                                                                                        },
    {"log-level",          OPTION_TEXT,   "LEVEL",        "debug, info, warn or error",                      FIELD(log_level)},
    {"threads",            OPTION_NUMBER, "N",            "event-loop threads",                              FIELD(threads)  },
    {"throttling",         OPTION_TEXT,   "on|off",       "throttle what is provisioned or limited (off)",
     FIELD(throttling)                                                                                                       },
    {"transition-seconds", OPTION_NUMBER, "N",            "how long a resource is CREATING or UPDATING (0)",
     FIELD(transition_seconds)                                                                                               },
};

static const struct option_set options = {
    .usage = "florin-emulator: a local AWS on one port\n\nusage: florin-emulator [options]",
    .specs = specs,
    .count = ARRAY_LEN(specs),
    .footer =
        "Point any AWS client at it:\n"
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1\n"
        "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n"
        "  aws sts get-caller-identity\n\n"
        "When it answers it prints one line: florin-emulator ready http://HOST:PORT\n"
        "GET /_florin/health tells how it is; POST /_florin/reset with the header\n"
        "X-Florin-Control: 1 empties all state, and POST /_florin/clock with {\"advance\": 3600}\n"
        "has an hour pass, with all that falls due in it. SIGTERM ends it with exit code 0.\n"
        "Exit codes: 0 ended by a signal, 2 bad command line, 3 cannot start.",
};

enum { EXIT_USAGE = 2, EXIT_START = 3, transition_seconds_max = 86400 };

struct emulator {
    struct settings settings;
    struct virtual_clock clock;
    struct clock system_clock;
    struct rand rand;
    struct log log;
    struct platform platform;
    struct data_folder data;
    struct audit *audit;
    struct auth *auth;
    struct gateway *gateway;
    struct httpd *httpd;
};

static bool is_one_of(const char *option, const char *value, const char *a, const char *b)
{
    if (strcmp(value, a) == 0 || strcmp(value, b) == 0)
        return true;
    fprintf(stderr, "--%s is \"%s\"; it must be %s or %s\n", option, value, a, b);
    return false;
}

static bool is_loopback(const char *listen_at)
{
    struct slice text = slice_from_cstr(listen_at);
    return slice_starts_with(text, SLICE("127.")) || slice_starts_with(text, SLICE("[::1]:")) ||
           slice_starts_with(text, SLICE("localhost:"));
}

static bool check_settings(const struct settings *s, int words)
{
    uint64_t number;
    struct slice account = slice_from_cstr(s->account);
    if (words > 0) {
        fprintf(stderr, "florin-emulator takes options alone; --help lists them\n");
        return false;
    }
    if (account.len != 12 || !slice_to_u64(account, &number)) {
        fprintf(stderr, "--account is \"%s\"; an AWS account has 12 digits\n", s->account);
        return false;
    }
    if (s->threads < 1 || s->threads > 64) {
        fprintf(stderr, "--threads is %lld; it must be 1 to 64\n", (long long)s->threads);
        return false;
    }
    if (s->functions && !lambda_list_is_valid(slice_from_cstr(s->functions))) {
        fprintf(stderr,
                "--functions is \"%s\"; it must be NAME=URL,NAME=URL, where NAME is the ARN or the "
                "name of a Lambda function\n",
                s->functions);
        return false;
    }
    if (s->transition_seconds < 0 || s->transition_seconds > transition_seconds_max) {
        fprintf(stderr, "--transition-seconds is %lld; it must be 0 to %d\n",
                (long long)s->transition_seconds, transition_seconds_max);
        return false;
    }
    if (!is_one_of("auth", s->auth, "verify", "off") ||
        !is_one_of("durability", s->durability, "process", "full") ||
        !is_one_of("throttling", s->throttling, "on", "off"))
        return false;
    if (strcmp(s->auth, "off") == 0 && !is_loopback(s->listen)) {
        fprintf(stderr,
                "--auth off is refused on %s: anyone who reaches it would be root. "
                "Listen on 127.0.0.1, or verify signatures\n",
                s->listen);
        return false;
    }
    return true;
}

static bool survives_power_loss(const struct settings *s)
{
    return strcmp(s->durability, "full") == 0;
}

static bool start(struct emulator *e)
{
    const struct settings *s = &e->settings;
    virtual_clock_init(&e->clock);
    e->system_clock = clock_system();
    e->rand = rand_system();
    e->log =
        (struct log){.fd = STDERR_FILENO, .clock = &e->system_clock, .program = "florin-emulator"};
    if (!log_level_parse(slice_from_cstr(s->log_level), &e->log.least)) {
        fprintf(stderr, "--log-level is \"%s\"; it must be debug, info, warn or error\n",
                s->log_level);
        return false;
    }
    e->platform = (struct platform){.clock = &e->clock.clock,
                                    .rand = &e->rand,
                                    .default_account = slice_from_cstr(s->account),
                                    .default_region = slice_from_cstr(s->region),
                                    .functions = slice_from_cstr(s->functions),
                                    .transition_micros = s->transition_seconds * MICROS_PER_SECOND};
    if (strcmp(s->throttling, "on") == 0)
        e->platform.buckets = buckets_new();
    if (!data_folder_open(s->data, &e->rand, &e->data, e->platform.master_key))
        return false;
    if (failed(audit_open(e->data.path, &e->audit))) {
        fprintf(stderr, "cannot open the audit log in %s: %s\n", e->data.path, strerror(errno));
        return false;
    }
    e->auth = auth_new(auth_root_identities(&e->platform), strcmp(s->auth, "verify") == 0);
    e->gateway = gateway_new(&(struct gateway_options){
        .platform = &e->platform,
        .clock = &e->clock,
        .auth = e->auth,
        .audit = e->audit,
        .log = &e->log,
        .data_folder = e->data.path,
        .survive_power_loss = survives_power_loss(s),
        .allowed_hosts = s->allow_hosts,
    });
    if (strcmp(s->auth, "off") == 0)
        log_event(&e->log, LOG_WARN, "signatures are not checked: --auth off");
    struct httpd_options http = {
        .listen = s->listen,
        .threads = (unsigned)s->threads,
        .workers = survives_power_loss(s) ? FULL_DURABILITY_WORKERS : 0,
        .queue_max = CONNECTIONS_MAX,
        .body_bytes_max = BODY_BYTES_MAX,
        .idle_seconds = IDLE_SECONDS,
        .connections_max = CONNECTIONS_MAX,
        .handler = gateway_handle,
        .context = e->gateway,
    };
    struct err result = httpd_start(&http, &e->httpd);
    if (failed(result))
        fprintf(stderr, "cannot listen on %s: %s%s%s\n", s->listen, result.info->text,
                result.info == &HTTPD_CANNOT_LISTEN ? ": " : "",
                result.info == &HTTPD_CANNOT_LISTEN ? strerror(errno) : "");
    return !failed(result);
}

static void stop(struct emulator *e)
{
    httpd_stop(e->httpd, SHUTDOWN_DRAIN_MS);
    gateway_free(e->gateway);
    auth_free(e->auth);
    audit_close(e->audit);
    data_folder_close(&e->data);
    buckets_free(e->platform.buckets);
    explicit_bzero(e->platform.master_key, sizeof e->platform.master_key);
}

/* Blocked in every thread, so that only sigwait below sees them. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
    struct emulator e = {
        .settings = {.listen = "127.0.0.1:4566",
                     .auth = "verify",
                     .account = "000000000000",
                     .region = "us-east-1",
                     .durability = "process",
                     .throttling = "off",
                     .log_level = "info",
                     .threads = 2}
    };
    int words = 0;
    int signal_number = 0;
    sigset_t signals;
    switch (options_parse(&options, argc, argv, &e.settings, &words)) {
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return EXIT_USAGE;
    case OPTIONS_OK:
        break;
    }
    if (!check_settings(&e.settings, words))
        return EXIT_USAGE;
    prctl(PR_SET_DUMPABLE, 0); /* key material must not end in a core file */
    if (!wiping_heap_install()) {
        fprintf(stderr, "OpenSSL's memory cannot be made to wipe itself\n");
        return EXIT_START;
    }
    block_signals(&signals);
    if (!start(&e)) {
        stop(&e);
        return EXIT_START;
    }
    struct slice address = httpd_address(e.httpd);
    printf("florin-emulator ready http://" SLICE_FMT "\n", SLICE_ARG(address));
    fflush(stdout);
    sigwait(&signals, &signal_number);
    stop(&e);
    return 0;
}
