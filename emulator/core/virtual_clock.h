#pragma once
/*
 * The clock of the whole cloud: the system's, until someone sets, advances or freezes it. Whoever
 * holds `clock` sees the virtual time. Any thread; a reading is one atomic load beside the
 * system's.
 */
#include <stdbool.h>

#include "lib/base/clock.h"

struct virtual_clock {
    struct clock clock; /* first, since its function finds the rest by it */
    int64_t setting;    /* atomic: the offset, or the moment it stands at; the lowest bit: frozen */
};

#define CLOCK_MICROS_MAX INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

void virtual_clock_init(struct virtual_clock *clock);
bool virtual_clock_is_frozen(const struct virtual_clock *clock);

/* One thread at a time may call these. False, and nothing changed, outside 1970 to 9999. */
bool virtual_clock_set(struct virtual_clock *clock, int64_t micros);
void virtual_clock_freeze(struct virtual_clock *clock, bool frozen);
/* Back to the system's time, running. */
void virtual_clock_reset(struct virtual_clock *clock);
