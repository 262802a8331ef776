#pragma once
/*
 * Carrying out suites: scenarios one after the other, the steps of each in order, a failed step
 * ending its scenario, and the clean-up of every scenario last in, first out, whatever happened.
 */
#include <signal.h>

#include "scenarios/runner/report.h"
#include "scenarios/runner/suite.h"
#include "scenarios/runner/target.h"

struct run {
    const struct target *target;
    struct surroundings *surroundings;
    struct report *report;
    const sigset_t *interrupts; /* blocked in every thread; a pending one ends the run */
};

void run_suite(struct run *run, const struct suite *suite);
