#pragma once
/*
 * One read for many callers: who asks for a key while a read of it is under way waits for the next
 * read, together with all others who came meanwhile. A read that a caller shares always began after
 * the caller asked, so that it is as fresh as one of its own. A busy session then costs one read a
 * round trip, however many requests it carries. Any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

struct shared_reads;

struct shared_reads *shared_reads_open(void);        /* never NULL */
void shared_reads_close(struct shared_reads *reads); /* no call may be under way */

/* Reads `key` into `text`, which lives in the arena. */
typedef struct err shared_read(void *context, struct slice key, struct arena *arena,
                               struct slice *text);

/* `text` is copied into every caller's arena; a failure is shared as well. */
struct err shared_reads_get(struct shared_reads *reads, struct slice key, shared_read *read,
                            void *context, struct arena *arena, struct slice *text);
