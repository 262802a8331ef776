#include "tests/emulator/services/dynamodb/partiql_fixture.h"

static void expect_where(const char *condition, const char *wanted)
{
    struct partiql_bench bench = {0};
    const char *text = arena_printf(&bench.arena, "SELECT * FROM t WHERE %s", condition).ptr;
    partiql_read(&bench, text);
    cr_expect_str_eq(show(&bench.arena, bench.statement.where), wanted, "%s", condition);
    arena_done(&bench.arena);
}

static void expect_refused(const char *text, const char *wanted)
{
    struct partiql_bench bench = {0};
    cr_expect_str_eq(partiql_words(&bench, text, "{}"), wanted, "%s", text);
    arena_done(&bench.arena);
}

static void expect_malformed(const char *text, const char *detail)
{
    struct arena arena = {0};
    expect_refused(
        text,
        arena_printf(&arena, "Statement wasn't well formed, can't be processed: %s", detail).ptr);
    arena_done(&arena);
}

Test(partiql_parse, comparisons_become_those_of_expressions)
{
    expect_where("a = 1", "(= a {\"N\":\"1\"})");
    expect_where("a.b[2].\"c d\" <> 'x'", "(<> a.b[2].c d {\"S\":\"x\"})");
    expect_where("a != b", "(<> a b)");
    expect_where("1.50 < a", "(< {\"N\":\"1.5\"} a)");
    expect_where("a <= -2 and b >= +3", "(AND (<= a {\"N\":\"-2\"}) (>= b {\"N\":\"3\"}))");
}

Test(partiql_parse, or_binds_less_than_and_less_than_not)
{
    expect_where("NOT a = 1 AND b = 2 OR c = 3",
                 "(OR (AND (NOT (= a {\"N\":\"1\"})) (= b {\"N\":\"2\"})) (= c {\"N\":\"3\"}))");
    expect_where("a = 1 AND (b = 2 OR c = 3)",
                 "(AND (= a {\"N\":\"1\"}) (OR (= b {\"N\":\"2\"}) (= c {\"N\":\"3\"})))");
    expect_where("NOT NOT a = 1", "(= a {\"N\":\"1\"})");
}

Test(partiql_parse, between_and_in_may_be_negated)
{
    expect_where("a BETWEEN 1 AND 2 AND b = 3",
                 "(AND (BETWEEN a {\"N\":\"1\"} {\"N\":\"2\"}) (= b {\"N\":\"3\"}))");
    expect_where("a NOT BETWEEN 1 AND 2", "(NOT (BETWEEN a {\"N\":\"1\"} {\"N\":\"2\"}))");
    expect_where("a IN [1, 'x']", "(IN a {\"N\":\"1\"} {\"S\":\"x\"})");
    expect_where("a not in (1, b)", "(NOT (IN a {\"N\":\"1\"} b))");
}

Test(partiql_parse, is_asks_for_presence_or_type)
{
    expect_where("a IS MISSING", "(attribute_not_exists a)");
    expect_where("a.b IS NOT MISSING", "(attribute_exists a.b)");
    expect_where("a = MISSING", "(attribute_not_exists a)");
    expect_where("a <> missing", "(attribute_exists a)");
    expect_where("a IS NULL", "(attribute_type a {\"S\":\"NULL\"})");
    expect_where("a IS NOT NULL", "(NOT (attribute_type a {\"S\":\"NULL\"}))");
    expect_where("a IS STRING", "(attribute_type a {\"S\":\"S\"})");
    expect_where("a IS BAG",
                 "(OR (attribute_type a {\"S\":\"SS\"}) (attribute_type a {\"S\":\"NS\"}) "
                 "(attribute_type a {\"S\":\"BS\"}))");
}

Test(partiql_parse, functions_are_known_in_any_case)
{
    expect_where("BEGINS_WITH(a, 'x') AND contains(b, 1)",
                 "(AND (begins_with a {\"S\":\"x\"}) (contains b {\"N\":\"1\"}))");
    expect_where("Size(a) > 2", "(> (size a) {\"N\":\"2\"})");
    expect_where("attribute_type(a, 'SS')", "(attribute_type a {\"S\":\"SS\"})");
}

Test(partiql_parse, sums_of_numbers_are_made_at_once)
{
    expect_where("a = 1 + 2 - 0.5", "(= a {\"N\":\"2.5\"})");
    expect_refused("SELECT * FROM t WHERE a = b + 1",
                   "Arithmetic on attributes is supported in SET alone");
    expect_refused("SELECT * FROM t WHERE a = 9e125 + 9e125",
                   "Number overflow. Attempting to store a number with magnitude larger than "
                   "supported range");
}

Test(partiql_parse, literals_become_values)
{
    struct partiql_bench bench = {0};
    partiql_read(&bench, "INSERT INTO \"t\" VALUE {'s': 'a''b', 'n': -1.50, 't': TRUE, 'f': false, "
                         "'z': NULL, 'l': [1, 'x', [], {}], 'm': {'k': <<'b', 'a'>>}, "
                         "'ns': <<3, 1e1>>}");
    cr_expect_str_eq(json_of(&bench.arena, &bench.statement.item),
                     "{\"f\":{\"BOOL\":false},"
                     "\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"L\":[]},{\"M\":{}}]},"
                     "\"m\":{\"M\":{\"k\":{\"SS\":[\"a\",\"b\"]}}},\"n\":{\"N\":\"-1.5\"},"
                     "\"ns\":{\"NS\":[\"10\",\"3\"]},\"s\":{\"S\":\"a'b\"},\"t\":{\"BOOL\":true},"
                     "\"z\":{\"NULL\":true}}");
    cr_expect(slice_eq(bench.statement.table, SLICE("t")));
    arena_done(&bench.arena);
}

Test(partiql_parse, literals_keep_the_rules_of_values)
{
    expect_refused("INSERT INTO t VALUE {'a': <<1, 'x'>>}",
                   "A set holds strings, numbers or binary values, all of one type");
    expect_refused("INSERT INTO t VALUE {'a': <<1, 1.0>>}", "Input collection contains duplicates");
    expect_refused("INSERT INTO t VALUE {'a': <<>>}",
                   "One or more parameter values were invalid: An string set  may not be empty");
    expect_refused("INSERT INTO t VALUE {'a': 1e126}",
                   "Number overflow. Attempting to store a number with magnitude larger than "
                   "supported range");
    expect_refused("INSERT INTO t VALUE {'a': b}", "Unsupported element of a literal: b at 1:27:1");
    expect_refused("INSERT INTO t VALUE {a: 1}", "Unsupported name of a map's member: a at 1:22:1");
    expect_refused("INSERT INTO t VALUE 'a'", "The item of an INSERT statement must be a tuple");
}

Test(partiql_parse, parameters_are_taken_in_their_order)
{
    struct partiql_bench bench = {0};
    const char *json = "{\"1\":{\"S\":\"x\"},\"2\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}";
    cr_expect_str_empty(partiql_words(&bench, "SELECT * FROM t WHERE a = ? AND b IN ?", json));
    cr_expect_str_eq(show(&bench.arena, bench.statement.where),
                     "(AND (= a {\"S\":\"x\"}) (IN b {\"N\":\"1\"} {\"N\":\"2\"}))");
    static const char *const wrong[] = {"SELECT * FROM t WHERE a = ?",
                                        "SELECT * FROM t WHERE a IN [?, ?, ?]", "SELECT * FROM t"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        cr_expect_str_eq(partiql_words(&bench, wrong[i], json),
                         "Number of parameters in request and statement don't match.");
    cr_expect_str_eq(partiql_words(&bench, "SELECT * FROM t WHERE a = ? x", json),
                     "Statement wasn't well formed, can't be processed: Unexpected token after "
                     "expression");
    arena_done(&bench.arena);
}

Test(partiql_parse, a_column_goes_by_its_last_name)
{
    struct partiql_bench bench = {0};
    partiql_read(&bench, "SELECT a, b.c[0][1], \"d e\".f FROM \"t\".\"i\" WHERE a = 1 "
                         "ORDER BY a DESC, b ASC, c;");
    const struct partiql_statement *s = &bench.statement;
    cr_assert_eq(s->column_count, 3);
    cr_expect(slice_eq(s->columns[0].name, SLICE("a")));
    cr_expect(slice_eq(s->columns[1].name, SLICE("c[0][1]")));
    cr_expect(slice_eq(s->columns[2].name, SLICE("f")));
    cr_expect(slice_eq(s->index, SLICE("i")));
    cr_assert_eq(s->order_count, 3);
    cr_expect(s->orders[0].descending && !s->orders[1].descending && !s->orders[2].descending);
    struct attr_map item = item_of(
        &bench.arena, "{\"a\":{\"N\":\"1\"},\"b\":{\"M\":{\"c\":{\"L\":[{\"L\":[{\"N\":\"7\"},"
                      "{\"N\":\"8\"}]}]}}},\"x\":{\"S\":\"y\"}}");
    struct attr_map shown = partiql_project(&bench.arena, s, &item);
    cr_expect_str_eq(json_of(&bench.arena, &shown),
                     "{\"a\":{\"N\":\"1\"},\"c[0][1]\":{\"N\":\"8\"}}");
    cr_expect_eq(partiql_read_columns(&bench.arena, s).count, 3);
    arena_done(&bench.arena);
}

/* "SET a.b={...}; REMOVE c" */
static const char *changes(struct partiql_bench *bench)
{
    static const char *const kinds[] = {"SET ", "REMOVE ", "ADD ", "DELETE "};
    struct buf out;
    buf_init_arena(&out, &bench->arena, 4096);
    for (size_t i = 0; i < bench->statement.update.count; i++) {
        const struct update_action *action = &bench->statement.update.actions[i];
        buf_append_cstr(&out, i > 0 ? "; " : "");
        buf_append_cstr(&out, kinds[action->kind]);
        show_path(&out, &action->path);
        if (action->value) {
            buf_append_char(&out, '=');
            show_node(&out, &bench->arena, action->value);
        }
    }
    return buf_cstr(&out);
}

Test(partiql_parse, updates_become_update_actions)
{
    struct partiql_bench bench = {0};
    partiql_read(&bench, "UPDATE t SET a = b + 1, c[0] = 'x' REMOVE d.e SET s = set_add(s, <<1>>) "
                         "SET u = SET_DELETE(u, <<'q'>>) SET l = list_append(l, [1]) "
                         "WHERE k = 1 RETURNING MODIFIED NEW *");
    cr_expect_str_eq(changes(&bench), "SET a=(+ b {\"N\":\"1\"}); SET c[0]={\"S\":\"x\"}; "
                                      "REMOVE d.e; ADD s={\"NS\":[\"1\"]}; "
                                      "DELETE u={\"SS\":[\"q\"]}; "
                                      "SET l=(list_append l {\"L\":[{\"N\":\"1\"}]})");
    cr_expect_eq(bench.statement.returning, PARTIQL_RETURNING_MODIFIED_NEW);
    cr_expect_str_eq(show(&bench.arena, bench.statement.where), "(= k {\"N\":\"1\"})");
    arena_done(&bench.arena);
}

Test(partiql_parse, updates_are_checked)
{
    expect_refused("UPDATE t SET a = 1 SET a = 2 WHERE k = 1",
                   "Invalid UpdateExpression: Two document paths overlap with each other; must "
                   "remove or rewrite one of these paths; path one: [a], path two: [a]");
    expect_refused("UPDATE t SET a = set_add(b, <<1>>) WHERE k = 1",
                   "The first operand must be the attribute that is set for this operator or "
                   "function; operator or function: set_add");
    expect_refused("UPDATE t SET a = set_add(a, 1) WHERE k = 1",
                   "Incorrect operand type for operator or function; operator or function: "
                   "set_add, a set is wanted");
    expect_refused("UPDATE t SET a = b + 'x' WHERE k = 1",
                   "Incorrect operand type for operator or function; operator or function: +, "
                   "operand type: S");
    expect_refused("UPDATE t SET a = size(b) WHERE k = 1",
                   "The function is not allowed in an update expression; function: size");
    expect_refused("UPDATE t SET a = 1 WHERE list_append(k, [1]) = 2",
                   "The function is not allowed in a condition expression; function: list_append");
    expect_refused("UPDATE t SET a = (b = 1) WHERE k = 1", "A condition cannot be used as a value");
    expect_refused("UPDATE t.i SET a = 1 WHERE k = 1",
                   "Items can be changed in a table only, not in an index");
    expect_refused("DELETE FROM t WHERE k = 1 RETURNING ALL NEW *",
                   "A DELETE statement can return ALL OLD * only");
}

Test(partiql_parse, bad_syntax_is_told_in_the_words_of_the_reference_parser)
{
    static const char *const cases[][2] = {
        {"NONSENSE",                                     "Expected data manipulation"                            },
        {"t SET a = 1",                                  "Expected data manipulation"                            },
        {"SELECT FROM t",                                "Expected data manipulation"                            },
        {"UPDATE my-table SET a = 1",                    "Expected data manipulation"                            },
        {"UPDATE t WHERE a = 1",                         "Expected data manipulation"                            },
        {"SELECT",                                       "Unexpected term"                                       },
        {"SELECT date FROM t",                           "Unexpected keyword"                                    },
        {"SELECT * t",                                   "Expected FROM after SELECT list"                       },
        {"SELECT *, a FROM t",                           "Other expressions may not be present in the "
                               "select list when '*' is used without dot notation."},
        {"SELECT * FROM t WHERE",                        "Unexpected term"                                       },
        {"SELECT * FROM t WHERE a =",                    "Missing right-hand side expression of infix "
                                      "operator"                            },
        {"SELECT * FROM t WHERE a = = 1",                "Unexpected operator"                                   },
        {"SELECT * FROM t WHERE a BETWEEN 1",            "Expected AND keyword"                                  },
        {"SELECT * FROM t WHERE a BETWEEN 1 AND",        "Expected expression after AND"                         },
        {"SELECT * FROM t WHERE a IS x",                 "Expected type name"                                    },
        {"SELECT * FROM t WHERE (a = 1",                 "Expected RIGHT_PAREN"                                  },
        {"SELECT * FROM t WHERE ()",                     "Expression group cannot be empty"                      },
        {"SELECT * FROM t WHERE a IN [1",                "Expected RIGHT_BRACKET"                                },
        {"SELECT * FROM t WHERE a. = 1",                 "Invalid path dot component"                            },
        {"SELECT * FROM t WHERE a = 1 b",                "Unexpected token after expression"                     },
        {"SELECT * FROM t ORDER a",                      "Expected BY"                                           },
        {"SELECT * FROM t; SELECT * FROM t",             "Unexpected token after semicolon. (Only one query "
                                             "is allowed.)"          },
        {"INSERT t VALUE {}",                            "Unexpected keyword"                                    },
        {"INSERT INTO 't' VALUE {}",                     "Expected identifier for simple path"                   },
        {"INSERT INTO t VALUE {'a' 1}",                  "Expected COLON"                                        },
        {"INSERT INTO t VALUE {'a': 1",                  "Expected RIGHT_CURLY"                                  },
        {"INSERT INTO t VALUE {'a': <<1}",               "Expected RIGHT_DOUBLE_ANGLE_BRACKET"                   },
        {"UPDATE t SET 1 = 1",                           "Expected identifier for simple path"                   },
        {"UPDATE t SET a 1",                             "Expected '='"                                          },
        {"UPDATE t SET a = 1 WHERE k = 1 RETURNING OLD",
         "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element."                                  },
        {"DELETE t",                                     "Expected FROM after DELETE"                            },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_malformed(cases[i][0], cases[i][1]);
}

Test(partiql_parse, what_dynamodb_has_not_is_named_with_its_place)
{
    static const char *const cases[][2] = {
        {"SELECT * FROM t LIMIT 1",                            "Unsupported clause: LIMIT at 1:17:5"                      },
        {"SELECT * FROM t GROUP BY a",                         "Unsupported clause: GROUP at 1:17:5"                      },
        {"SELECT DISTINCT a FROM t",                           "Unsupported select: DISTINCT at 1:8:8"                    },
        {"SELECT COUNT(*) FROM t",                             "Unsupported expression in the select list: COUNT at 1:8:5"},
        {"SELECT a AS b FROM t",                               "Unsupported alias: AS at 1:10:2"                          },
        {"SELECT * FROM t x",                                  "Unsupported alias: x at 1:17:1"                           },
        {"SELECT * FROM (SELECT * FROM t)",                    "Unsupported subquery: ( at 1:15:1"                        },
        {"SELECT * FROM t, u",                                 "Only select from a single table or index is supported."   },
        {"SELECT * FROM t JOIN u ON a = b",
         "Only select from a single table or index is supported."                                                         },
        {"SELECT * FROM my-table",                             "Unexpected from source at 1:17:1"                         },
        {"SELECT * FROM a.b.c",                                "Unexpected path component at 1:17:1"                      },
        {"SELECT * FROM t WHERE a LIKE 'x'",                   "Unsupported operator: LIKE at 1:25:4"                     },
        {"SELECT * FROM t WHERE a * 2 = 4",                    "Unsupported operator: * at 1:25:1"                        },
        {"SELECT * FROM t WHERE upper(a) = 'X'",               "Unsupported function: upper at 1:23:5"                    },
        {"UPDATE t SET a = if_not_exists(a, 1) WHERE k = 1",
         "Unsupported function: if_not_exists at 1:18:13"                                                                 },
        {"UPDATE t SET a = 1 WHERE k = 1 RETURNING ALL OLD a",
         "Unsupported returning column: a at 1:50:1"                                                                      },
        {"INSERT INTO t VALUES ('a')",
         "Unsupported operation: Inserting multiple items in a single statement is not supported, "
         "use \"INSERT INTO tableName VALUE item\" instead"                                                               },
        {"INSERT INTO t <<{'a': 1}>>",
         "Unsupported operation: Inserting multiple items in a single statement is not supported, "
         "use \"INSERT INTO tableName VALUE item\" instead"                                                               },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_refused(cases[i][0], cases[i][1]);
}

Test(partiql_parse, conditions_are_checked_as_those_of_expressions)
{
    expect_refused("SELECT * FROM t WHERE a", "A value cannot be used as a condition");
    expect_refused("SELECT * FROM t WHERE NOT a", "A value cannot be used as a condition");
    expect_refused("SELECT * FROM t WHERE a = 1 AND true", "A value cannot be used as a condition");
    expect_refused("SELECT * FROM t WHERE (a = 1) = 2", "A condition cannot be used as a value");
    expect_refused("SELECT * FROM t WHERE begins_with(a, 1)",
                   "Incorrect operand type for operator or function; operator or function: "
                   "begins_with, operand type: N");
    expect_refused("SELECT * FROM t WHERE size() = 1",
                   "Incorrect number of operands for operator or function; operator or function: "
                   "size, number of operands: 0");
    expect_refused("SELECT * FROM t WHERE a BETWEEN 2 AND 1",
                   "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                   "bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: "
                   "AttributeValue: {N:1}");
    expect_refused("SELECT * FROM t WHERE a IN 'x'", "The right side of IN must be a list");
    expect_refused("SELECT * FROM t WHERE 1 IS MISSING",
                   "Operator or function requires a document path; operator or function: "
                   "attribute_not_exists");
}

Test(partiql_parse, the_statements_of_the_developer_guide_are_read)
{
    static const char *const statements[] = {
        "SELECT OrderID, Total FROM \"Orders\" WHERE OrderID IN [1, 2, 3] ORDER BY OrderID DESC",
        "SELECT * \nFROM \"Orders\" \nWHERE OrderID = 100 and Address='some address'",
        "SELECT Devices.FireStick.DateWatched[0] \nFROM WatchList \nWHERE CustomerID= 'C1' AND "
        "MovieID= 'M1'",
        "SELECT Devices FROM WatchList WHERE Devices.FireStick.DateWatched[0] >= '12/12/19'",
        "SELECT * FROM Music WHERE \"Awards\" is MISSING",
        "SELECT * FROM \"Orders\" WHERE \"OrderID\"=1 AND begins_with(\"Address\", '7834 24th')",
        "SELECT * FROM \"Music\" WHERE attribute_type(\"Artist\", 'S') AND size(\"Album\") >1",
        "INSERT INTO \"Music\" value {'Artist' : 'Acme Band','SongTitle' : 'PartiQL Rocks'}",
        "INSERT INTO TypesTable value {'primarykey':'1', \n'NumberType':1,\n'MapType' : "
        "{'entryname1': 'value', 'entryname2': 4}, \n'ListType': [1,'stringval'], "
        "\n'NumberSetType':<<1,34,32,4.5>>, \n'StringSetType':<<'stringval','stringval2'>>\n}",
        "UPDATE \"Music\" \nSET AwardsWon=1 \nSET AwardDetail={'Grammys':[2020, 2018]}  \n"
        "WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'\nRETURNING ALL NEW *",
        "UPDATE TypesTable SET ListType = LIST_APPEND(ListType, [4, <<'string1', 'string2'>>]) "
        "SET MapType.NewMapEntry=[2020, 'stringvalue', 2.4] SET NumberSetType= "
        "SET_ADD(NumberSetType, <<345, 48.4>>) WHERE primarykey='1'",
        "UPDATE TypesTable \nSET NumberType=NumberType - 1\nREMOVE ListType[1]\nREMOVE "
        "MapType.NewMapEntry\nSET StringSetType = SET_DELETE( StringSetType, "
        "<<'stringsetvalue1'>>)\nWHERE primarykey='1'",
        "DELETE FROM \"Music\" WHERE \"Artist\" = 'Acme Band' AND \"SongTitle\" = 'PartiQL Rocks' "
        "RETURNING ALL OLD *",
        "EXISTS(SELECT * FROM Music where Artist='No One You Know' and SongTitle='Call Me Today' "
        "and Awards is  MISSING)",
    };
    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        struct partiql_bench bench = {0};
        partiql_read(&bench, statements[i]);
        arena_done(&bench.arena);
    }
}

/* `count` times `piece` between a head and a tail. */
static const char *repeated(struct arena *arena, const char *head, const char *piece, size_t count,
                            const char *tail)
{
    struct buf out;
    buf_init_arena(&out, arena, 64UL * 1024);
    buf_append_cstr(&out, head);
    for (size_t i = 0; i < count; i++)
        buf_append_cstr(&out, piece);
    buf_append_cstr(&out, tail);
    return buf_cstr(&out);
}

Test(partiql_parse, nesting_is_bounded)
{
    struct partiql_bench bench = {0};
    struct arena *arena = &bench.arena;
    const char *where = "SELECT * FROM t WHERE ";
    cr_expect_str_eq(partiql_words(&bench, repeated(arena, where, "(", 8000, ""), "{}"),
                     "The statement has too many nested parentheses");
    cr_expect_str_eq(partiql_words(&bench, repeated(arena, where, "NOT ", 2000, "a = 1"), "{}"),
                     "");
    cr_expect_str_eq(partiql_words(&bench, repeated(arena, where, "size(", 1600, ""), "{}"),
                     "The statement has too many nested parentheses");
    const char *insert = "INSERT INTO t VALUE {'a': ";
    cr_expect_str_eq(partiql_words(&bench, repeated(arena, insert, "[", 8000, ""), "{}"),
                     "Nesting Levels have exceeded supported limits");
    const char *allowed = repeated(arena, insert, "[", 31, repeated(arena, "", "]", 31, "}"));
    cr_expect_str_eq(partiql_words(&bench, allowed, "{}"), "");
    cr_expect_str_eq(partiql_words(&bench, repeated(arena, where, "a = 1 OR ", 400, "a = 1"), "{}"),
                     "The expression contains too many operators; operator count: 301");
    cr_expect_str_eq(
        partiql_words(&bench, repeated(arena, where, "a", 1, repeated(arena, "", ".b", 40, " = 1")),
                      "{}"),
        "The document path has too many nesting elements; nesting depth: 41");
    arena_done(&bench.arena);
}
