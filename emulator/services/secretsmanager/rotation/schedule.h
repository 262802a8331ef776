#pragma once
/*
 * When a secret is rotated: rate() and cron() expressions, and the windows that they open. Pure;
 * all times are UTC.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

enum schedule_kind { SCHEDULE_DAYS, SCHEDULE_HOURS, SCHEDULE_CRON };

struct rotation_schedule {
    enum schedule_kind kind;
    int64_t interval; /* days or hours; 0 for cron */
    /* cron: a bit per hour (0-23), day (1-31), month (1-12) and weekday (0 is Sunday) */
    uint32_t hours;
    uint32_t days;
    uint32_t months;
    uint32_t weekdays;
    bool by_weekday;      /* the day of the month is "?" */
    bool last;            /* "L": the month's last day, or its last such weekday */
    int nth;              /* "#": the month's n-th such weekday; 0: every one */
    int64_t window_hours; /* 0: the expression's default */
};

/* When rotation may begin, and the last second at which it may. */
struct rotation_window {
    int64_t opens_micros;
    int64_t closes_micros;
};

/* `duration` is "3h" or absent. NULL, or what is wrong with the two. */
const char *rotation_schedule_parse(struct slice expression, struct slice duration,
                                    struct rotation_schedule *schedule);

/* AutomaticallyAfterDays. */
struct rotation_schedule rotation_schedule_of_days(int64_t days);

/* The first window that opens after a rotation at that moment. False: none opens in ten years. */
bool rotation_schedule_next(const struct rotation_schedule *schedule, int64_t after_micros,
                            struct rotation_window *window);

/* The days from one window to the next, rounded up, at that moment. */
int64_t rotation_schedule_days(const struct rotation_schedule *schedule, int64_t now_micros);
