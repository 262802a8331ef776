#pragma once
/*
 * Pages of a list: a token carries the key after which the next page begins, opaque to clients.
 * Handlers ask the store for one row more than the page holds and give a token when it comes.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct slice page_token(struct arena *arena, struct slice last_key);

/* An absent token gives an empty key: the first page. False when the token is not one of ours. */
bool page_token_read(struct arena *arena, struct slice token, struct slice *after_key);
