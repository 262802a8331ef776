#pragma once
/*
 * A session as a DynamoDB item: pk "SESS#<sid>", one attribute a field. Pure.
 *
 * The table has the key `pk` (S), TTL on `ttl`, and the index `user-sessions` with the keys `user`
 * (S) and `created_at` (N). The item "USER#<user>" holds the user's `epoch`.
 */
#include <stdbool.h>

#include "api/auth/session.h"
#include "lib/base/arena.h"
#include "lib/base/slice.h"
#include "lib/enc/json.h"

#define SESSION_INDEX "user-sessions"

/* The item as DynamoDB's JSON, with its pk and ttl. */
void session_item_write(struct json_writer *w, struct arena *arena, const struct session *session);

/* The next value as a session. False where it is not one that session_item_write made. */
bool session_item_read(struct json_reader *r, struct arena *arena, struct session *session);

/* Attribute values: {"S": ...} and so on, under a key. */
void attribute_text(struct json_writer *w, const char *key, struct slice value);
void attribute_number(struct json_writer *w, const char *key, struct arena *arena, int64_t value);
void attribute_bytes(struct json_writer *w, const char *key, struct arena *arena,
                     struct slice value);

/* {"pk": {"S": "<prefix><id>"}} */
void attribute_key(struct json_writer *w, struct arena *arena, const char *prefix, struct slice id);
