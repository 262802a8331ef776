#pragma once
/*
 * DynamoDB's attribute values as trees in an arena, and what can be asked of them.
 *
 * A tree borrows its bytes (the request's text, a stored item, an arena) and shares parts freely:
 * nothing in it is ever changed in place. Numbers are kept as canonical text (number.h). The
 * members of maps and of sets are sorted, bytewise and without duplicates; so are those of an item,
 * which is a map without a tag. Trees belong to the thread of their arena.
 */
#include <stdbool.h>
#include <stddef.h>

#include "emulator/services/dynamodb/item/refusal.h"
#include "lib/base/slice.h"

enum attr_type {
    ATTR_S,
    ATTR_N,
    ATTR_B,
    ATTR_BOOL,
    ATTR_NULL,
    ATTR_SS,
    ATTR_NS,
    ATTR_BS,
    ATTR_M,
    ATTR_L,
    ATTR_TYPE_COUNT
};

struct attr_value;
struct attr_member;

struct attr_set {
    struct slice *members;
    size_t count;
};

struct attr_list {
    struct attr_value *values;
    size_t count;
};

struct attr_map {
    struct attr_member *members; /* sorted by name */
    size_t count;
};

struct attr_value {
    enum attr_type type;
    union {
        bool boolean;
        struct slice text; /* S as UTF-8, N as canonical text, B as its bytes */
        struct attr_set set;
        struct attr_list list;
        struct attr_map map;
    };
};

struct attr_member {
    struct slice name;
    struct attr_value value;
};

enum {
    ITEM_BYTES_MAX = 400 * 1024, /* developer guide, "Service, account, and table quotas" */
    VALUE_DEPTH_MAX = 32
};

/* "S", "NULL"; and the longer names of some messages: "STRING", "STRING_SET". */
struct slice attr_type_name(enum attr_type type);
struct slice attr_type_long_name(enum attr_type type);
/* False when the name is none of the ten. */
bool attr_type_parse(struct slice name, enum attr_type *type);
static inline bool attr_type_is_set(enum attr_type type)
{
    return type == ATTR_SS || type == ATTR_NS || type == ATTR_BS;
}

struct attr_value attr_string(struct slice text);
struct attr_value attr_number(struct slice canonical_text);

/* The member's value, or NULL. */
const struct attr_value *attr_map_get(const struct attr_map *map, struct slice name);

/* Sorts members in place and keeps the last of those with one name. */
void attr_map_sort(struct attr_map *map, struct arena *arena);

/* A map with that member put in or replaced; members are copied shallowly. */
struct attr_map attr_map_with(struct arena *arena, const struct attr_map *map, struct slice name,
                              const struct attr_value *value);

/* Deep equality; sets have no order. */
bool attr_equal(const struct attr_value *a, const struct attr_value *b);

/* For values of one type that has an order (S, N, B): <0, 0, >0. */
bool attr_type_is_ordered(enum attr_type type);
int attr_compare(const struct attr_value *a, const struct attr_value *b);

/* Sorts members in place; false when two of them are equal. */
bool attr_set_sort(struct attr_set *set);
bool attr_set_has(const struct attr_set *set, struct slice member);

/* Sizes as AWS counts them against the item limit ("Item sizes and formats"). */
size_t attr_number_size(struct slice canonical_text);
size_t attr_value_size(const struct attr_value *value);
size_t attr_map_size(const struct attr_map *item);
/* Whether that is at most `bytes`; looks no further once it is more, however much is shared. */
bool attr_map_fits(const struct attr_map *item, size_t bytes);

/* Levels of lists and maps: 0 for a scalar or set, 1 for a list of scalars. */
unsigned attr_depth(const struct attr_value *value);
