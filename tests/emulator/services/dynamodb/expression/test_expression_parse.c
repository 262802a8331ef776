#include "tests/emulator/services/dynamodb/expression_fixture.h"

static void expect_words(const char *text, const char *words)
{
    struct bench bench = {0};
    struct node *condition;
    struct expression_input input = bench_input(&bench, "ConditionExpression", text);
    const char *said = bench_words(&bench, condition_parse(&input, &condition));
    const char *wanted =
        *words ? arena_cstr(&bench.arena,
                            arena_printf(&bench.arena, "Invalid ConditionExpression: %s", words))
               : "";
    cr_expect_str_eq(said, wanted, "%s\n  said   %s\n  wanted %s", text, said, wanted);
    arena_done(&bench.arena);
}

Test(expression_parse, accepts_the_whole_grammar)
{
    static const char *const texts[] = {
        "a = :s",
        "(a = :s)",
        "a.b[3].#a = :s",
        "#a <> :s AND NOT b < :n OR c BETWEEN :m AND :n",
        "a IN (:s, :n, :b)",
        "a in (:s) and b between :m and :n or not c >= :n",
        "attribute_exists(a.b) AND attribute_not_exists(#dot)",
        "attribute_type(a, :S)",
        "begins_with(a, :te) AND contains(b, :x)",
        "size(a) > :n",
        "((a = :s) AND (b = :n)) OR c = d",
        "( ( ( size ( a )) < b.c ) AND ( d > :n ) )",
        ":n = a",
        "NOT NOT a = :s",
        "(NOT NOT (a = :s))",
        "a\t=\n:s",
        "a_b1 = :s",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        expect_words(texts[i], "");
}

Test(expression_parse, syntax_errors_name_the_word_and_its_neighbours)
{
    static const char *const cases[][2] = {
        {"a = = :s",           "Syntax error; token: \"=\", near: \"= = :s\""           },
        {"a",                  "Syntax error; token: \"<EOF>\", near: \"a\""            },
        {"a =",                "Syntax error; token: \"<EOF>\", near: \"=\""            },
        {"= a",                "Syntax error; token: \"=\", near: \"= a\""              },
        {"a : s",              "Syntax error; token: \":\", near: \"a : s\""            },
        {"a = 5",              "Syntax error; token: \"5\", near: \"= 5\""              },
        {"_id = :s",           "Syntax error; token: \"_\", near: \"_id\""              },
        {"a-b = :s",           "Syntax error; token: \"-\", near: \"a-b\""              },
        {"a = :s AND",         "Syntax error; token: \"<EOF>\", near: \"AND\""          },
        {"a AND b = :s",       "Syntax error; token: \"AND\", near: \"a AND b\""        },
        {"a = :s b",           "Syntax error; token: \"b\", near: \":s b\""             },
        {"a BETWEEN :m OR :n", "Syntax error; token: \"OR\", near: \":m OR :n\""        },
        {"a IN :s",            "Syntax error; token: \":s\", near: \"IN :s\""           },
        {"a IN ()",            "Syntax error; token: \")\", near: \"()\""               },
        {"a[x] = :s",          "Syntax error; token: \"x\", near: \"[x]\""              },
        {"a[-1] = :s",         "Syntax error; token: \"-\", near: \"[-1\""              },
        {"a. = :s",            "Syntax error; token: \"=\", near: \". = :s\""           },
        {"(a = :s",            "Syntax error; token: \"<EOF>\", near: \":s\""           },
        {"a = :s)",            "Syntax error; token: \")\", near: \":s)\""              },
        {"\xC3\xA9 = :s",      "Syntax error; token: \"\xC3\xA9\", near: \"\xC3\xA9 =\""},
        {"a = \"x\"",          "Syntax error; token: \"\"\", near: \"= \"x\""           },
        {"(a = :s) = :n",      "Syntax error; token: \"=\", near: \") = :n\""           },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_words(cases[i][0], cases[i][1]);
}

Test(expression_parse, breaches_are_told_in_the_words_of_aws)
{
    static const char *const cases[][2] = {
        {"",                             "The expression can not be empty;"                                                         },
        {"  ",                           "The expression can not be empty;"                                                         },
        {"status = :s",                  "Attribute name is a reserved keyword; reserved keyword: status"                           },
        {"a.Name = :s",                  "Attribute name is a reserved keyword; reserved keyword: Name"                             },
        {"#x = :s",                      "An expression attribute name used in the document path is not defined; "
                    "attribute name: #x"                                                                         },
        {"a = :v",                       "An expression attribute value used in expression is not defined; attribute "
                   "value: :v"                                                                                    },
        {"Size(a) = :n",                 "Invalid function name; function: Size"                                                    },
        {"attribute_exists(a, b)",       "Incorrect number of operands for operator or function; "
                                   "operator or function: attribute_exists, number of operands: 2"},
        {"attribute_exists(:s)",         "Operator or function requires a document path; operator or "
                                 "function: attribute_exists"                                       },
        {"if_not_exists(a, :s) = :s",
         "The function is not allowed in a condition expression; function: if_not_exists"                                           },
        {"size(a)",
         "The function is not allowed to be used this way in an expression; function: size"                                         },
        {"contains(a, :s) = :s",
         "The function is not allowed to be used this way in an expression; function: contains"                                     },
        {"begins_with(a, :n)",           "Incorrect operand type for operator or function; operator or "
                               "function: begins_with, operand type: N"                               },
        {"size(:n) = :n",                "Incorrect operand type for operator or function; operator or function: "
                          "size, operand type: N"                                                          },
        {"a < :map",                     "Incorrect operand type for operator or function; operator or function: <, "
                     "operand type: M"                                                                          },
        {"attribute_type(a, :n)",        "Incorrect operand type for operator or function; operator or "
                                  "function: attribute_type, operand type: N"                      },
        {"attribute_type(a, :s)",        "Invalid attribute type name found; type: text, valid types: "
                                  "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"                                 },
        {"a BETWEEN :n AND :m",
         "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
         "lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:1}"                                   },
        {"a BETWEEN :n AND :s",
         "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
         "operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {S:text}"                                            },
        {"a.b = a.b",                    "The first operand must be distinct from the remaining operands for this "
                      "operator or function; operator: =, first operand: [a, b]"                               },
        {"contains(a, #a)",              "The first operand must be distinct from the remaining operands for "
                            "this operator or function; operator: contains, first operand: [a]"          },
        {"((a = :s))",                   "The expression has redundant parentheses;"                                                },
        {"a[99999999999999999999] = :s",
         "List index is not within the allowable range; index: [99999999999999999999]"                                              },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_words(cases[i][0], cases[i][1]);
}

Test(expression_parse, bad_syntax_comes_before_other_breaches)
{
    expect_words("status = :s AND", "Syntax error; token: \"<EOF>\", near: \"AND\"");
}

/* `unit` repeated, joined by `joint`. */
static const char *repeated(struct arena *arena, const char *unit, const char *joint,
                            unsigned times)
{
    struct buf out;
    buf_init_arena(&out, arena, 100000);
    for (unsigned i = 0; i < times; i++)
        buf_printf(&out, "%s%s", i > 0 ? joint : "", unit);
    return buf_cstr(&out);
}

Test(expression_parse, limits_hold)
{
    struct arena arena = {0};
    expect_words(repeated(&arena, "a=:n", " OR ", 300), "");
    expect_words(repeated(&arena, "a=:n", " OR ", 301),
                 "The expression contains too many operators; operator count: 301");
    expect_words(repeated(&arena, "a=:n", "     OR     ", 300),
                 "Expression size has exceeded the maximum allowed size;");
    struct slice in_100 = arena_printf(&arena, "a IN (%s)", repeated(&arena, ":n", ",", 100));
    struct slice in_101 = arena_printf(&arena, "a IN (%s)", repeated(&arena, ":n", ",", 101));
    expect_words(arena_cstr(&arena, in_100), "");
    expect_words(arena_cstr(&arena, in_101),
                 "The IN operator is provided with too many operands; number of operands: 101");
    arena_done(&arena);
}

Test(expression_parse, thousands_of_parentheses_are_refused_not_followed)
{
    struct arena arena = {0};
    expect_words(repeated(&arena, "(", "", 4096), "The expression has redundant parentheses;");
    expect_words(repeated(&arena, "a=:n and (", "", 400),
                 "The expression contains too many operators; operator count: 301");
    expect_words(repeated(&arena, "NOT", " ", 1000), "Syntax error; token: \"<EOF>\", near: "
                                                     "\"NOT\"");
    expect_words(repeated(&arena, "size(", "", 700), "Syntax error; token: \"<EOF>\", near: \"(\"");
    arena_done(&arena);
}
