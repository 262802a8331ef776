/* Attribute values: lookup, equality, order and size. */
#include "emulator/services/dynamodb/value/value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/services/dynamodb/value/number.h"

static const struct {
    struct slice name;
    struct slice long_name;
} types[ATTR_TYPE_COUNT] = {
    [ATTR_S] = {SLICE_INIT("S"),    SLICE_INIT("STRING")    },
    [ATTR_N] = {SLICE_INIT("N"),    SLICE_INIT("NUMBER")    },
    [ATTR_B] = {SLICE_INIT("B"),    SLICE_INIT("BINARY")    },
    [ATTR_BOOL] = {SLICE_INIT("BOOL"), SLICE_INIT("BOOLEAN")   },
    [ATTR_NULL] = {SLICE_INIT("NULL"), SLICE_INIT("NULL")      },
    [ATTR_SS] = {SLICE_INIT("SS"),   SLICE_INIT("STRING_SET")},
    [ATTR_NS] = {SLICE_INIT("NS"),   SLICE_INIT("NUMBER_SET")},
    [ATTR_BS] = {SLICE_INIT("BS"),   SLICE_INIT("BINARY_SET")},
    [ATTR_M] = {SLICE_INIT("M"),    SLICE_INIT("MAP")       },
    [ATTR_L] = {SLICE_INIT("L"),    SLICE_INIT("LIST")      },
};

struct slice attr_type_name(enum attr_type type)
{
    return types[type].name;
}

struct slice attr_type_long_name(enum attr_type type)
{
    return types[type].long_name;
}

bool attr_type_parse(struct slice name, enum attr_type *type)
{
    for (int i = 0; i < ATTR_TYPE_COUNT; i++)
        if (slice_eq(name, types[i].name)) {
            *type = (enum attr_type)i;
            return true;
        }
    return false;
}

struct attr_value attr_string(struct slice text)
{
    return (struct attr_value){.type = ATTR_S, .text = text};
}

struct attr_value attr_number(struct slice canonical_text)
{
    return (struct attr_value){.type = ATTR_N, .text = canonical_text};
}

/* Where the name is, or where it would stand. */
static size_t find_place(const struct attr_map *map, struct slice name, bool *found)
{
    size_t low = 0;
    size_t high = map->count;
    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(map->members[middle].name, name);
        if (order == 0) {
            *found = true;
            low = middle;
        } else if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct attr_value *attr_map_get(const struct attr_map *map, struct slice name)
{
    bool found;
    size_t at = find_place(map, name, &found);
    return found ? &map->members[at].value : NULL;
}

static bool is_sorted(const struct attr_map *map)
{
    for (size_t i = 1; i < map->count; i++)
        if (slice_compare(map->members[i - 1].name, map->members[i].name) >= 0)
            return false;
    return true;
}

/* A merge sort, since equal names must keep their order of arrival and qsort promises none. */
static void sort_members(struct attr_member *members, struct attr_member *spare, size_t count)
{
    if (count < 2)
        return;
    size_t half = count / 2;
    sort_members(members, spare, half);
    sort_members(members + half, spare, count - half);
    memcpy(spare, members, half * sizeof *members);
    size_t left = 0;
    size_t right = half;
    for (size_t out = 0; left < half; out++) {
        bool take_right = right < count && slice_compare(members[right].name, spare[left].name) < 0;
        members[out] = take_right ? members[right++] : spare[left++];
    }
}

void attr_map_sort(struct attr_map *map, struct arena *arena)
{
    if (is_sorted(map))
        return;
    sort_members(map->members, ARENA_ARRAY(arena, struct attr_member, map->count / 2 + 1),
                 map->count);
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        bool replaced =
            i + 1 < map->count && slice_eq(map->members[i].name, map->members[i + 1].name);
        if (!replaced)
            map->members[kept++] = map->members[i];
    }
    map->count = kept;
}

struct attr_map attr_map_with(struct arena *arena, const struct attr_map *map, struct slice name,
                              const struct attr_value *value)
{
    bool found;
    size_t at = find_place(map, name, &found);
    size_t after = at + found;
    struct attr_map result = {ARENA_ARRAY(arena, struct attr_member, map->count + 1),
                              map->count + !found};
    if (at > 0)
        memcpy(result.members, map->members, at * sizeof *map->members);
    result.members[at] = (struct attr_member){name, *value};
    if (map->count > after)
        memcpy(result.members + at + 1, map->members + after,
               (map->count - after) * sizeof *map->members);
    return result;
}

static int compare_slices(const void *a, const void *b)
{
    const struct slice *x = a;
    const struct slice *y = b;
    return slice_compare(*x, *y);
}

bool attr_set_sort(struct attr_set *set)
{
    bool unique = true;
    qsort(set->members, set->count, sizeof *set->members, compare_slices);
    for (size_t i = 1; unique && i < set->count; i++)
        unique = !slice_eq(set->members[i - 1], set->members[i]);
    return unique;
}

bool attr_set_has(const struct attr_set *set, struct slice member)
{
    return set->count > 0 &&
           bsearch(&member, set->members, set->count, sizeof *set->members, compare_slices) != NULL;
}

static bool sets_equal(const struct attr_set *a, const struct attr_set *b)
{
    for (size_t i = 0; a->count == b->count && i < a->count; i++)
        if (!slice_eq(a->members[i], b->members[i]))
            return false;
    return a->count == b->count;
}

static bool lists_equal(const struct attr_list *a, const struct attr_list *b)
{
    for (size_t i = 0; a->count == b->count && i < a->count; i++)
        if (!attr_equal(&a->values[i], &b->values[i]))
            return false;
    return a->count == b->count;
}

static bool maps_equal(const struct attr_map *a, const struct attr_map *b)
{
    for (size_t i = 0; a->count == b->count && i < a->count; i++)
        if (!slice_eq(a->members[i].name, b->members[i].name) ||
            !attr_equal(&a->members[i].value, &b->members[i].value))
            return false;
    return a->count == b->count;
}

bool attr_equal(const struct attr_value *a, const struct attr_value *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case ATTR_S:
    case ATTR_N:
    case ATTR_B:
        return slice_eq(a->text, b->text);
    case ATTR_BOOL:
        return a->boolean == b->boolean;
    case ATTR_SS:
    case ATTR_NS:
    case ATTR_BS:
        return sets_equal(&a->set, &b->set);
    case ATTR_M:
        return maps_equal(&a->map, &b->map);
    case ATTR_L:
        return lists_equal(&a->list, &b->list);
    case ATTR_NULL:
    case ATTR_TYPE_COUNT:
        break;
    }
    return true;
}

bool attr_type_is_ordered(enum attr_type type)
{
    return type == ATTR_S || type == ATTR_N || type == ATTR_B;
}

int attr_compare(const struct attr_value *a, const struct attr_value *b)
{
    struct number x = {0};
    struct number y = {0};
    if (a->type != ATTR_N)
        return slice_compare(a->text, b->text);
    (void)number_parse(a->text, &x); /* canonical: always well formed */
    (void)number_parse(b->text, &y);
    return number_compare(&x, &y);
}

size_t attr_number_size(struct slice canonical_text)
{
    struct number number = {0};
    (void)number_parse(canonical_text, &number);
    return 1 + (number_precision(&number) + 1) / 2 + number.negative;
}

static size_t set_size(const struct attr_set *set, bool numbers)
{
    size_t size = 0;
    for (size_t i = 0; i < set->count; i++)
        size += numbers ? attr_number_size(set->members[i]) : set->members[i].len;
    return size;
}

static size_t plain_size(const struct attr_value *value)
{
    if (value->type == ATTR_N)
        return attr_number_size(value->text);
    if (attr_type_is_set(value->type))
        return set_size(&value->set, value->type == ATTR_NS);
    return value->type == ATTR_S || value->type == ATTR_B ? value->text.len : 1;
}

static bool take(size_t *left, size_t bytes)
{
    if (bytes > *left)
        return false;
    *left -= bytes;
    return true;
}

static bool take_map(size_t *left, const struct attr_map *map);

/* "An attribute of type List or Map requires 3 bytes of overhead", and one for each element. */
static bool take_value(size_t *left, const struct attr_value *value)
{
    if (value->type == ATTR_M)
        return take(left, 3 + value->map.count) && take_map(left, &value->map);
    if (value->type != ATTR_L)
        return take(left, plain_size(value));
    if (!take(left, 3 + value->list.count))
        return false;
    for (size_t i = 0; i < value->list.count; i++)
        if (!take_value(left, &value->list.values[i]))
            return false;
    return true;
}

static bool take_map(size_t *left, const struct attr_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        if (!take(left, map->members[i].name.len) || !take_value(left, &map->members[i].value))
            return false;
    return true;
}

size_t attr_value_size(const struct attr_value *value)
{
    size_t left = SIZE_MAX;
    (void)take_value(&left, value);
    return SIZE_MAX - left;
}

size_t attr_map_size(const struct attr_map *item)
{
    size_t left = SIZE_MAX;
    (void)take_map(&left, item);
    return SIZE_MAX - left;
}

bool attr_map_fits(const struct attr_map *item, size_t bytes)
{
    return take_map(&bytes, item);
}

unsigned attr_depth(const struct attr_value *value)
{
    unsigned deepest = 0;
    if (value->type != ATTR_M && value->type != ATTR_L)
        return 0;
    size_t count = value->type == ATTR_M ? value->map.count : value->list.count;
    for (size_t i = 0; i < count; i++) {
        const struct attr_value *child =
            value->type == ATTR_M ? &value->map.members[i].value : &value->list.values[i];
        unsigned depth = attr_depth(child);
        if (depth > deepest)
            deepest = depth;
    }
    return deepest + 1;
}
