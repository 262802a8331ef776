#include "emulator/services/dynamodb/value/key.h"
#include "lib/base/rand.h"
#include "tests/emulator/services/dynamodb/fixture.h"

static const struct key_schema schema = {
    {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("r"), ATTR_N}},
    1, 2
};

typedef struct err (*check_fn)(const struct key_schema *schema, const struct attr_map *item,
                               struct ddb_refusal *refusal);

static const char *verdict(struct arena *arena, check_fn check, const char *json)
{
    struct attr_map item = item_of(arena, json);
    struct ddb_refusal refusal = {.arena = arena};
    bool refused = failed(check(&schema, &item, &refusal));
    cr_expect_eq(refused, slice_is_set(refusal.message));
    return refused ? arena_cstr(arena, refusal.message) : "";
}

static struct err check_index(const struct key_schema *s, const struct attr_map *item,
                              struct ddb_refusal *refusal)
{
    return key_check_index(s, SLICE("by-h"), item, refusal);
}

#define WERE_INVALID "One or more parameter values were invalid: "
#define NOT_VALID "One or more parameter values are not valid. "

Test(key, items_are_refused_in_the_words_of_aws)
{
    static const struct {
        check_fn check;
        const char *item;
        const char *words;
    } cases[] = {
        {key_check_item, "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"1\"},\"x\":{\"S\":\"\"}}",  ""                                          },
        {key_check_item, "{\"h\":{\"S\":\"a\"}}",                                         WERE_INVALID "Missing the key r in the item"},
        {key_check_item, "{\"h\":{\"S\":\"a\"},\"r\":{\"S\":\"1\"}}",
         WERE_INVALID "Type mismatch for key r expected: N actual: S"                                                                 },
        {key_check_item, "{\"h\":{\"S\":\"\"},\"r\":{\"N\":\"1\"}}",
         NOT_VALID "The AttributeValue for a key attribute cannot contain an empty string value. "
                   "Key: h"                                                                                                           },
        {key_check_key,  "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"1\"}}",                     ""                                          },
        {key_check_key,  "{\"h\":{\"S\":\"a\"}}",
         "The provided key element does not match the schema"                                                                         },
        {key_check_key,  "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"1\"},\"x\":{\"S\":\"a\"}}",
         "The provided key element does not match the schema"                                                                         },
        {key_check_key,  "{\"h\":{\"N\":\"1\"},\"r\":{\"N\":\"1\"}}",
         "The provided key element does not match the schema"                                                                         },
        {check_index,    "{\"x\":{\"S\":\"a\"}}",                                         ""                                          },
        {check_index,    "{\"h\":{\"N\":\"1\"}}",
         WERE_INVALID "Type mismatch for Index Key h Expected: S Actual: N IndexName: by-h"                                           },
        {check_index,    "{\"h\":{\"S\":\"\"}}",
         NOT_VALID "A value specified for a secondary index key is not supported. The "
                   "AttributeValue for a key attribute cannot contain an empty string value. "
                   "IndexName: by-h, IndexKey: h"                                                                                     },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        cr_expect_str_eq(verdict(&arena, cases[i].check, cases[i].item), cases[i].words, "%s",
                         cases[i].item);
        arena_done(&arena);
    }
}

static const char *verdict_of_length(struct arena *arena, const struct key_schema *s,
                                     size_t hash_bytes, size_t range_bytes)
{
    struct ddb_refusal refusal = {.arena = arena};
    struct attr_member members[] = {
        {SLICE("h"), attr_string((struct slice){
                         memset(arena_alloc(arena, hash_bytes), 'x', hash_bytes), hash_bytes})   },
        {SLICE("r"), attr_string((struct slice){
                         memset(arena_alloc(arena, range_bytes), 'x', range_bytes), range_bytes})}
    };
    struct attr_map item = {members, 2};
    return failed(key_check_item(s, &item, &refusal)) ? arena_cstr(arena, refusal.message) : "";
}

Test(key, the_longest_keys_are_2048_and_1024_bytes)
{
    struct arena arena = {0};
    struct key_schema strings = schema;
    strings.parts[1].type = ATTR_S;
    cr_expect_str_eq(verdict_of_length(&arena, &strings, 2048, 1024), "");
    cr_expect_str_eq(verdict_of_length(&arena, &strings, 2049, 1), WERE_INVALID
                     "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    cr_expect_str_eq(verdict_of_length(&arena, &strings, 1, 1025), WERE_INVALID
                     "Aggregated size of all range keys has exceeded the size limit of "
                     "1024 bytes");
    arena_done(&arena);
}

static struct slice encoded(struct arena *arena, const struct attr_value *value)
{
    struct buf out;
    buf_init_arena(&out, arena, KEY_BYTES_MAX);
    key_encode_value(&out, value);
    return buf_slice(&out);
}

static struct attr_value any_bytes(struct arena *arena, struct rand *rand)
{
    size_t len = rand_below(rand, 5);
    char *bytes = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = "\x00\x01\xFF\x61"[rand_below(rand, 4)];
    return (struct attr_value){
        .type = ATTR_B, .text = {bytes, len}
    };
}

static int sign_of(int order)
{
    return (order > 0) - (order < 0);
}

Test(key, byte_order_is_value_order_even_with_zero_bytes)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(6);
    for (int i = 0; i < 50000; i++) {
        struct attr_value a = any_bytes(&arena, &rand);
        struct attr_value b = any_bytes(&arena, &rand);
        cr_assert_eq(sign_of(slice_compare(encoded(&arena, &a), encoded(&arena, &b))),
                     sign_of(attr_compare(&a, &b)));
        arena_reset(&arena);
    }
    arena_done(&arena);
}

Test(key, no_encoding_begins_another)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(7);
    for (int i = 0; i < 50000; i++) {
        struct attr_value a = any_bytes(&arena, &rand);
        struct attr_value b = any_bytes(&arena, &rand);
        bool begins = slice_starts_with(encoded(&arena, &a), encoded(&arena, &b));
        cr_assert_eq(begins, attr_equal(&a, &b));
        arena_reset(&arena);
    }
    arena_done(&arena);
}

Test(key, prefixes_and_successors_bound_what_begins_with_them)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(8);
    for (int i = 0; i < 50000; i++) {
        struct attr_value value = any_bytes(&arena, &rand);
        struct attr_value prefix = any_bytes(&arena, &rand);
        struct buf low;
        struct buf high;
        buf_init_arena(&low, &arena, KEY_BYTES_MAX);
        buf_init_arena(&high, &arena, KEY_BYTES_MAX);
        /* A leading byte stands for the hash before it. */
        buf_append_char(&low, 'k');
        key_encode_prefix(&low, prefix.text);
        buf_append(&high, buf_slice(&low));
        key_successor(&high);
        struct slice text = encoded(&arena, &value);
        struct slice key = arena_printf(&arena, "k");
        struct buf whole;
        buf_init_arena(&whole, &arena, KEY_BYTES_MAX);
        buf_append(&whole, key);
        buf_append(&whole, text);
        bool inside = slice_compare(buf_slice(&whole), buf_slice(&low)) >= 0 &&
                      slice_compare(buf_slice(&whole), buf_slice(&high)) < 0;
        cr_assert_eq(inside, slice_starts_with(value.text, prefix.text));
        arena_reset(&arena);
    }
    arena_done(&arena);
}

Test(key, keys_of_one_hash_stand_together_in_range_order)
{
    struct arena arena = {0};
    const char *items[] = {"{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"-1\"}}",
                           "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"2\"}}",
                           "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"10\"}}"};
    struct slice last = SLICE_NONE;
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        struct attr_map item = item_of(&arena, items[i]);
        struct buf key;
        buf_init_arena(&key, &arena, KEY_BYTES_MAX);
        key_encode(&key, &schema, &item);
        if (i > 0) {
            cr_expect_gt(slice_compare(buf_slice(&key), last), 0);
            cr_expect(slice_eq(slice_sub(buf_slice(&key), 0, 4), slice_sub(last, 0, 4)));
        }
        last = buf_slice(&key);
    }
    arena_done(&arena);
}

Test(key, segments_cover_every_spread_exactly_once)
{
    struct arena arena = {0};
    static const unsigned totals[] = {1, 2, 3, 7, 1000000};
    for (size_t t = 0; t < ARRAY_LEN(totals); t++) {
        struct slice end = SLICE("\0\0\0\0");
        unsigned step = totals[t] > 1000 ? 1 : 1;
        for (unsigned segment = 0; segment < totals[t] && segment < 50; segment += step) {
            struct buf low;
            struct buf high;
            buf_init_arena(&low, &arena, 16);
            buf_init_arena(&high, &arena, 16);
            key_segment(segment, totals[t], &low, &high);
            cr_assert(slice_eq(buf_slice(&low), end));
            end = buf_slice(&high);
            cr_assert_eq(end.len == 0, segment + 1 == totals[t]);
        }
    }
    arena_done(&arena);
}

Test(key, two_items_have_the_same_key_whatever_else_they_hold)
{
    struct arena arena = {0};
    struct attr_map item =
        item_of(&arena, "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"1.0\"},\"x\":{\"S\":\"y\"}}");
    struct attr_map same = item_of(&arena, "{\"r\":{\"N\":\"1\"},\"h\":{\"S\":\"a\"}}");
    struct attr_map hash = item_of(&arena, "{\"r\":{\"N\":\"1\"},\"h\":{\"S\":\"b\"}}");
    struct attr_map range = item_of(&arena, "{\"r\":{\"N\":\"2\"},\"h\":{\"S\":\"a\"}}");
    cr_expect(key_equal(&schema, &item, &same));
    cr_expect_not(key_equal(&schema, &item, &hash));
    cr_expect_not(key_equal(&schema, &item, &range));
    arena_done(&arena);
}
