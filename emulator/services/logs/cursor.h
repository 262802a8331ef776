#pragma once
/*
 * A place between two events, in the order of their timestamps and then of their arrival, and the
 * direction to read on from there. Its text is the token that clients send back. Pure.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct logs_cursor {
    bool backward;
    int64_t timestamp; /* the gap is before the event of this timestamp and id */
    int64_t id;
};

/* "f/00001795350896000000000000000000000000000000000000000042/s"; b for backward. */
struct slice logs_cursor_text(struct arena *arena, const struct logs_cursor *cursor);
bool logs_cursor_parse(struct slice text, struct logs_cursor *cursor);

/* 56 digits that sort as the events do: what AWS calls an event id. */
struct slice logs_event_id(struct arena *arena, int64_t timestamp, int64_t id);
