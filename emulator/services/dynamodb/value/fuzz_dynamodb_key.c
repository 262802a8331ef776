/*
 * Fuzz target: the key codec. The input is two lines of types (one of S, N and B for the hash and
 * one for the range attribute), then two keys of two values, a value a line. The order of key bytes
 * is the order of the values; no key begins another; a prefix covers what begins with it, no more.
 */
#include <stdlib.h>

#include "emulator/services/dynamodb/value/key.h"
#include "emulator/services/dynamodb/value/number.h"

enum { values_max = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static bool take_type(struct slice *input, enum attr_type *type)
{
    struct slice line;
    return slice_split_once(*input, '\n', &line, input) && attr_type_parse(line, type) &&
           attr_type_is_ordered(*type);
}

/* Numbers are kept as their canonical text, as everywhere. */
static bool take_value(struct arena *arena, struct slice *input, enum attr_type type,
                       struct attr_value *value)
{
    struct number number;
    char text[NUMBER_TEXT_MAX];
    *value = (struct attr_value){.type = type};
    if (!slice_split_once(*input, '\n', &value->text, input))
        return false;
    if (type != ATTR_N)
        return value->text.len > 0 && value->text.len <= RANGE_KEY_BYTES_MAX;
    if (number_parse(value->text, &number) != NUMBER_FINE)
        return false;
    value->text = arena_dup(arena, (struct slice){text, number_print(&number, text)});
    return true;
}

static struct slice encoded(struct arena *arena, const struct attr_value *value)
{
    struct buf out;
    buf_init_arena(&out, arena, KEY_BYTES_MAX);
    key_encode_value(&out, value);
    require(!out.overflowed);
    return buf_slice(&out);
}

static int compare_keys(const struct attr_value *a, const struct attr_value *b)
{
    int order = attr_compare(&a[0], &b[0]);
    return sign(order != 0 ? order : attr_compare(&a[1], &b[1]));
}

static void check_order(struct arena *arena, const struct key_schema *schema,
                        const struct attr_value *values)
{
    struct slice bytes[2];
    for (size_t i = 0; i < 2; i++) {
        struct attr_member members[2] = {
            {schema->parts[0].name, values[2 * i]    },
            {schema->parts[1].name, values[2 * i + 1]}
        };
        struct attr_map item = {members, 2};
        struct buf out;
        buf_init_arena(&out, arena, KEY_BYTES_MAX);
        key_encode_values(&out, schema, &item);
        require(!out.overflowed);
        bytes[i] = buf_slice(&out);
    }
    int order = compare_keys(values, values + 2);
    require(order == sign(slice_compare(bytes[0], bytes[1])));
    require(order == 0 ||
            (!slice_starts_with(bytes[0], bytes[1]) && !slice_starts_with(bytes[1], bytes[0])));
}

/* `[prefix, successor)` holds the values that begin so, and no other. */
static void check_prefix(struct arena *arena, struct slice prefix, const struct attr_value *value)
{
    struct buf low;
    struct buf high;
    buf_init_arena(&low, arena, KEY_BYTES_MAX);
    buf_init_arena(&high, arena, KEY_BYTES_MAX);
    key_encode_prefix(&low, prefix);
    key_encode_prefix(&high, prefix);
    key_successor(&high);
    struct slice bytes = encoded(arena, value);
    bool inside = slice_compare(bytes, buf_slice(&low)) >= 0 &&
                  (high.len == 0 || slice_compare(bytes, buf_slice(&high)) < 0);
    require(inside == slice_starts_with(value->text, prefix));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_done) struct arena arena = {0};
    struct slice input = {(const char *)data, size};
    struct attr_value values[values_max];
    struct key_schema schema = {
        {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("r"), ATTR_S}},
        1, 2
    };
    if (!take_type(&input, &schema.parts[0].type) || !take_type(&input, &schema.parts[1].type))
        return 0;
    for (size_t i = 0; i < values_max; i++)
        if (!take_value(&arena, &input, schema.parts[i % 2].type, &values[i]))
            return 0;
    check_order(&arena, &schema, values);
    if (schema.parts[0].type != ATTR_N)
        check_prefix(&arena, values[2].text, &values[0]);
    return 0;
}
