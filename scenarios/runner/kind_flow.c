/* wait and parallel: steps that talk to nobody themselves. */
#include <time.h>

#include "scenarios/runner/kind.h"
#include "scenarios/runner/suite.h"
#include "scenarios/runner/worker.h"

static bool parse_wait(const struct node *spec, struct complaints *complaints)
{
    unsigned ms;
    if (spec->kind == NODE_SCALAR && suite_parse_duration(spec->text, &ms))
        return true;
    complain(complaints, spec, "wait takes a time such as 250ms or 5s");
    return false;
}

static void wait(struct worker *worker, const struct value *value, struct outcome *outcome)
{
    unsigned ms = 0;
    suite_parse_duration(value->text, &ms);
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&left, NULL);
    *outcome = (struct outcome){.answered = true,
                                .succeeded = true,
                                .document = value_null(worker->arena),
                                .elapsed_micros = (int64_t)ms * 1000};
}

const struct step_kind WAIT_KIND = {
    .name = "wait",
    .help = "a pause: 250ms, 5s; prefer until",
    .service = SERVICE_NONE,
    .parse = parse_wait,
    .send = wait,
};

/* Its part is a list of steps, which suite.c parses and run.c starts all at once. */
const struct step_kind PARALLEL_KIND = {
    .name = "parallel",
    .help = "a list of steps, all at once",
    .service = SERVICE_NONE,
};
