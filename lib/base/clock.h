#pragma once
/*
 * The only door to time. Everything that asks for the time takes a `struct clock`, so that tests
 * and the emulator's virtual clock can set it.
 *
 * Unit: microseconds since 1970-01-01T00:00:00Z, as int64_t. A clock may be read from any thread.
 */
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct clock {
    int64_t (*now)(const struct clock *clock);
    int64_t fixed_micros; /* for clock_fixed */
};

#define MICROS_PER_SECOND INT64_C(1000000)

struct clock clock_system(void);
struct clock clock_fixed(int64_t micros);
int64_t clock_now(const struct clock *clock);

/* Elapsed-time source for time-outs and measurements; unrelated to the wall clock. */
int64_t clock_monotonic_micros(void);

/* A day of the calendar in UTC. */
struct clock_day {
    int64_t year;
    unsigned month;   /* from 1 */
    unsigned day;     /* from 1 */
    unsigned weekday; /* 0 is Sunday */
    unsigned month_days;
};

struct clock_day clock_day_of(int64_t micros);

/* "2026-11-22T10:20:30.123456Z" (RFC 3339), with 0, 3 or 6 digits of fraction. */
struct slice clock_format_rfc3339(struct arena *arena, int64_t micros, int fraction_digits);
/* "20261122T102030Z", as in X-Amz-Date. */
struct slice clock_format_amz(struct arena *arena, int64_t micros);
/* "Sun, 22 Nov 2026 10:20:30 GMT" (RFC 9110 section 5.6.7). */
struct slice clock_format_http(struct arena *arena, int64_t micros);

/* Each parses the whole slice; false leaves `micros` untouched. */
bool clock_parse_rfc3339(struct slice text, int64_t *micros); /* fraction and offset allowed */
bool clock_parse_amz(struct slice text, int64_t *micros);
bool clock_parse_http(struct slice text, int64_t *micros);
