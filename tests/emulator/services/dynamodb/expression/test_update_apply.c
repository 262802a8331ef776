#include "tests/emulator/services/dynamodb/expression_fixture.h"

/* The item after the update, or the refusal's words. */
static const char *after(struct bench *bench, const char *json, const char *text)
{
    struct update update;
    struct attr_map result;
    struct expression_input input = bench_input(bench, "UpdateExpression", text);
    struct attr_map item = item_of(&bench->arena, json);
    const char *words = bench_words(bench, update_parse(&input, &update));
    cr_assert_str_empty(words, "%s: %s", text, words);
    struct err e = update_apply(&bench->arena, &update, &item, &result, &bench->refusal);
    cr_expect_str_eq(json_of(&bench->arena, &item), json, "the old item stays as it was");
    return failed(e) ? bench_words(bench, e) : json_of(&bench->arena, &result);
}

struct update_case {
    const char *item;
    const char *update;
    const char *result;
};

static void expect_all(const struct update_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct bench bench = {0};
        const char *result = after(&bench, cases[i].item, cases[i].update);
        cr_expect_str_eq(result, cases[i].result, "%s\n  gave   %s\n  wanted %s", cases[i].update,
                         result, cases[i].result);
        arena_done(&bench.arena);
    }
}

Test(update_apply, set_writes_values_paths_and_sums)
{
    static const struct update_case cases[] = {
        {"{}",                                              "SET a = :s",                                    "{\"a\":{\"S\":\"text\"}}"},
        {"{\"n\":{\"N\":\"0.1\"}}",                         "SET n = (n + :n) - :m",                         "{\"n\":{\"N\":\"4.1\"}}" },
        {"{\"n\":{\"N\":\"1\"}}",                           "SET n = :n - n",                                "{\"n\":{\"N\":\"4\"}}"   },
        {"{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"}}",       "SET a = b, b = a",
         "{\"a\":{\"S\":\"2\"},\"b\":{\"S\":\"1\"}}"                                                                                   },
        {"{}",                                              "SET n = if_not_exists(n, :n) + :m",             "{\"n\":{\"N\":\"6\"}}"   },
        {"{\"n\":{\"N\":\"7\"}}",                           "SET n = if_not_exists(n, :n) + :m",             "{\"n\":{\"N\":\"8\"}}"   },
        {"{}",                                              "SET l = list_append(if_not_exists(l, :l), :l)",
         "{\"l\":{\"L\":[{\"S\":\"x\"},{\"S\":\"x\"}]}}"                                                                               },
        {"{\"m\":{\"M\":{}}}",                              "SET m.a = :n, m.b = :s",
         "{\"m\":{\"M\":{\"a\":{\"N\":\"5\"},\"b\":{\"S\":\"text\"}}}}"                                                                },
        {"{\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}",   "SET l[0] = :s",
         "{\"l\":{\"L\":[{\"S\":\"text\"},{\"N\":\"2\"}]}}"                                                                            },
        {"{\"l\":{\"L\":[{\"N\":\"1\"}]}}",                 "SET l[9] = :n, l[5] = :s",
         "{\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"text\"},{\"N\":\"5\"}]}}"                                                              },
        {"{\"l\":{\"L\":[{\"M\":{\"k\":{\"N\":\"1\"}}}]}}", "SET l[0].k = l[0].k + :m",
         "{\"l\":{\"L\":[{\"M\":{\"k\":{\"N\":\"2\"}}}]}}"                                                                             },
    };
    expect_all(cases, ARRAY_LEN(cases));
}

Test(update_apply, remove_takes_attributes_members_and_elements)
{
    static const struct update_case cases[] = {
        {"{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"}}",                                 "REMOVE a, absent",                     "{\"b\":{\"S\":\"2\"}}"                        },
        {"{\"m\":{\"M\":{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"}}}}",                 "REMOVE m.a, m.z",
         "{\"m\":{\"M\":{\"b\":{\"S\":\"2\"}}}}"                                                                                                                             },
        {"{\"l\":{\"L\":[{\"N\":\"0\"},{\"N\":\"1\"},{\"N\":\"2\"},{\"N\":\"3\"}]}}",
         "REMOVE l[0], l[2], l[17]",                                                                                          "{\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"3\"}]}}"},
        {"{\"l\":{\"L\":[{\"N\":\"0\"},{\"N\":\"1\"}]}}",                             "REMOVE l[0] SET l[1] = :s, l[7] = :n",
         "{\"l\":{\"L\":[{\"S\":\"text\"},{\"N\":\"5\"}]}}"                                                                                                                  },
        {"{\"l\":{\"L\":[{\"L\":[{\"N\":\"0\"},{\"N\":\"1\"}]},{\"N\":\"2\"},{\"L\":[{\"N\":\"3\"},"
         "{\"N\":\"4\"}]},"
         "{\"N\":\"5\"}]}}",                                                 "REMOVE l[1], l[2][0], l[0][1], l[3]",
         "{\"l\":{\"L\":[{\"L\":[{\"N\":\"0\"}]},{\"L\":[{\"N\":\"4\"}]}]}}"                                                                                                 },
    };
    expect_all(cases, ARRAY_LEN(cases));
}

Test(update_apply, changes_of_one_place_are_made_together)
{
    static const struct update_case cases[] = {
        {"{\"b\":{\"S\":\"1\"},\"d\":{\"S\":\"2\"},\"f\":{\"S\":\"3\"}}",
         "SET e = :n, a = :s, g = :n REMOVE d, c",                                                                                             "{\"a\":{\"S\":\"text\"},\"b\":{\"S\":\"1\"},\"e\":{\"N\":\"5\"},\"f\":{\"S\":\"3\"},"
         "\"g\":{\"N\":\"5\"}}"                                                                                                                                         },
        {"{\"m\":{\"M\":{\"k\":{\"N\":\"2\"},\"l\":{\"L\":[{\"M\":{\"x\":{\"N\":\"0\"}}},{\"N\":"
         "\"1\"}]}}}}",                                          "SET m.l[0].y = :n, m.k = :s, m.l[2] = m.k REMOVE m.l[0].x, m.l[1]",
         "{\"m\":{\"M\":{\"k\":{\"S\":\"text\"},\"l\":{\"L\":[{\"M\":{\"y\":{\"N\":\"5\"}}},{\"N\":"
         "\"2\"}]}}}}"                                                                                                                                                                                                    },
        {"{\"l\":{\"L\":[{\"N\":\"0\"}]}}",
         "SET l = list_append(list_append(l, :l), if_not_exists(z, list_append(:l, l)))",                                                      "{\"l\":{\"L\":[{\"N\":\"0\"},{\"S\":\"x\"},{\"S\":\"x\"},{\"N\":\"0\"}]}}"},
    };
    expect_all(cases, ARRAY_LEN(cases));
}

Test(update_apply, add_and_delete_change_numbers_and_sets)
{
    static const struct update_case cases[] = {
        {"{}",                              "ADD n :n, ss :ss", "{\"n\":{\"N\":\"5\"},\"ss\":{\"SS\":[\"x\",\"y\"]}}"},
        {"{\"n\":{\"N\":\"-5\"}}",          "ADD n :n",         "{\"n\":{\"N\":\"0\"}}"                              },
        {"{\"ss\":{\"SS\":[\"a\",\"x\"]}}", "ADD ss :ss",       "{\"ss\":{\"SS\":[\"a\",\"x\",\"y\"]}}"              },
        {"{\"ns\":{\"NS\":[\"1\",\"3\"]}}", "DELETE ns :ns",    "{\"ns\":{\"NS\":[\"3\"]}}"                          },
        {"{\"ns\":{\"NS\":[\"1\"]}}",       "DELETE ns :ns",    "{}"                                                 },
        {"{}",                              "DELETE ns :ns",    "{}"                                                 },
        {"{\"m\":{\"M\":{}}}",              "ADD m.count1 :n",  "{\"m\":{\"M\":{\"count1\":{\"N\":\"5\"}}}}"         },
    };
    expect_all(cases, ARRAY_LEN(cases));
}

#define MISSING "The provided expression refers to an attribute that does not exist in the item"
#define WRONG_TYPE "An operand in the update expression has an incorrect data type"
#define BAD_PATH "The document path provided in the update expression is invalid for update"

Test(update_apply, refuses_in_the_words_of_aws)
{
    static const struct update_case cases[] = {
        {"{}",                                                                               "SET a = b",                  MISSING                                                          },
        {"{}",                                                                               "SET a = a + :n",             MISSING                                                          },
        {"{\"a\":{\"S\":\"1\"}}",                                                            "SET a = a + :n",             WRONG_TYPE                                                       },
        {"{\"a\":{\"S\":\"1\"}}",                                                            "SET a = list_append(a, :l)", WRONG_TYPE                                                       },
        {"{\"a\":{\"S\":\"1\"}}",                                                            "ADD a :n",                   WRONG_TYPE                                                       },
        {"{\"a\":{\"SS\":[\"1\"]}}",                                                         "ADD a :ns",                  WRONG_TYPE                                                       },
        {"{\"a\":{\"NS\":[\"1\"]}}",                                                         "DELETE a :ss",               WRONG_TYPE                                                       },
        {"{}",                                                                               "SET a.b = :s",               BAD_PATH                                                         },
        {"{\"a\":{\"S\":\"1\"}}",                                                            "SET a.b = :s",               BAD_PATH                                                         },
        {"{\"a\":{\"M\":{}}}",                                                               "SET a[0] = :s",              BAD_PATH                                                         },
        {"{\"a\":{\"L\":[]}}",                                                               "SET a[0].b = :s",            BAD_PATH                                                         },
        {"{\"a\":{\"M\":{}}}",                                                               "SET a.b.c = :s",             BAD_PATH                                                         },
        {"{}",                                                                               "REMOVE a.b",                 BAD_PATH                                                         },
        {"{\"a\":{\"S\":\"1\"}}",                                                            "REMOVE a[0]",                BAD_PATH                                                         },
        {"{}",                                                                               "ADD a.b :n",                 BAD_PATH                                                         },
        {"{\"a\":{\"N\":\"99999999999999999999999999999999999999\"},\"b\":{\"N\":\"0.5\"}}",
         "SET a = a + b",                                                                                                  "Attempting to store more than 38 significant digits in a Number"},
    };
    expect_all(cases, ARRAY_LEN(cases));
}

Test(update_apply, touched_paths_make_the_updated_views)
{
    struct bench bench = {0};
    struct update update;
    struct expression_input input =
        bench_input(&bench, "UpdateExpression", "SET m.a = :n, l[1] = :s REMOVE gone");
    struct attr_map item =
        item_of(&bench.arena, "{\"k\":{\"S\":\"1\"},\"l\":{\"L\":[{\"N\":\"0\"},{\"N\":\"1\"}]},"
                              "\"m\":{\"M\":{\"a\":{\"N\":\"2\"},\"b\":{\"N\":\"3\"}}}}");
    cr_assert_not(failed(update_parse(&input, &update)));
    struct projection touched = update_touched(&bench.arena, &update);
    struct attr_map view = projection_apply(&bench.arena, &touched, &item);
    cr_expect_str_eq(json_of(&bench.arena, &view),
                     "{\"l\":{\"L\":[{\"N\":\"1\"}]},\"m\":{\"M\":{\"a\":{\"N\":\"2\"}}}}");
    arena_done(&bench.arena);
}
