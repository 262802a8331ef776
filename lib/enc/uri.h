#pragma once
/*
 * Percent-encoding (RFC 3986 section 2.1) as AWS signs it: every byte but A-Z a-z 0-9 - . _ ~ is
 * written %XX with upper-case digits. Results live in the arena. Pure; any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

void buf_append_uri_encoded(struct buf *buf, struct slice text, bool keep_slash);

/*
 * With `plus_is_space` the text is a form's (application/x-www-form-urlencoded). False when '%' is
 * not followed by two hexadecimal digits; `out` is then untouched. The bytes may hold anything,
 * NUL included.
 */
bool uri_decode(struct arena *arena, struct slice text, bool plus_is_space, struct slice *out);
