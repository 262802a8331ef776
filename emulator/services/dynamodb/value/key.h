#pragma once
/*
 * Keys: the schema of a table or index, the checks on key attributes, and the bytes under which
 * items are stored.
 *
 *   key bytes = spread, hash values, range values      (an index adds the table's hash and range)
 *
 * Each value's encoding ends itself and sorts as DynamoDB sorts (S as UTF-8 bytes, N as numbers, B
 * as unsigned bytes), so a Query is one range of bytes. `spread` is four bytes hashed from the hash
 * values: a Scan comes in no meaningful order, as on AWS, and a parallel scan's segment is one
 * range too. The encoding is stored; it never changes.
 */
#include "emulator/services/dynamodb/value/value.h"
#include "lib/base/buf.h"

enum {
    KEY_PARTS_MAX = 8, /* an index has up to four hash and four range attributes; a table 1 + 1 */
    HASH_KEY_BYTES_MAX = 2048,
    RANGE_KEY_BYTES_MAX = 1024,
    KEY_SPREAD_BYTES = 4,
    /* Escapes may double each byte; an index's key holds two keys. */
    KEY_BYTES_MAX = 4 * (HASH_KEY_BYTES_MAX + RANGE_KEY_BYTES_MAX) + 16 * KEY_PARTS_MAX
};

struct key_part {
    struct slice name;
    enum attr_type type; /* S, N or B */
};

struct key_schema {
    struct key_part parts[KEY_PARTS_MAX]; /* hash parts first */
    unsigned hash_count;
    unsigned count;
};

/* The part of that name, or NULL. */
const struct key_part *key_schema_find(const struct key_schema *schema, struct slice name);

/* PutItem's check: every key attribute there, of its type, neither empty nor too long. */
struct err key_check_item(const struct key_schema *schema, const struct attr_map *item,
                          struct ddb_refusal *refusal);

/* The check of a `Key` parameter: these attributes and no other. */
struct err key_check_key(const struct key_schema *schema, const struct attr_map *key,
                         struct ddb_refusal *refusal);

/* An index's check of an item that is put: absent attributes are fine, wrong ones are not. */
struct err key_check_index(const struct key_schema *schema, struct slice index_name,
                           const struct attr_map *item, struct ddb_refusal *refusal);

/* Whether the item has all the attributes (an index holds only such items). */
bool key_is_complete(const struct key_schema *schema, const struct attr_map *item);

/* Whether two checked items or keys have the same key. */
bool key_equal(const struct key_schema *schema, const struct attr_map *a, const struct attr_map *b);

/* The item's key attributes alone; `item` must be complete. */
struct attr_map key_of_item(struct arena *arena, const struct key_schema *schema,
                            const struct attr_map *item);

/* Appends spread, hash and range values of a checked item or key. */
void key_encode(struct buf *out, const struct key_schema *schema, const struct attr_map *item);
/* Appends hash and range values without the spread: the table's part of an index's key. */
void key_encode_values(struct buf *out, const struct key_schema *schema,
                       const struct attr_map *item);

/* The pieces, for key conditions. `hashes` are the values of all hash parts in their order. */
void key_encode_hash(struct buf *out, const struct attr_value *const *hashes, size_t count);
void key_encode_value(struct buf *out, const struct attr_value *value);
void key_encode_prefix(struct buf *out, struct slice prefix); /* of an S or B, for begins_with */

/* Turns bytes into the least bytes above everything that begins with them. */
void key_successor(struct buf *key);

/* The bytes [low, high) of one segment's spread; `high` is empty for the last: no bound. */
void key_segment(unsigned segment, unsigned total, struct buf *low, struct buf *high);
