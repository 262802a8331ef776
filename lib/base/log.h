#pragma once
/*
 * Structured logging for programs (libraries return errors and never log): one JSON object a line,
 * written with a single write(2), so that lines of several threads never mix.
 *
 *   log_event(log, LOG_WARN, "redis is down", LOG_TEXT("host", host), LOG_NUMBER("port", port));
 *
 * Field names are literals. Each text value is cut at 8 KiB. Never pass a secret: redaction is the
 * caller's task. Any thread may log; the struct is constant after start.
 */
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log {
    int fd;
    enum log_level least;
    const struct clock *clock;
    const char *program;
};

struct log_field {
    const char *name;
    struct slice text; /* set: a string, else `number` */
    int64_t number;
};

#define LOG_TEXT(name_literal, slice_value)                                                        \
    ((struct log_field){.name = (name_literal), .text = (slice_value)})
#define LOG_NUMBER(name_literal, value)                                                            \
    ((struct log_field){.name = (name_literal), .number = (value)})

#define log_event(log, level, message, ...)                                                        \
    log_write((log), (level), (message), (const struct log_field[]){{0}, ##__VA_ARGS__},           \
              sizeof((const struct log_field[]){{0}, ##__VA_ARGS__}) / sizeof(struct log_field))

/* The first field is a filler that log_event puts in and log_write passes over. */
void log_write(const struct log *log, enum log_level level, const char *message,
               const struct log_field *fields, size_t count);

/* "debug", "info", "warn", "error"; false otherwise. */
bool log_level_parse(struct slice name, enum log_level *level);
