#pragma once
/*
 * Attribute values and items from the wire's JSON and back:
 * {"S": "text"}, {"N": "1.5"}, {"B": "base64"}, {"M": {"a": {"NULL": true}}}.
 *
 * Two kinds of refusal come apart here, because AWS looks for the first in the whole request before
 * it looks for any of the second. JSON of the wrong type is an error at once. A breach of
 * DynamoDB's own rules (two types in one value, a bad number, an empty set) is noted in
 * `refusal.message`, the first one only, and reading goes on; the value read is then not to be
 * used. The operations ask for the refusal when its turn in AWS's order of checks has come.
 *
 * Values borrow the reader's text and its arena.
 */
#include "emulator/services/dynamodb/value/value.h"
#include "lib/enc/json.h"

struct err attr_value_read(struct json_reader *reader, struct attr_value *value,
                           struct ddb_refusal *refusal);
/* {"name": value, ...}: an item, a key, or ExpressionAttributeValues. */
struct err attr_map_read(struct json_reader *reader, struct attr_map *map,
                         struct ddb_refusal *refusal);

/* The pieces, for another form of values; each notes a breach of the rules and goes on. */
struct slice attr_number_canonical(struct slice text, struct ddb_refusal *refusal);
/* Sorts a set, whose members are as they were given: not empty, none empty, no two equal. */
void attr_set_check(enum attr_type type, struct attr_set *set, struct ddb_refusal *refusal);

void attr_value_write(struct json_writer *writer, const struct attr_value *value);
void attr_map_write(struct json_writer *writer, const struct attr_map *map);
