#pragma once
/*
 * Bytes as hexadecimal text, two digits a byte (RFC 4648 section 8). Written in lower case, read in
 * either. Results live in the arena. Pure; any thread.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

struct slice hex_encode(struct arena *arena, struct slice bytes);
void buf_append_hex(struct buf *buf, struct slice bytes);

/* False on an odd length or any other character; `bytes` is then untouched. */
bool hex_decode(struct arena *arena, struct slice text, struct slice *bytes);
