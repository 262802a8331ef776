#include "emulator/services/dynamodb/value/item_bytes.h"
#include "tests/emulator/services/dynamodb/expression_fixture.h"

static const char item_json[] =
    "{\"a\":{\"S\":\"1\"},\"l\":{\"L\":[{\"N\":\"0\"},{\"M\":{\"k\":{\"N\":\"1\"},\"z\":{\"N\":"
    "\"9\"}}},{\"N\":\"2\"}]},"
    "\"m\":{\"M\":{\"b\":{\"M\":{\"c\":{\"S\":\"x\"},\"d\":{\"S\":\"y\"}}},\"e\":{\"S\":\"z\"}}}}";

/* The projected item, or the refusal's words; from the tree and from stored bytes alike. */
static const char *projected(struct bench *bench, const char *text)
{
    struct projection projection;
    struct expression_input input = bench_input(bench, "ProjectionExpression", text);
    struct attr_map item = item_of(&bench->arena, item_json);
    const char *words = bench_words(bench, projection_parse(&input, &projection));
    if (*words)
        return words;
    struct attr_map view = projection_apply(&bench->arena, &projection, &item);
    struct attr_map from_bytes;
    cr_assert(projection_apply_bytes(&bench->arena, &projection,
                                     item_to_bytes(&bench->arena, &item), &from_bytes));
    cr_expect_str_eq(json_of(&bench->arena, &view), json_of(&bench->arena, &from_bytes));
    return json_of(&bench->arena, &view);
}

#define INVALID "Invalid ProjectionExpression: "

Test(projection, picks_attributes_members_and_elements)
{
    static const char *const cases[][2] = {
        {"a",                   "{\"a\":{\"S\":\"1\"}}"                                                      },
        {"#a, absent",          "{\"a\":{\"S\":\"1\"}}"                                                      },
        {"m.b.c, m.e",          "{\"m\":{\"M\":{\"b\":{\"M\":{\"c\":{\"S\":\"x\"}}},\"e\":{\"S\":\"z\"}}}}"  },
        {"l[2], l[0]",          "{\"l\":{\"L\":[{\"N\":\"0\"},{\"N\":\"2\"}]}}"                              },
        {"l[1].k",              "{\"l\":{\"L\":[{\"M\":{\"k\":{\"N\":\"1\"}}}]}}"                            },
        {"m.absent, l[7], a.b", "{}"                                                                         },
        {"",                    INVALID "The expression can not be empty;"                                   },
        {"a,",                  INVALID "Syntax error; token: \"<EOF>\", near: \",\""                        },
        {"a b",                 INVALID "Syntax error; token: \"b\", near: \"a b\""                          },
        {"a = b",               INVALID "Syntax error; token: \"=\", near: \"a = b\""                        },
        {"data",                INVALID "Attribute name is a reserved keyword; reserved keyword: data"       },
        {"a, #a",               INVALID "Two document paths overlap with each other; must remove or rewrite one "
                          "of these paths; path one: [a], path two: [a]"                    },
        {"m.b, m[0]",           INVALID "Two document paths conflict with each other; must remove or rewrite "
                              "one of these paths; path one: [m, b], path two: [m, [0]]"},
        {"#none",               INVALID "An expression attribute name used in the document path is not defined; "
                          "attribute name: #none"                                           },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bench bench = {0};
        cr_expect_str_eq(projected(&bench, cases[i][0]), cases[i][1], "%s", cases[i][0]);
        arena_done(&bench.arena);
    }
}
