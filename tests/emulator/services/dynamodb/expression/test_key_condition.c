#include "emulator/services/dynamodb/expression/key_condition.h"
#include "tests/emulator/services/dynamodb/expression_fixture.h"

static const struct key_schema text_range = {
    {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("r"), ATTR_S}},
    1, 2
};
static const struct key_schema number_range = {
    {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("r"), ATTR_N}},
    1, 2
};
static const struct key_schema hash_only = {{{SLICE_INIT("h"), ATTR_S}}, 1, 1};
static const struct key_schema composite = {
    {{SLICE_INIT("h"), ATTR_S},
     {SLICE_INIT("g"), ATTR_N},
     {SLICE_INIT("r"), ATTR_S},
     {SLICE_INIT("t"), ATTR_S}},
    2,
    4
};

static const char *words(struct bench *bench, const struct key_schema *schema, const char *text,
                         struct key_range *range)
{
    struct expression_input input = bench_input(bench, "KeyConditionExpression", text);
    struct key_condition condition;
    struct err e = key_condition_parse(&input, &condition);
    if (!failed(e))
        e = key_condition_range(&bench->arena, &condition, schema, range, &bench->refusal);
    return bench_words(bench, e);
}

/* Whether an item of that key lies in the range of the condition. */
static bool selects(const struct key_schema *schema, const char *text, const char *item_json)
{
    struct bench bench = {0};
    struct key_range range;
    const char *said = words(&bench, schema, text, &range);
    cr_assert_str_empty(said, "%s: %s", text, said);
    struct attr_map item = item_of(&bench.arena, item_json);
    struct buf key;
    buf_init_arena(&key, &bench.arena, KEY_BYTES_MAX);
    key_encode(&key, schema, &item);
    /* What follows a key in an index must not matter. */
    buf_append(&key, SLICE("\xFF\x01 more"));
    bool inside = slice_compare(buf_slice(&key), range.low) >= 0 &&
                  (range.high.len == 0 || slice_compare(buf_slice(&key), range.high) < 0);
    arena_done(&bench.arena);
    return inside;
}

#define ITEM(r) "{\"h\":{\"S\":\"text\"},\"r\":{\"S\":\"" r "\"}}"

Test(key_condition, strings_are_selected)
{
    cr_expect(selects(&text_range, "h = :s", ITEM("anything")));
    cr_expect(selects(&text_range, ":s = h", ITEM("anything")));
    cr_expect_not(selects(&text_range, "h = :x", ITEM("anything")));
    cr_expect(selects(&text_range, "h = :s AND r = :x", ITEM("x")));
    cr_expect_not(selects(&text_range, "h = :s AND r = :x", ITEM("xx")));
    cr_expect(selects(&text_range, "(h = :s) AND (r < :x)", ITEM("w")));
    cr_expect_not(selects(&text_range, "h = :s AND r < :x", ITEM("x")));
    cr_expect(selects(&text_range, "h = :s AND r <= :x", ITEM("x")));
    cr_expect_not(selects(&text_range, "h = :s AND r <= :x", ITEM("xa")));
    cr_expect(selects(&text_range, "h = :s AND r > :x", ITEM("xa")));
    cr_expect_not(selects(&text_range, "h = :s AND r > :x", ITEM("x")));
    cr_expect(selects(&text_range, "h = :s AND :x >= r", ITEM("x")));
    cr_expect(selects(&text_range, "r >= :x AND h = :s", ITEM("x")));
    cr_expect(selects(&text_range, "h = :s AND r BETWEEN :te AND :x", ITEM("te")));
    cr_expect(selects(&text_range, "h = :s AND r BETWEEN :te AND :x", ITEM("x")));
    cr_expect_not(selects(&text_range, "h = :s AND r BETWEEN :te AND :x", ITEM("t")));
    cr_expect_not(selects(&text_range, "h = :s AND r BETWEEN :te AND :x", ITEM("xa")));
    cr_expect(selects(&text_range, "h = :s AND begins_with(r, :te)", ITEM("te")));
    cr_expect(selects(&text_range, "h = :s AND begins_with(r, :te)", ITEM("tez")));
    cr_expect_not(selects(&text_range, "h = :s AND begins_with(r, :te)", ITEM("tf")));
}

#define NUMBERED(r) "{\"h\":{\"S\":\"text\"},\"r\":{\"N\":\"" r "\"}}"

Test(key_condition, numbers_are_selected)
{
    cr_expect(selects(&number_range, "h = :s AND r < :n", NUMBERED("-100")));
    cr_expect(selects(&number_range, "h = :s AND r < :n", NUMBERED("4.9")));
    cr_expect_not(selects(&number_range, "h = :s AND r < :n", NUMBERED("5")));
    cr_expect_not(selects(&number_range, "h = :s AND r < :n", NUMBERED("10")));
    cr_expect(selects(&number_range, "h = :s AND r > :n", NUMBERED("10")));
    cr_expect(selects(&number_range, "h = :s AND r BETWEEN :m AND :n", NUMBERED("1.0")));
    cr_expect(selects(&number_range, "h = :s AND r BETWEEN :m AND :n", NUMBERED("5")));
    cr_expect_not(selects(&number_range, "h = :s AND r BETWEEN :m AND :n", NUMBERED("5.1")));
}

#define FOUR(r, t)                                                                                 \
    "{\"h\":{\"S\":\"text\"},\"g\":{\"N\":\"5\"},\"r\":{\"S\":\"" r "\"},\"t\":{\"S\":\"" t "\"}}"

Test(key_condition, keys_of_several_attributes_are_selected_from_the_left)
{
    cr_expect(selects(&composite, "h = :s AND g = :n", FOUR("a", "b")));
    cr_expect(selects(&composite, "g = :n AND h = :s AND r = :x", FOUR("x", "b")));
    cr_expect(selects(&composite, "h = :s AND g = :n AND r = :x AND t > :te", FOUR("x", "tf")));
    cr_expect_not(selects(&composite, "h = :s AND g = :n AND r = :x AND t > :te", FOUR("x", "a")));
}

#define INVALID "Invalid KeyConditionExpression: "
#define USED "Invalid operator used in KeyConditionExpression: "

Test(key_condition, refuses_in_the_words_of_aws)
{
    static const struct {
        const struct key_schema *schema;
        const char *text;
        const char *words;
    } cases[] = {
        {&text_range, "",                                        INVALID "The expression can not be empty;"    },
        {&text_range, "r = :s",                                  "Query condition missed key schema element: h"},
        {&text_range, "h = :s AND z = :x",                       "Query condition missed key schema element: r"},
        {&hash_only,  "h = :s AND z = :x",                       "Query key condition not supported"           },
        {&text_range, "h > :s",                                  "Query key condition not supported"           },
        {&text_range, "begins_with(h, :s)",                      "Query key condition not supported"           },
        {&text_range, "h = :s OR r = :x",                        INVALID USED "OR"                             },
        {&text_range, "NOT h = :s",                              INVALID USED "NOT"                            },
        {&text_range, "h = :s AND r <> :x",                      INVALID USED "<>"                             },
        {&text_range, "h = :s AND r IN (:x)",                    INVALID USED "IN"                             },
        {&text_range, "h = :s AND attribute_exists(r)",          INVALID USED "attribute_exists"               },
        {&text_range, "h = :s AND size(r) = :n",
         INVALID "KeyConditionExpressions cannot contain nested operations"                                    },
        {&text_range, "h = :s AND r.x = :x",
         INVALID "KeyConditionExpressions cannot have conditions on nested attributes"                         },
        {&text_range, "h = :s AND :x = :te",
         INVALID "Invalid condition in KeyConditionExpression: No key attribute specified"                     },
        {&text_range, "h = r",
         INVALID "Invalid condition in KeyConditionExpression: Multiple "
                 "attribute names used in one condition"                                                       },
        {&text_range, "h = :s AND h = :x",
         INVALID "KeyConditionExpressions must only contain one condition per key"                             },
        {&text_range, "h = :n",
         "One or more parameter values were invalid: Condition parameter "
         "type does not match schema type"                                                                     },
        {&text_range, "h = :empty",
         "One or more parameter values are not valid. The AttributeValue for a key attribute "
         "cannot contain an empty string value. Key: h"                                                        },
        {&composite,  "h = :s",                                  "Query condition missed key schema element: g"},
        {&composite,  "h = :s AND g = :n AND t = :x",
         "Query condition missed key schema element: r"                                                        },
        {&composite,  "h = :s AND g = :n AND r > :x AND t = :x",
         "Query key condition not supported"                                                                   },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bench bench = {0};
        struct key_range range;
        cr_expect_str_eq(words(&bench, cases[i].schema, cases[i].text, &range), cases[i].words,
                         "%s", cases[i].text);
        arena_done(&bench.arena);
    }
}
