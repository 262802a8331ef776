#pragma once
/* A client's own notes on an object: up to 20 texts under names, 40 and 500 characters long. */
#include "lib/base/arena.h"
#include "lib/base/slice.h"
#include "lib/enc/json.h"

/*
 * Reads the next value. NULL: `compact` is the object without white space, sorted by name, so that
 * equal metadata are equal bytes. Else what the value must be, as the end of "metadata must be
 * ...". Malformed JSON is told by json->failed.
 */
const char *metadata_read(struct json_reader *json, struct arena *arena, struct slice *compact);
