/* Key schemas, key checks and key bytes. */
#include "emulator/services/dynamodb/value/key.h"

#include <string.h>

#include "emulator/services/dynamodb/value/number.h"

const struct key_part *key_schema_find(const struct key_schema *schema, struct slice name)
{
    for (unsigned i = 0; i < schema->count; i++)
        if (slice_eq(schema->parts[i].name, name))
            return &schema->parts[i];
    return NULL;
}

/* NULL: not empty. */
static const char *emptiness(const struct attr_value *value)
{
    if (value->type == ATTR_N || value->text.len > 0)
        return NULL;
    return value->type == ATTR_S ? "string" : "binary";
}

/* AWS's own words, missing space and all. */
static struct err check_length(const struct key_schema *schema, unsigned part, size_t bytes,
                               struct ddb_refusal *refusal)
{
    if (part < schema->hash_count && bytes > HASH_KEY_BYTES_MAX)
        return ddb_refuse(refusal, "One or more parameter values were invalid: Size of hashkey has "
                                   "exceeded the maximum size limit of2048 bytes");
    if (part >= schema->hash_count && bytes > RANGE_KEY_BYTES_MAX)
        return ddb_refuse(refusal, "One or more parameter values were invalid: Aggregated size of "
                                   "all range keys has exceeded the size limit of 1024 bytes");
    return OK;
}

static struct err check_content(const struct key_schema *schema, unsigned part,
                                const struct attr_value *value, struct ddb_refusal *refusal)
{
    const char *empty = emptiness(value);
    if (empty)
        return ddb_refuse(
            refusal,
            "One or more parameter values are not valid. The AttributeValue for a key "
            "attribute cannot contain an empty %s value. Key: " SLICE_FMT,
            empty, SLICE_ARG(schema->parts[part].name));
    return check_length(schema, part, attr_value_size(value), refusal);
}

struct err key_check_item(const struct key_schema *schema, const struct attr_map *item,
                          struct ddb_refusal *refusal)
{
    for (unsigned i = 0; i < schema->count; i++) {
        const struct key_part *part = &schema->parts[i];
        const struct attr_value *value = attr_map_get(item, part->name);
        if (!value)
            return ddb_refuse(
                refusal,
                "One or more parameter values were invalid: Missing the key " SLICE_FMT
                " in the item",
                SLICE_ARG(part->name));
        if (value->type != part->type)
            return ddb_refuse(
                refusal,
                "One or more parameter values were invalid: Type mismatch for key " SLICE_FMT
                " expected: " SLICE_FMT " actual: " SLICE_FMT,
                SLICE_ARG(part->name), SLICE_ARG(attr_type_name(part->type)),
                SLICE_ARG(attr_type_name(value->type)));
        TRY(check_content(schema, i, value, refusal));
    }
    return OK;
}

struct err key_check_key(const struct key_schema *schema, const struct attr_map *key,
                         struct ddb_refusal *refusal)
{
    for (unsigned i = 0; i < schema->count; i++) {
        const struct attr_value *value = attr_map_get(key, schema->parts[i].name);
        if (!value || value->type != schema->parts[i].type || key->count != schema->count)
            return ddb_refuse(refusal, "The provided key element does not match the schema");
    }
    for (unsigned i = 0; i < schema->count; i++)
        TRY(check_content(schema, i, attr_map_get(key, schema->parts[i].name), refusal));
    return OK;
}

struct err key_check_index(const struct key_schema *schema, struct slice index_name,
                           const struct attr_map *item, struct ddb_refusal *refusal)
{
    for (unsigned i = 0; i < schema->count; i++) {
        const struct key_part *part = &schema->parts[i];
        const struct attr_value *value = attr_map_get(item, part->name);
        if (!value)
            continue;
        if (value->type != part->type)
            return ddb_refuse(refusal,
                              "One or more parameter values were invalid: Type mismatch for Index "
                              "Key " SLICE_FMT " Expected: " SLICE_FMT " Actual: " SLICE_FMT
                              " IndexName: " SLICE_FMT,
                              SLICE_ARG(part->name), SLICE_ARG(attr_type_name(part->type)),
                              SLICE_ARG(attr_type_name(value->type)), SLICE_ARG(index_name));
        if (emptiness(value))
            return ddb_refuse(refusal,
                              "One or more parameter values are not valid. A value specified for a "
                              "secondary index key is not supported. The AttributeValue for a key "
                              "attribute cannot contain an empty %s value. IndexName: " SLICE_FMT
                              ", IndexKey: " SLICE_FMT,
                              emptiness(value), SLICE_ARG(index_name), SLICE_ARG(part->name));
        TRY(check_length(schema, i, attr_value_size(value), refusal));
    }
    return OK;
}

bool key_is_complete(const struct key_schema *schema, const struct attr_map *item)
{
    for (unsigned i = 0; i < schema->count; i++)
        if (!attr_map_get(item, schema->parts[i].name))
            return false;
    return true;
}

bool key_equal(const struct key_schema *schema, const struct attr_map *a, const struct attr_map *b)
{
    for (unsigned i = 0; i < schema->count; i++) {
        struct slice name = schema->parts[i].name;
        if (!attr_equal(attr_map_get(a, name), attr_map_get(b, name)))
            return false;
    }
    return true;
}

struct attr_map key_of_item(struct arena *arena, const struct key_schema *schema,
                            const struct attr_map *item)
{
    struct attr_map key = {ARENA_ARRAY(arena, struct attr_member, schema->count), schema->count};
    for (unsigned i = 0; i < schema->count; i++)
        key.members[i] =
            (struct attr_member){schema->parts[i].name, *attr_map_get(item, schema->parts[i].name)};
    attr_map_sort(&key, arena);
    return key;
}

/* Zero bytes are escaped as 00 FF and the end is 00 01, so that "a" < "a\0" < "ab". */
void key_encode_prefix(struct buf *out, struct slice prefix)
{
    while (prefix.len > 0) {
        ptrdiff_t zero = slice_index(prefix, '\0');
        size_t plain = zero < 0 ? prefix.len : (size_t)zero;
        buf_append(out, slice_sub(prefix, 0, plain));
        if (zero < 0)
            return;
        buf_append(out, SLICE("\x00\xFF"));
        prefix = slice_from(prefix, plain + 1);
    }
}

void key_encode_value(struct buf *out, const struct attr_value *value)
{
    struct number number = {0};
    uint8_t key[NUMBER_KEY_MAX];
    if (value->type != ATTR_N) {
        key_encode_prefix(out, value->text);
        buf_append(out, SLICE("\x00\x01"));
        return;
    }
    (void)number_parse(value->text, &number); /* canonical: always well formed */
    buf_append(out, (struct slice){(const char *)key, number_encode(&number, key)});
}

/* FNV-1a, then a mix of its bits, so that near keys fall far apart. */
static uint32_t spread_of(struct slice bytes)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ (unsigned char)bytes.ptr[i]) * 16777619U;
    hash ^= hash >> 16;
    hash *= 0x85EBCA6BU;
    hash ^= hash >> 13;
    hash *= 0xC2B2AE35U;
    hash ^= hash >> 16;
    return hash == UINT32_MAX ? hash - 1 : hash; /* so that FF FF FF FF is above every key */
}

static void put_spread(char bytes[KEY_SPREAD_BYTES], uint32_t spread)
{
    for (int i = 0; i < KEY_SPREAD_BYTES; i++)
        bytes[i] = (char)(spread >> (24 - 8 * i));
}

void key_encode_hash(struct buf *out, const struct attr_value *const *hashes, size_t count)
{
    char spread[KEY_SPREAD_BYTES] = {0};
    size_t start = out->len;
    buf_append(out, (struct slice){spread, sizeof spread});
    for (size_t i = 0; i < count; i++)
        key_encode_value(out, hashes[i]);
    if (out->overflowed)
        return;
    put_spread(spread, spread_of(slice_from(buf_slice(out), start + sizeof spread)));
    memcpy(out->ptr + start, spread, sizeof spread);
}

void key_encode(struct buf *out, const struct key_schema *schema, const struct attr_map *item)
{
    const struct attr_value *values[KEY_PARTS_MAX];
    for (unsigned i = 0; i < schema->count; i++)
        values[i] = attr_map_get(item, schema->parts[i].name);
    key_encode_hash(out, values, schema->hash_count);
    for (unsigned i = schema->hash_count; i < schema->count; i++)
        key_encode_value(out, values[i]);
}

void key_encode_values(struct buf *out, const struct key_schema *schema,
                       const struct attr_map *item)
{
    for (unsigned i = 0; i < schema->count; i++)
        key_encode_value(out, attr_map_get(item, schema->parts[i].name));
}

void key_successor(struct buf *key)
{
    while (key->len > 0 && (unsigned char)key->ptr[key->len - 1] == 0xFF)
        key->len--;
    if (key->len > 0)
        key->ptr[key->len - 1]++;
}

static void put_segment_bound(struct buf *out, uint64_t segment, uint64_t total)
{
    char spread[KEY_SPREAD_BYTES];
    put_spread(spread, (uint32_t)((segment << 32) / total));
    buf_append(out, (struct slice){spread, sizeof spread});
}

void key_segment(unsigned segment, unsigned total, struct buf *low, struct buf *high)
{
    put_segment_bound(low, segment, total);
    if (segment + 1 < total)
        put_segment_bound(high, segment + 1, total);
}
