#pragma once
/*
 * The stored form of an item: its attributes by name, each with a tag and self-delimiting bytes, so
 * that JSON is written, one attribute is read or a value is passed over without building a tree.
 *
 *   item   = count, { name, value }             sorted by name
 *   value  = tag, payload
 *   S N B  = length, bytes                      numbers as canonical text
 *   sets   = length of what follows, count, { length, bytes }
 *   L      = length of what follows, count, { value }
 *   M      = length of what follows, count, { name, value }
 *
 * Counts and lengths are LEB128 varints; BOOL and NULL are their tag alone. Readers check every
 * length against the bytes they have and answer false for bytes that are no item: a damaged
 * database is reported, never followed.
 */
#include "emulator/services/dynamodb/value/value.h"
#include "lib/base/buf.h"
#include "lib/enc/json.h"

struct slice item_to_bytes(struct arena *arena, const struct attr_map *item);

/* The tree borrows `bytes`. */
bool item_from_bytes(struct arena *arena, struct slice bytes, struct attr_map *item);

/* Writes {"name": {"S": "..."}, ...}. False leaves the output unfinished. */
bool item_bytes_write(struct json_writer *writer, struct slice bytes);

/* One attribute: 1 found, 0 absent, -1 damaged. The value borrows `bytes`. */
int item_bytes_find(struct arena *arena, struct slice bytes, struct slice name,
                    struct attr_value *value);

/* The item's size as AWS counts it, without a tree. False when damaged. */
bool item_bytes_size(struct slice bytes, size_t *size);
