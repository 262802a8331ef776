/* Page tokens: base64url of a version byte and the key. */
#include "emulator/core/page.h"

#include "lib/enc/base64.h"

static const struct slice version = SLICE_INIT("1:");

struct slice page_token(struct arena *arena, struct slice last_key)
{
    return base64url_encode(
        arena, arena_printf(arena, SLICE_FMT SLICE_FMT, SLICE_ARG(version), SLICE_ARG(last_key)));
}

bool page_token_read(struct arena *arena, struct slice token, struct slice *after_key)
{
    struct slice text;
    if (!slice_is_set(token)) {
        *after_key = SLICE("");
        return true;
    }
    if (!base64url_decode(arena, token, &text) || !slice_starts_with(text, version))
        return false;
    *after_key = slice_from(text, version.len);
    return true;
}
