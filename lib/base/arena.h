#pragma once
/*
 * An arena hands out memory that dies all at once: one per call, request or run.
 *
 * Allocation never returns NULL: the process ends when the system has no memory, because sizes
 * are capped at the door. Memory is aligned for any type. Under AddressSanitizer unused arena
 * memory is poisoned and blocks are separated by a gap, so that a one-byte overflow is reported.
 *
 * An arena belongs to one thread at a time. A zeroed struct is a valid empty arena.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attributes.h"
#include "lib/base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *next;                 /* free part of the newest block */
    char *end;
    bool wipes; /* set it when secrets come in: then memory is overwritten before it goes back */
};

void arena_init(struct arena *arena);
void arena_done(struct arena *arena); /* frees everything; the arena is then empty and usable, and
                                         wipes no more */

/* Forgets every allocation but keeps one block, so that a worker's next call needs no malloc. */
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size); /* not zeroed */
void *arena_zalloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); /* zeroed; checks overflow */

/*
 * Room for one more item after `count` of them in an array that doubles: `items` itself (NULL at
 * first) or a larger copy. What was outgrown stays in the arena; new room is zeroed.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_zalloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

struct slice arena_dup(struct arena *arena, struct slice s); /* absent stays absent */
char *arena_cstr(struct arena *arena, struct slice s);       /* NUL-terminated copy */
/* The parts one after the other: for hot paths, where printf costs more than the rest. */
struct slice arena_join(struct arena *arena, const struct slice *parts, size_t count);
struct slice arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct slice arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    PRINTF_LIKE(2, 0);
