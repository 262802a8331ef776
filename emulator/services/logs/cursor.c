/* Tokens of log events. */
#include "emulator/services/logs/cursor.h"

enum { timestamp_digits = 17, id_digits = 39, mark_bytes = 2 };

struct slice logs_event_id(struct arena *arena, int64_t timestamp, int64_t id)
{
    return arena_printf(arena, "%0*lld%0*lld", timestamp_digits, (long long)timestamp, id_digits,
                        (long long)id);
}

struct slice logs_cursor_text(struct arena *arena, const struct logs_cursor *cursor)
{
    int64_t timestamp = cursor->timestamp < 0 ? 0 : cursor->timestamp;
    return arena_printf(arena, "%c/" SLICE_FMT "/s", cursor->backward ? 'b' : 'f',
                        SLICE_ARG(logs_event_id(arena, timestamp, cursor->id)));
}

bool logs_cursor_parse(struct slice text, struct logs_cursor *cursor)
{
    uint64_t timestamp;
    uint64_t id;
    bool backward = slice_starts_with(text, SLICE("b/"));
    if (text.len != mark_bytes + timestamp_digits + id_digits + mark_bytes ||
        !slice_ends_with(text, SLICE("/s")) ||
        (!backward && !slice_starts_with(text, SLICE("f/"))) ||
        !slice_to_u64(slice_sub(text, mark_bytes, timestamp_digits), &timestamp) ||
        !slice_to_u64(slice_sub(text, mark_bytes + timestamp_digits, id_digits), &id) ||
        id > INT64_MAX)
        return false;
    *cursor = (struct logs_cursor){backward, (int64_t)timestamp, (int64_t)id};
    return true;
}
