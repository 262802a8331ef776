#pragma once
/*
 * Base64 (RFC 4648 section 4, padded) and base64url (section 5, without padding).
 *
 * Decoding is strict: no white space, no missing or surplus padding, and the unused bits of the
 * last character are zero, so that one value has exactly one text. Results live in the arena.
 * Pure; any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

struct slice base64_encode(struct arena *arena, struct slice bytes);
struct slice base64url_encode(struct arena *arena, struct slice bytes);
void buf_append_base64(struct buf *buf, struct slice bytes);

/* False when the text is malformed; `bytes` is then untouched. */
bool base64_decode(struct arena *arena, struct slice text, struct slice *bytes);
bool base64url_decode(struct arena *arena, struct slice text, struct slice *bytes);
