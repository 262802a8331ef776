/* florin-scenarios: reads the command line, and runs, checks or lists suites. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/attributes.h"
#include "lib/base/options.h"
#include "scenarios/runner/files.h"
#include "scenarios/runner/run.h"
#include "scenarios/runner/worker.h"

enum { exit_usage = 2, exit_not_ready = 3, run_id_len = 8 };

struct settings {
    const char *target;
    const char *junit;
    int64_t seed; /* -1: a random one */
};

static const struct option_spec specs[] = {
    {"target", OPTION_TEXT,   "FILE",
     "where to run (default: the environment, as scripts/up "
     "leaves it in .florin/env)",                                                      offsetof(struct settings, target)},
    {"junit",  OPTION_TEXT,   "FILE", "write the results as JUnit XML, a case a step",
     offsetof(struct settings,                                                                                   junit) },
    {"seed",   OPTION_NUMBER, "N",    "repeat the random choices of an earlier run",
     offsetof(struct settings,                                                                                   seed)  },
};

static const struct option_set options = {
    .usage = "florin-scenarios runs suites of requests and expectations against an API and AWS.\n\n"
             "  florin-scenarios run [--target FILE] [--junit FILE] [--seed N] SUITE...\n"
             "  florin-scenarios lint SUITE...      check the files, send nothing\n"
             "  florin-scenarios list SUITE...      print the scenarios\n\n"
             "A SUITE is a YAML file, or a folder of them.",
    .specs = specs,
    .count = ARRAY_LEN(specs),
    .footer =
        "A suite:\n"
        "  suite: balances\n"
        "  scenarios:\n"
        "    - name: a new account is empty\n"
        "      steps:\n"
        "        - http: {method: POST, path: /v1/accounts, body: {currency: EUR}}\n"
        "          capture: {id: $.id}\n"
        "          assert:\n"
        "            - status: 201\n"
        "        - sql: {query: select count(*) as n from accounts where id = $1, params: "
        "[\"${id}\"]}\n"
        "          assert:\n"
        "            - {path: $.rows[0].n, op: equals, value: 1}\n\n"
        "scenarios/README.md describes every key.\n\n"
        "Exit codes: 0 all passed, 1 a step failed, 2 a bad file or option, 3 the target is not\n"
        "ready, 5 a clean-up failed, 130 interrupted (the clean-up was still done).",
};

/* Everything that lives as long as the program. */
struct program {
    struct settings settings;
    struct arena arena;
    struct secrets secrets;
    struct surroundings surroundings;
    struct target target;
    struct file_list files;
    struct suite *suites[FILES_MAX];
    size_t suite_count;
};

static bool find_files(struct program *p, char **words, int count)
{
    for (int i = 0; i < count; i++) {
        if (!files_find(words[i], &p->arena, &p->files)) {
            fprintf(stderr, "%s: %s\n", words[i], strerrorname_np(errno));
            return false;
        }
    }
    if (p->files.count == 0)
        fprintf(stderr, "no suite: name a YAML file or a folder that holds some\n");
    return p->files.count > 0;
}

static bool parse_file(struct program *p, struct slice path)
{
    struct complaints complaints;
    struct slice text = files_read(path.ptr, &p->arena);
    if (!slice_is_set(text)) {
        fprintf(stderr, SLICE_FMT ": cannot be read: %s\n", SLICE_ARG(path),
                strerrorname_np(errno));
        return false;
    }
    complaints_init(&complaints, path, &p->arena);
    struct suite *suite = suite_parse(path, text, &p->arena, &complaints);
    if (suite)
        p->suites[p->suite_count++] = suite;
    else
        fprintf(stderr, SLICE_FMT, SLICE_ARG(buf_slice(&complaints.text)));
    return suite != NULL;
}

/* All of them, so that one look shows every complaint. */
static bool parse_files(struct program *p)
{
    bool fine = true;
    for (size_t i = 0; i < p->files.count; i++)
        fine = parse_file(p, p->files.paths[i]) && fine;
    return fine;
}

static bool read_target(struct program *p)
{
    struct complaints complaints;
    const char *path = p->settings.target;
    if (!path) {
        target_from_environment(&p->arena, &p->secrets, &p->target);
        return true;
    }
    struct slice text = files_read(path, &p->arena);
    if (!slice_is_set(text)) {
        fprintf(stderr, "%s: cannot be read: %s\n", path, strerrorname_np(errno));
        return false;
    }
    complaints_init(&complaints, slice_from_cstr(path), &p->arena);
    if (target_parse(text, &p->surroundings, &p->arena, &complaints, &p->target))
        return true;
    fprintf(stderr, SLICE_FMT, SLICE_ARG(buf_slice(&complaints.text)));
    return false;
}

static void choose_seed(struct program *p)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    struct rand kernel = rand_system();
    if (p->settings.seed < 0)
        p->settings.seed = (int64_t)rand_below(&kernel, INT64_C(1) << 53);
    p->surroundings.rand = rand_seeded((uint64_t)p->settings.seed);
    char *id = arena_alloc(&p->arena, run_id_len);
    for (size_t i = 0; i < run_id_len; i++)
        id[i] = letters[rand_below(&p->surroundings.rand, sizeof letters - 1)];
    p->surroundings.run_id = (struct slice){id, run_id_len};
}

/* Every service that a suite needs is named and answers. */
static bool is_ready(struct program *p)
{
    static const char *const names[SERVICE_COUNT] = {[SERVICE_API] = "the API",
                                                     [SERVICE_AWS] = "AWS",
                                                     [SERVICE_SQL] = "PostgreSQL",
                                                     [SERVICE_REDIS] = "Redis"};
    unsigned needs = 0;
    bool ready = true;
    struct worker worker;
    for (size_t i = 0; i < p->suite_count; i++)
        needs |= p->suites[i]->needs;
    worker_init(&worker, &p->target, &p->secrets);
    worker.arena = &p->arena;
    for (enum service s = SERVICE_API; s < SERVICE_COUNT; s++) {
        const char *advice;
        struct slice why = SLICE("");
        if (!(needs & 1U << s))
            continue;
        if (!target_has(&p->target, s, &advice))
            fprintf(stderr, "not ready: the suites need %s; %s\n", names[s], advice);
        else if (!worker_reaches(&worker, s, &why))
            fprintf(stderr, "not ready: %s does not answer: " SLICE_FMT "\n", names[s],
                    SLICE_ARG(secrets_mask(&p->secrets, why, &p->arena)));
        else
            continue;
        ready = false;
    }
    worker_done(&worker);
    return ready;
}

/* Blocked here, before any thread begins, and asked for between steps. */
static void hold_interrupts(sigset_t *interrupts)
{
    sigemptyset(interrupts);
    sigaddset(interrupts, SIGINT);
    sigaddset(interrupts, SIGTERM);
    pthread_sigmask(SIG_BLOCK, interrupts, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run_all(struct program *p)
{
    struct report report;
    sigset_t interrupts;
    hold_interrupts(&interrupts);
    report_init(&report, &p->secrets, stdout);
    struct run run = {&p->target, &p->surroundings, &report, &interrupts};
    printf("seed %lld, run %.*s, target " SLICE_FMT "\n", (long long)p->settings.seed, run_id_len,
           p->surroundings.run_id.ptr, SLICE_ARG(p->target.name));
    for (size_t i = 0; i < p->suite_count; i++)
        run_suite(&run, p->suites[i]);
    int code = report_exit_code(&report);
    if (p->settings.junit && !report_write_junit(&report, p->settings.junit)) {
        fprintf(stderr, "%s: cannot be written: %s\n", p->settings.junit, strerrorname_np(errno));
        code = code ? code : exit_usage;
    }
    printf("seed %lld\n", (long long)p->settings.seed);
    report_summary(&report);
    report_done(&report);
    return code;
}

static int command_run(struct program *p)
{
    choose_seed(p);
    if (!read_target(p))
        return exit_usage;
    p->surroundings.target = p->target.values;
    return is_ready(p) ? run_all(p) : exit_not_ready;
}

static int command_lint(struct program *p)
{
    printf("%zu suites are well-formed\n", p->suite_count);
    return 0;
}

static int command_list(struct program *p)
{
    for (size_t i = 0; i < p->suite_count; i++)
        for (size_t k = 0; k < p->suites[i]->scenario_count; k++)
            printf(SLICE_FMT ": " SLICE_FMT " / " SLICE_FMT "\n", SLICE_ARG(p->suites[i]->file),
                   SLICE_ARG(p->suites[i]->name), SLICE_ARG(p->suites[i]->scenarios[k].name));
    return 0;
}

static const struct {
    const char *name;
    int (*run)(struct program *program);
} commands[] = {
    {"run",  command_run },
    {"lint", command_lint},
    {"list", command_list},
};

static int dispatch(struct program *p, char **words, int count)
{
    for (size_t i = 0; count > 0 && i < ARRAY_LEN(commands); i++) {
        if (strcmp(words[0], commands[i].name) != 0)
            continue;
        if (!find_files(p, words + 1, count - 1) || !parse_files(p))
            return exit_usage;
        return commands[i].run(p);
    }
    if (count > 0)
        fprintf(stderr, "%s is not a command; there are run, lint and list\n", words[0]);
    else
        options_print_help(&options, stderr);
    return exit_usage;
}

int main(int argc, char **argv)
{
    int count = 0;
    struct program *p = calloc(1, sizeof *p);
    if (!p)
        return exit_not_ready;
    p->settings.seed = -1;
    secrets_init(&p->secrets);
    p->surroundings.secrets = &p->secrets;
    pthread_mutex_init(&p->surroundings.rand_lock, NULL);
    enum option_result result = options_parse(&options, argc, argv, &p->settings, &count);
    int code = result == OPTIONS_HELP  ? 0
               : result == OPTIONS_BAD ? exit_usage
                                       : dispatch(p, argv + 1, count);
    pthread_mutex_destroy(&p->surroundings.rand_lock);
    secrets_done(&p->secrets);
    arena_done(&p->arena);
    free(p);
    return code;
}
