#pragma once
/*
 * What falls due by itself: one thread that waits, in virtual time, for the earliest moment at
 * which a service has work, and has it done. Work of all services is done in the order of its
 * moments, also when the clock jumped over many of them.
 */
#include "emulator/core/virtual_clock.h"
#include "emulator/gateway/gateway.h"

struct due;

/* Starts the thread. At first every service that has a run_due is asked once. */
struct due *due_start(struct gateway *gateway, struct virtual_clock *clock);
void due_stop(struct due *due); /* NULL is allowed; work under way is finished first */

/* Service `index` of the gateway wants its run_due at that moment, or earlier. Any thread. */
void due_note(struct due *due, size_t index, int64_t micros);

/* After all state was erased: asks every service again. */
void due_look_again(struct due *due);

/* Waits until nothing is due by the clock as it is now, at most that long; to be called after the
 * clock was set, too. True: nothing is due. Any thread. */
bool due_settle(struct due *due, int64_t limit_micros);
