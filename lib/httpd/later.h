#pragma once
/*
 * Answers that are to leave later: one thread, made when the first is put, that resumes suspended
 * connections when their time has come. Shared by lib/httpd's own files alone. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;

/* Lives in the request's exchange, which outlives it: a suspended connection is not completed. */
struct later_entry {
    struct MHD_Connection *connection;
    int64_t at_micros; /* monotonic */
    struct later_entry *next;
};

struct later;

struct later *later_new(void);
/* Resumes what still waits; from now on nothing is held back. */
void later_stop(struct later *later);
void later_free(struct later *later); /* after later_stop */

/* Suspends the connection until then. False, and nothing done, after later_stop. */
bool later_put(struct later *later, struct later_entry *entry);
