#include "tests/emulator/services/dynamodb/fixture.h"

/* The refusal of {"a": value}, "" for none; "!" begins one of JSON's types. */
static const char *refusal_of(struct arena *arena, const char *value)
{
    struct slice text = arena_printf(arena, "{\"a\":%s}", value);
    struct json_reader reader;
    struct attr_map item;
    struct ddb_refusal refusal = {.arena = arena};
    json_reader_init(&reader, text, arena);
    struct err e = attr_map_read(&reader, &item, &refusal);
    struct slice mark = failed(e) ? SLICE("!") : SLICE("");
    return arena_cstr(arena, arena_printf(arena, SLICE_FMT SLICE_FMT, SLICE_ARG(mark),
                                          SLICE_ARG(refusal.message)));
}

#define INVALID "One or more parameter values were invalid: "

Test(value_json, refuses_in_the_words_of_aws)
{
    static const char *const cases[][2] = {
        {"{}",                           "Supplied AttributeValue is empty, must contain exactly one of the supported "
               "datatypes"                                                                                        },
        {"{\"S\":null}",                 "Supplied AttributeValue is empty, must contain exactly one of the "
                         "supported datatypes"                                                          },
        {"{\"X\":\"y\"}",                "Supplied AttributeValue is empty, must contain exactly one of the "
                          "supported datatypes"                                                        },
        {"{\"S\":\"a\",\"N\":\"1\"}",    "Supplied AttributeValue has more than one datatypes set, "
                                      "must contain exactly one of the supported datatypes"},
        {"{\"NULL\":false}",             INVALID "Null attribute value types must have the value of true"                       },
        {"{\"SS\":[]}",                  INVALID "An string set  may not be empty"                                              },
        {"{\"NS\":[]}",                  INVALID "An number set  may not be empty"                                              },
        {"{\"BS\":[]}",                  INVALID "Binary sets should not be empty"                                              },
        {"{\"SS\":[\"b\",\"a\",\"b\"]}", INVALID "Input collection [b, a, b] contains duplicates."                              },
        {"{\"NS\":[\"1\",\"1.0\"]}",     "Input collection contains duplicates"                                                 },
        {"{\"BS\":[\"AQ==\",\"AQ==\"]}",
         INVALID "Input collection [AQ==, AQ==]of type BS contains duplicates."                                                 },
        {"{\"N\":\"b\"}",                "The parameter cannot be converted to a numeric value: b"                              },
        {"{\"N\":\"\"}",                 "The parameter cannot be converted to a numeric value"                                 },
        {"{\"NS\":[\"1e126\"]}",         "Number overflow. Attempting to store a number with magnitude "
                                 "larger than supported range"                                  },
        {"{\"L\":[{\"M\":{\"x\":{}}}]}", "Supplied AttributeValue is empty, must contain exactly "
                                         "one of the supported datatypes"               },
        {"{\"S\":5}",                    "!NUMBER_VALUE cannot be converted to String"                                          },
        {"{\"S\":[]}",                   "!Start of list found where not expected"                                              },
        {"{\"N\":1}",                    "!NUMBER_VALUE cannot be converted to String"                                          },
        {"{\"BOOL\":\"true\"}",          "!STRING_VALUE cannot be converted to Boolean"                                         },
        {"{\"L\":{}}",                   "!Start of structure or map found where not expected"                                  },
        {"{\"M\":[]}",                   "!Start of list found where not expected"                                              },
        {"{\"SS\":[1]}",                 "!NUMBER_VALUE cannot be converted to String"                                          },
        {"\"text\"",                     "!STRING_VALUE cannot be converted to AttributeValue"                                  },
        {"{\"S\":\"\"}",                 ""                                                                                     },
        {"{\"B\":\"\"}",                 ""                                                                                     },
        {"{\"L\":[]}",                   ""                                                                                     },
        {"{\"M\":{}}",                   ""                                                                                     },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        cr_expect_str_eq(refusal_of(&arena, cases[i][0]), cases[i][1], "%s", cases[i][0]);
        arena_done(&arena);
    }
}

Test(value_json, a_wrong_type_is_told_before_a_broken_rule)
{
    struct arena arena = {0};
    cr_expect_str_eq(refusal_of(&arena, "{\"L\":[{},{\"S\":5}]}"),
                     "!NUMBER_VALUE cannot be converted to String");
    cr_expect_str_eq(refusal_of(&arena, "{\"S\":\"x\""), "!The request body could not be parsed");
    arena_done(&arena);
}

Test(value_json, bad_base64_is_a_wrong_type_not_a_crash)
{
    struct arena arena = {0};
    cr_expect_eq(refusal_of(&arena, "{\"B\":\"A\"}")[0], '!');
    cr_expect_eq(refusal_of(&arena, "{\"BS\":[\"@@@@\"]}")[0], '!');
    arena_done(&arena);
}

/* {"L":[{"L":[ ... {"S":"x"} ... ]}]} */
static const char *nested(struct arena *arena, unsigned levels)
{
    struct buf out;
    buf_init_arena(&out, arena, 100000);
    for (unsigned i = 0; i < levels; i++)
        buf_append_cstr(&out, "{\"L\":[");
    buf_append_cstr(&out, "{\"S\":\"x\"}");
    for (unsigned i = 0; i < levels; i++)
        buf_append_cstr(&out, "]}");
    return buf_cstr(&out);
}

Test(value_json, thirty_two_levels_are_the_limit)
{
    struct arena arena = {0};
    cr_expect_str_eq(refusal_of(&arena, nested(&arena, 32)), "");
    cr_expect_str_eq(refusal_of(&arena, nested(&arena, 33)),
                     "Nesting Levels have exceeded supported limits");
    cr_expect_eq(refusal_of(&arena, nested(&arena, 5000))[0], '!',
                 "far too deep is refused by the reader, not by the stack");
    arena_done(&arena);
}

Test(value_json, what_is_written_reads_back)
{
    struct arena arena = {0};
    const char *json = "{\"b\":{\"B\":\"AAH/\"},\"bs\":{\"BS\":[\"AA==\",\"AQ==\"]},"
                       "\"f\":{\"BOOL\":false},\"l\":{\"L\":[{\"N\":\"-1.5\"},{\"NULL\":true}]},"
                       "\"m\":{\"M\":{\"a\":{\"S\":\"\\\"\\n\"},\"b\":{\"M\":{}}}},"
                       "\"n\":{\"N\":\"100\"},\"ns\":{\"NS\":[\"1\",\"2\"]},"
                       "\"ss\":{\"SS\":[\"x\",\"y\"]}}";
    struct attr_map item = item_of(&arena, json);
    cr_expect_str_eq(json_of(&arena, &item), json);
    arena_done(&arena);
}

Test(value_json, numbers_become_canonical)
{
    struct arena arena = {0};
    struct attr_map item = item_of(&arena, "{\"a\":{\"N\":\"01.50e1\"},\"b\":{\"N\":\"-0.0\"}}");
    cr_expect_str_eq(json_of(&arena, &item), "{\"a\":{\"N\":\"15\"},\"b\":{\"N\":\"0\"}}");
    arena_done(&arena);
}
