#pragma once
/*
 * Variables, and the texts and values made with them.
 *
 * "${name}" stands for a variable; "$${" for the two characters themselves. A scalar that is one
 * "${name}" and nothing else takes the variable's value whole, number or object, quoted or not
 * (YAML's {braces} make the quotes necessary); inside a longer text it stands as text. Names with a
 * colon or in the table of built-ins are not variables:
 *
 *   ${env:NAME}     an environment variable        ${target:NAME}  a value of the targets file
 *   ${run_id}       eight characters, new each run  ${uuid}         a new UUID each time
 *   ${index}        0, 1, 2 ... within a repeat     ${now}          the time, RFC 3339
 *
 * A table may have a parent, where it looks for what it does not hold. Any thread may use a table.
 */
#include <pthread.h>
#include <stdint.h>

#include "lib/base/rand.h"
#include "scenarios/runner/secrets.h"
#include "scenarios/runner/value.h"
#include "scenarios/runner/yaml.h"

/* What all tables of a run share; constant but for the lock's own and the random stream. */
struct surroundings {
    struct slice run_id;
    struct rand rand; /* from the seed */
    pthread_mutex_t rand_lock;
    struct secrets *secrets;
    const struct value *target; /* an object: what ${target:NAME} finds */
};

struct variable;

struct variables {
    struct variables *parent;
    struct surroundings *surroundings;
    pthread_mutex_t lock;
    struct arena arena;
    struct variable *first;
};

void variables_init(struct variables *variables, struct variables *parent,
                    struct surroundings *surroundings);
void variables_done(struct variables *variables);
void variables_set(struct variables *variables, struct slice name, const struct value *value);
/* NULL when neither the table nor a parent has it. The value is a copy in the arena. */
const struct value *variables_get(struct variables *variables, struct slice name,
                                  struct arena *arena);

/* A name of letters, digits and '_', not beginning with a digit, and not a built-in. */
bool variables_is_name(struct slice name);

struct render {
    struct variables *variables;
    struct arena *arena; /* of the results */
    int64_t index;
    struct slice problem; /* set by the first failure */
    bool missing;         /* the failure was a variable that is not set */
};

/* NULL, and `problem` set, when a "${...}" has no value. */
const struct value *render_value(struct render *render, const struct node *node);
/* A scalar as text; false as above or when the node is no scalar. */
bool render_text(struct render *render, const struct node *node, struct slice *text);
