#pragma once
/*
 * Items on the wire: what modelgen's structs hold in place of AttributeMap and its kin.
 *
 * Coming in, `map` is the tree that was read and `refusal` AWS's sentence about it where it broke
 * DynamoDB's rules (see value_json.h). Going out it is a tree, or stored bytes that are written as
 * JSON without becoming one. Everything is borrowed from the call's arena.
 */
#include "emulator/services/dynamodb/value/value.h"

struct ddb_item {
    struct attr_map map;
    struct slice bytes; /* going out: the stored form, in place of `map` */
    struct slice refusal;
    bool is_set;
};

static inline struct ddb_item ddb_item_of_map(struct attr_map map)
{
    return (struct ddb_item){.map = map, .is_set = true};
}

static inline struct ddb_item ddb_item_of_bytes(struct slice bytes)
{
    return (struct ddb_item){.bytes = bytes, .is_set = true};
}
