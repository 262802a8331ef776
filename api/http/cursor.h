#pragma once
/*
 * Cursors: where a page ended, signed, so that a client can neither make one up nor carry it to a
 * list with other filters. Text: base64url of 8 bytes of the filter's hash, 16 of HMAC-SHA-256, the
 * key. Pure; any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

/* `filter` is whatever names the list: route, tenant and canonical filters. */
struct slice cursor_write(struct arena *arena, struct slice secret, struct slice filter,
                          struct slice key);

/* False for a text that cursor_write did not give for the same secret and filter. */
bool cursor_read(struct arena *arena, struct slice secret, struct slice filter, struct slice text,
                 struct slice *key);
