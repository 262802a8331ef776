#pragma once
/* Assertions: one expectation about a step's outcome each. */
#include "scenarios/runner/jsonpath.h"
#include "scenarios/runner/outcome.h"
#include "scenarios/runner/variables.h"
#include "scenarios/runner/yaml.h"

struct check_operator;

enum check_subject { CHECK_PATH, CHECK_STATUS, CHECK_ERROR, CHECK_HEADER };

struct check {
    enum check_subject subject;
    struct jsonpath path; /* CHECK_PATH */
    struct slice header;  /* CHECK_HEADER: its name */
    const struct check_operator *op;
    const struct node *expected; /* NULL where the operator takes none */
    const struct node *where;
};

struct check_list {
    struct check *items;
    size_t count;
};

/* From a list node. False after a complaint. */
bool check_list_parse(const struct node *list, struct arena *arena, struct complaints *complaints,
                      struct check_list *checks);

/* True when a check of the list judges success itself: then a refusal is no failure by itself. */
bool check_list_judges_success(const struct check_list *checks);

/*
 * True when the check holds. Otherwise `difference` says what was expected and what was found;
 * `render->problem` is set instead when the expectation itself has no value.
 */
bool check_holds(const struct check *check, const struct outcome *outcome, struct render *render,
                 struct slice *difference);
