#pragma once
/*
 * Gzip (RFC 1952), read alone: clients compress large request bodies (Content-Encoding: gzip).
 * Pure; any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

enum gzip_result { GZIP_OK, GZIP_MALFORMED, GZIP_TOO_LARGE };

/*
 * The whole of one compressed member into the arena. What would grow past `max_bytes` is refused
 * before it takes more memory than that; `bytes` is then untouched, as on malformed input.
 */
enum gzip_result gzip_decode(struct arena *arena, struct slice compressed, size_t max_bytes,
                             struct slice *bytes);
