#pragma once
/*
 * The kinds of step: a const table in kind.c. A new kind is one file with two functions and one
 * line in that table.
 */
#include "scenarios/runner/outcome.h"
#include "scenarios/runner/variables.h"
#include "scenarios/runner/yaml.h"

struct worker;

/* What a step talks to; the target must name it. */
enum service { SERVICE_NONE, SERVICE_API, SERVICE_AWS, SERVICE_SQL, SERVICE_REDIS, SERVICE_COUNT };

struct step_kind {
    const char *name;
    const char *help; /* one line for --help */
    enum service service;
    /* Complains about what is wrong with the step's part. */
    bool (*parse)(const struct node *spec, struct complaints *complaints);
    /* Sends and fills the outcome. `value` is the step's part with its variables filled in. NULL
     * for a kind that the runner itself carries out. */
    void (*send)(struct worker *worker, const struct value *value, struct outcome *outcome);
};

const struct step_kind *step_kind_find(struct slice name);
size_t step_kind_count(void);
const struct step_kind *step_kind_at(size_t index);

extern const struct step_kind HTTP_KIND;
extern const struct step_kind AWS_KIND;
extern const struct step_kind SQL_KIND;
extern const struct step_kind REDIS_KIND;
extern const struct step_kind WAIT_KIND;
extern const struct step_kind PARALLEL_KIND;
