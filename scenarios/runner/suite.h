#pragma once
/*
 * A suite file as structures: what scenarios/README.md describes. Read once, never changed; all of
 * it lives in the arena that it was parsed with.
 */
#include "scenarios/runner/check.h"
#include "scenarios/runner/kind.h"
#include "scenarios/runner/yaml.h"

#define SUITE_CONCURRENCY_MAX 256
#define SUITE_REPEAT_MAX 10000

struct capture {
    struct slice name;
    struct jsonpath path;
    struct slice header; /* present: a header's value instead of a path */
    bool secret;
};

struct step_list {
    struct step *items;
    size_t count;
};

struct step {
    struct slice name; /* given, or made from the kind */
    const struct step_kind *kind;
    const struct node *spec; /* the kind's own part, checked by the kind */
    const struct node *where;
    struct capture *captures;
    size_t capture_count;
    struct check_list checks;
    struct check_list until; /* polled until all hold */
    unsigned within_ms;
    unsigned every_ms;
    unsigned duplicate;      /* above 1: one rendered request, that many times at once */
    unsigned repeat;         /* above 1: rendered and sent that many times */
    unsigned at_once;        /* so many of the repeats at a time */
    struct step_list nested; /* of a parallel step */
    struct step_list cleanup;
};

struct scenario {
    struct slice name;
    const struct node *where;
    struct step_list steps;
    struct step_list cleanup;
};

struct suite {
    struct slice file;
    struct slice name;
    const struct node *vars; /* a map, or NULL */
    struct scenario setup;   /* run before the scenarios, for all of them; its clean-up goes last */
    unsigned needs;          /* a bit for each enum service that a step uses */
    struct scenario *scenarios;
    size_t scenario_count;
};

/* NULL after complaints. */
struct suite *suite_parse(struct slice file, struct slice text, struct arena *arena,
                          struct complaints *complaints);

/* "250ms", "5s", "2m"; false otherwise. */
bool suite_parse_duration(struct slice text, unsigned *ms);
