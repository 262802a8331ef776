#include "tests/emulator/services/dynamodb/expression_fixture.h"

static void expect_words(const char *text, const char *words)
{
    struct bench bench = {0};
    struct update update;
    struct expression_input input = bench_input(&bench, "UpdateExpression", text);
    const char *said = bench_words(&bench, update_parse(&input, &update));
    const char *wanted =
        *words ? arena_cstr(&bench.arena,
                            arena_printf(&bench.arena, "Invalid UpdateExpression: %s", words))
               : "";
    cr_expect_str_eq(said, wanted, "%s\n  said   %s\n  wanted %s", text, said, wanted);
    arena_done(&bench.arena);
}

Test(update_parse, accepts_the_whole_grammar)
{
    static const char *const texts[] = {
        "SET a = :s",
        "set a = :s, b.c[0] = d REMOVE e, f[1] ADD g :n DELETE h :ss",
        "SET a = b + :n, c = :n - d, e = (:n + :m)",
        "SET a = if_not_exists(a, :n) + :m",
        "SET a = list_append(if_not_exists(a, :l), :l)",
        "REMOVE #a.#status",
        "ADD a.b :ns",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        expect_words(texts[i], "");
}

#define REWRITE "must remove or rewrite one of these paths; path one: "

Test(update_parse, refuses_in_the_words_of_aws)
{
    static const char *const cases[][2] = {
        {"",                              "The expression can not be empty;"                                                         },
        {"INVALID SYNTAX HERE",           "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\""                               },
        {"SET",                           "Syntax error; token: \"<EOF>\", near: \"SET\""                                            },
        {"SET a",                         "Syntax error; token: \"<EOF>\", near: \"a\""                                              },
        {"SET a = :s,",                   "Syntax error; token: \"<EOF>\", near: \",\""                                              },
        {"SET a = :s, SET b = :s",        "Syntax error; token: \"b\", near: \"SET b =\""                                            },
        {"SET a = b = :s",                "Syntax error; token: \"=\", near: \"b = :s\""                                             },
        {"ADD a : n",                     "Syntax error; token: \":\", near: \"a : n\""                                              },
        {"ADD a b",                       "Syntax error; token: \"b\", near: \"a b\""                                                },
        {"REMOVE a = :s",                 "Syntax error; token: \"=\", near: \"a = :s\""                                             },
        {"SET status = :s",               "Attribute name is a reserved keyword; reserved keyword: status"                           },
        {"SET a = :s SET b = :s",
         "The \"SET\" section can only be used once in an update expression;"                                                        },
        {"SET a = :x1",                   "An expression attribute value used in expression is not defined; "
                        "attribute value: :x1"                                                                },
        {"SET a = :s + :n",               "Incorrect operand type for operator or function; operator or "
                            "function: +, operand type: S"                                                },
        {"SET a = b + :n - :n",           "Syntax error; token: \"-\", near: \":n - :n\""                                            },
        {"SET a = list_append(a, :map)",  "Incorrect operand type for operator or function; "
                                         "operator or function: list_append, operand type: M"},
        {"SET a = size(b)",               "The function is not allowed in an update expression; function: size"                      },
        {"SET a = if_not_exists(:s, :s)", "Operator or function requires a document path; "
                                          "operator or function: if_not_exists"             },
        {"ADD a :s",                      "Incorrect operand type for operator or function; operator: ADD, operand "
                     "type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"                                            },
        {"DELETE a :n",                   "Incorrect operand type for operator or function; operator: DELETE, "
                        "operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"                           },
        {"SET a = :s, a = :n",
         "Two document paths overlap with each other; " REWRITE "[a], path two: [a]"                                                 },
        {"SET a = :s REMOVE a.b",
         "Two document paths overlap with each other; " REWRITE "[a], path two: [a, b]"                                              },
        {"SET a[0] = :s, a.b = :n",
         "Two document paths conflict with each other; " REWRITE "[a, [0]], path two: [a, b]"                                        },
        {"SET #a = :s, a.b[1] = :n",
         "Two document paths overlap with each other; " REWRITE "[a], path two: [a, b, [1]]"                                         },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_words(cases[i][0], cases[i][1]);
}
