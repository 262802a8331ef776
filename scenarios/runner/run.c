/* Suites, scenarios and steps. */
#include "scenarios/runner/run.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/clock.h"
#include "scenarios/runner/request.h"
#include "scenarios/runner/worker.h"

/* One scenario under way. */
struct passage {
    struct run *run;
    const struct suite *suite;
    const struct scenario *scenario;
    struct variables *variables;
    struct pending *cleanups; /* newest first */
    struct arena arena;       /* of the list above */
    pthread_mutex_t lock;     /* of the list above */
    bool cleaning;            /* the steps are those of the clean-up */
};

struct pending {
    const struct step_list *steps;
    struct pending *older;
};

/* How a step ended; the message lives in the worker's arena. */
struct verdict {
    enum result result;
    struct slice message;
    const struct node *where;
};

static bool is_interrupted(struct run *run)
{
    const struct timespec at_once = {0};
    if (run->interrupts && sigtimedwait(run->interrupts, NULL, &at_once) > 0)
        __atomic_store_n(&run->report->interrupted, true, __ATOMIC_RELAXED);
    return __atomic_load_n(&run->report->interrupted, __ATOMIC_RELAXED);
}

static void report_step(struct passage *p, const struct step *step, const struct verdict *verdict,
                        int64_t elapsed_micros)
{
    struct arena scratch = {0};
    const struct node *where = verdict->where ? verdict->where : step->where;
    struct case_record record = {
        .suite = p->suite->name,
        .scenario = p->scenario->name,
        .step = step->name,
        .place = arena_printf(&scratch, SLICE_FMT ":%u", SLICE_ARG(p->suite->file), where->line),
        .result = verdict->result,
        .message = verdict->message,
        .elapsed_micros = elapsed_micros};
    if (!p->cleaning)
        report_case(p->run->report, &record);
    else if (verdict->result == RESULT_FAIL || verdict->result == RESULT_ERROR)
        report_cleanup_failure(p->run->report, &record);
    arena_done(&scratch);
}

/* The first check that does not hold, as a verdict. */
static struct verdict judge_checks(const struct check_list *checks, const struct outcome *outcome,
                                   struct render *render)
{
    for (size_t i = 0; i < checks->count; i++) {
        struct slice difference = SLICE_NONE;
        if (check_holds(&checks->items[i], outcome, render, &difference))
            continue;
        if (slice_is_set(difference))
            return (struct verdict){RESULT_FAIL, difference, checks->items[i].where};
        return (struct verdict){RESULT_ERROR, render->problem, checks->items[i].where};
    }
    return (struct verdict){.result = RESULT_PASS};
}

/* A step that says nothing of status or error must succeed; many requests may differ. */
static bool must_succeed(const struct step *step)
{
    bool is_many = step->duplicate > 1 || step->repeat > 1;
    return !check_list_judges_success(&step->checks) && !check_list_judges_success(&step->until) &&
           !(is_many && step->checks.count > 0);
}

static struct verdict judge(const struct step *step, const struct check_list *checks,
                            const struct outcome *outcome, struct render *render)
{
    if (!outcome->answered)
        return (struct verdict){
            RESULT_ERROR, outcome->note.len > 0 ? outcome->note : SLICE("no answer came"), NULL};
    if (!outcome->succeeded && must_succeed(step))
        return (struct verdict){RESULT_FAIL,
                                arena_printf(render->arena, "refused: %d " SLICE_FMT " " SLICE_FMT,
                                             outcome->status, SLICE_ARG(outcome->error_code),
                                             SLICE_ARG(outcome->note)),
                                NULL};
    return judge_checks(checks, outcome, render);
}

static bool capture_one(struct passage *p, const struct capture *capture,
                        const struct outcome *outcome, struct arena *arena)
{
    const struct value *value;
    if (slice_is_set(capture->header)) {
        struct slice text =
            http_header_find(outcome->headers, outcome->header_count, capture->header);
        value = slice_is_set(text) ? value_string(arena, text) : NULL;
    } else {
        value = jsonpath_find(&capture->path, outcome->document, arena);
    }
    if (!value)
        return false;
    if (capture->secret)
        secrets_add(p->run->surroundings->secrets, value_to_text(value, arena));
    variables_set(p->variables, capture->name, value);
    return true;
}

static struct verdict capture_all(struct passage *p, const struct step *step,
                                  const struct outcome *outcome, struct arena *arena)
{
    struct verdict verdict = {.result = RESULT_PASS};
    for (size_t i = 0; i < step->capture_count && outcome->document; i++) {
        const struct capture *capture = &step->captures[i];
        if (capture_one(p, capture, outcome, arena) || verdict.result != RESULT_PASS)
            continue;
        verdict = (struct verdict){
            RESULT_FAIL,
            arena_printf(
                arena, "nothing to capture as \"" SLICE_FMT "\" at " SLICE_FMT,
                SLICE_ARG(capture->name),
                SLICE_ARG(slice_is_set(capture->header) ? capture->header : capture->path.text)),
            NULL};
    }
    return verdict;
}

static void pause_ms(unsigned ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&left, NULL);
}

/* Sends, and judges by `until` again and again while it is not met. */
static struct verdict send_until(struct passage *p, struct worker *worker, const struct step *step,
                                 struct outcome *outcome)
{
    int64_t deadline = clock_monotonic_micros() + (int64_t)step->within_ms * 1000;
    for (unsigned tries = 1;; tries++) {
        struct render render = {.variables = p->variables, .arena = worker->arena};
        if (!request_send(worker, step, &render, outcome))
            return (struct verdict){render.missing && p->cleaning ? RESULT_SKIP : RESULT_ERROR,
                                    render.problem, NULL};
        if (step->until.count == 0)
            return (struct verdict){.result = RESULT_PASS};
        struct verdict verdict = judge(step, &step->until, outcome, &render);
        if (verdict.result == RESULT_PASS)
            return verdict;
        if (clock_monotonic_micros() >= deadline || is_interrupted(p->run)) {
            verdict.message = arena_printf(worker->arena, SLICE_FMT " (%u tries within %u ms)",
                                           SLICE_ARG(verdict.message), tries, step->within_ms);
            return verdict;
        }
        pause_ms(step->every_ms);
        arena_reset(worker->arena);
    }
}

static void push_cleanup(struct passage *p, const struct step_list *steps)
{
    if (steps->count == 0)
        return;
    pthread_mutex_lock(&p->lock);
    struct pending *pending = ARENA_NEW(&p->arena, struct pending);
    *pending = (struct pending){steps, p->cleanups};
    p->cleanups = pending;
    pthread_mutex_unlock(&p->lock);
}

static bool run_step(struct passage *p, struct worker *worker, const struct step *step);

struct branch {
    struct passage *passage;
    const struct step *step;
    pthread_t thread;
    bool passed;
};

static void *run_branch(void *cls)
{
    struct branch *branch = cls;
    struct worker worker;
    worker_init(&worker, branch->passage->run->target, branch->passage->run->surroundings->secrets);
    branch->passed = run_step(branch->passage, &worker, branch->step);
    worker_done(&worker);
    return NULL;
}

static bool run_parallel(struct passage *p, const struct step *step)
{
    struct arena arena = {0};
    bool passed = true;
    struct branch *branches = ARENA_ARRAY(&arena, struct branch, step->nested.count);
    for (size_t i = 0; i < step->nested.count; i++) {
        branches[i] = (struct branch){.passage = p, .step = &step->nested.items[i]};
        if (pthread_create(&branches[i].thread, NULL, run_branch, &branches[i]) != 0)
            abort();
    }
    for (size_t i = 0; i < step->nested.count; i++) {
        pthread_join(branches[i].thread, NULL);
        passed = passed && branches[i].passed;
    }
    arena_done(&arena);
    return passed;
}

/* Captures come before the checks, so that a clean-up knows the id of what a check disliked. */
static bool run_step(struct passage *p, struct worker *worker, const struct step *step)
{
    struct arena arena = {0};
    struct outcome outcome;
    int64_t start = clock_monotonic_micros();
    if (step->kind == &PARALLEL_KIND)
        return run_parallel(p, step);
    worker->arena = &arena;
    struct verdict verdict = send_until(p, worker, step, &outcome);
    if (verdict.result == RESULT_PASS) {
        struct render render = {.variables = p->variables, .arena = &arena};
        struct verdict captured = capture_all(p, step, &outcome, &arena);
        push_cleanup(p, &step->cleanup);
        verdict = judge(step, &step->checks, &outcome, &render);
        if (verdict.result == RESULT_PASS)
            verdict = captured;
    }
    report_step(p, step, &verdict, clock_monotonic_micros() - start);
    worker->arena = NULL;
    arena_done(&arena);
    return verdict.result == RESULT_PASS;
}

static void skip_steps(struct passage *p, size_t first, struct slice why)
{
    struct verdict skipped = {.result = RESULT_SKIP, .message = why};
    for (size_t i = first; i < p->scenario->steps.count; i++)
        report_step(p, &p->scenario->steps.items[i], &skipped, 0);
}

/* False when a step failed or the run was interrupted; the steps behind it are skipped. */
static bool run_steps(struct passage *p, struct worker *worker)
{
    for (size_t i = 0; i < p->scenario->steps.count; i++) {
        if (is_interrupted(p->run)) {
            skip_steps(p, i, SLICE("interrupted"));
            return false;
        }
        if (!run_step(p, worker, &p->scenario->steps.items[i])) {
            skip_steps(p, i + 1, SLICE("a step before failed"));
            return false;
        }
    }
    return true;
}

/* All of it, whatever fails: each step cleans up something of its own. */
static void clean_up(struct passage *p, struct worker *worker)
{
    p->cleaning = true;
    for (const struct pending *pending = p->cleanups; pending; pending = pending->older)
        for (size_t i = 0; i < pending->steps->count; i++)
            run_step(p, worker, &pending->steps->items[i]);
}

static void passage_init(struct passage *p, struct run *run, const struct suite *suite,
                         const struct scenario *scenario, struct variables *variables)
{
    *p = (struct passage){.run = run, .suite = suite, .scenario = scenario, .variables = variables};
    pthread_mutex_init(&p->lock, NULL);
    push_cleanup(p, &scenario->cleanup);
}

static void passage_done(struct passage *p)
{
    pthread_mutex_destroy(&p->lock);
    arena_done(&p->arena);
}

static void run_scenario(struct run *run, const struct suite *suite,
                         const struct scenario *scenario, struct variables *suite_variables)
{
    struct worker worker;
    struct passage passage;
    struct variables variables;
    variables_init(&variables, suite_variables, run->surroundings);
    passage_init(&passage, run, suite, scenario, &variables);
    worker_init(&worker, run->target, run->surroundings->secrets);
    run_steps(&passage, &worker);
    clean_up(&passage, &worker);
    worker_done(&worker);
    passage_done(&passage);
    variables_done(&variables);
}

static void skip_scenario(struct run *run, const struct suite *suite,
                          const struct scenario *scenario)
{
    struct passage passage = {.run = run, .suite = suite, .scenario = scenario};
    skip_steps(&passage, 0, SLICE("the suite's setup failed"));
}

/* In the order written: a later one may use an earlier one. */
static bool set_suite_variables(struct run *run, const struct suite *suite,
                                struct variables *variables)
{
    struct arena arena = {0};
    struct render render = {.variables = variables, .arena = &arena};
    bool fine = true;
    for (size_t i = 0; fine && suite->vars && i < suite->vars->count; i++) {
        const struct value *value = render_value(&render, suite->vars->items[i]);
        fine = value != NULL;
        if (fine)
            variables_set(variables, suite->vars->keys[i]->text, value);
    }
    if (!fine) {
        struct case_record record = {.suite = suite->name,
                                     .scenario = SLICE("vars"),
                                     .step = SLICE("vars"),
                                     .place = suite->file,
                                     .result = RESULT_ERROR,
                                     .message = render.problem};
        report_case(run->report, &record);
    }
    arena_done(&arena);
    return fine;
}

/* What the setup captures, every scenario sees; what it cleans up goes last. */
void run_suite(struct run *run, const struct suite *suite)
{
    struct worker worker;
    struct passage setup;
    struct variables variables;
    variables_init(&variables, NULL, run->surroundings);
    passage_init(&setup, run, suite, &suite->setup, &variables);
    worker_init(&worker, run->target, run->surroundings->secrets);
    report_line(run->report, suite->name);
    bool ready = set_suite_variables(run, suite, &variables) && run_steps(&setup, &worker);
    for (size_t i = 0; i < suite->scenario_count; i++) {
        if (ready)
            run_scenario(run, suite, &suite->scenarios[i], &variables);
        else
            skip_scenario(run, suite, &suite->scenarios[i]);
    }
    clean_up(&setup, &worker);
    worker_done(&worker);
    passage_done(&setup);
    variables_done(&variables);
}
