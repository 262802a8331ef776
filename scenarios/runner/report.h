#pragma once
/*
 * What a run found: a case a step, printed as it comes and kept for the JUnit file. Every text is
 * masked on its way in. Any thread may report.
 */
#include <pthread.h>
#include <stdio.h>

#include "lib/base/arena.h"
#include "scenarios/runner/secrets.h"

enum result { RESULT_PASS, RESULT_FAIL, RESULT_ERROR, RESULT_SKIP, RESULT_COUNT };

struct case_record {
    struct slice suite;
    struct slice scenario;
    struct slice step;
    struct slice place; /* "file:line" */
    enum result result;
    struct slice message; /* of a failure, error or skip */
    int64_t elapsed_micros;
    struct case_record *next;
};

struct report {
    pthread_mutex_t lock;
    struct arena arena;
    struct secrets *secrets;
    FILE *out; /* progress goes here */
    struct case_record *first, *last;
    unsigned counts[RESULT_COUNT];
    unsigned cleanup_failures;
    bool interrupted;
};

void report_init(struct report *report, struct secrets *secrets, FILE *out);
void report_done(struct report *report);

/* Copies the record. A passed cleanup step is not reported at all; a failed one is. */
void report_case(struct report *report, const struct case_record *record);
void report_cleanup_failure(struct report *report, const struct case_record *record);
/* A line of its own, masked. */
void report_line(struct report *report, struct slice line);

/* "N passed, N failed, N skipped", errors among the failed. */
void report_summary(struct report *report);
/* 0, 1, 5 or 130, as scenarios/README.md says. */
int report_exit_code(const struct report *report);
/* False when the file cannot be written; errno says why. */
bool report_write_junit(struct report *report, const char *path);
