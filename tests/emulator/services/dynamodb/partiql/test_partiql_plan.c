#include "tests/emulator/services/dynamodb/partiql_fixture.h"

static const struct key_schema composite = {
    {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("r"), ATTR_N}},
    1, 2
};
static const struct key_schema two_hashes = {
    {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("g"), ATTR_S}, {SLICE_INIT("r"), ATTR_N}},
    2, 3
};

struct planned {
    struct partiql_bench bench;
    struct partiql_plan plan;
};

static const char *plan(struct planned *p, const struct key_schema *keys, const char *tail)
{
    p->bench = (struct partiql_bench){0};
    partiql_read(&p->bench, arena_printf(&p->bench.arena, "SELECT * FROM t %s", tail).ptr);
    struct err e =
        partiql_plan(&p->bench.arena, &p->bench.statement, keys, &p->plan, &p->bench.refusal);
    return failed(e) ? arena_cstr(&p->bench.arena, p->bench.refusal.message) : "";
}

/* The range, counted from 0, in which an item of that key lies; -1: none. */
static int range_of(struct planned *p, const struct key_schema *keys, const char *item_json)
{
    struct attr_map item = item_of(&p->bench.arena, item_json);
    struct buf key;
    buf_init_arena(&key, &p->bench.arena, KEY_BYTES_MAX);
    key_encode(&key, keys, &item);
    for (size_t i = 0; i < p->plan.count; i++)
        if (slice_compare(buf_slice(&key), p->plan.ranges[i].low) >= 0 &&
            (p->plan.ranges[i].high.len == 0 ||
             slice_compare(buf_slice(&key), p->plan.ranges[i].high) < 0))
            return (int)i;
    return -1;
}

#define ITEM(h, r) "{\"h\":{\"S\":\"" h "\"},\"r\":{\"N\":\"" r "\"}}"

/* How a WHERE clause is answered: "Query 2 filtered", "Get 1", "Scan 1". */
static void expect_plan(const char *where, const char *wanted)
{
    struct planned p;
    const char *said = plan(&p, &composite, where);
    cr_assert_str_empty(said, "%s: %s", where, said);
    const char *kind = p.plan.names_items ? "Get" : p.plan.queries ? "Query" : "Scan";
    struct slice got = arena_printf(&p.bench.arena, "%s %zu%s", kind, p.plan.count,
                                    p.plan.filters ? " filtered" : "");
    cr_expect_str_eq(got.ptr, wanted, "%s", where);
    arena_done(&p.bench.arena);
}

Test(partiql_plan, a_named_hash_key_is_queried_and_all_else_scanned)
{
    expect_plan("", "Scan 1");
    expect_plan("WHERE h > 'a'", "Scan 1 filtered");
    expect_plan("WHERE x = 1", "Scan 1 filtered");
    expect_plan("WHERE NOT h = 'a'", "Scan 1 filtered");
    expect_plan("WHERE h = 'a' OR x = 1", "Scan 1 filtered");
    expect_plan("WHERE h.x = 'a'", "Scan 1 filtered");
    expect_plan("WHERE h = 'a'", "Query 1");
    expect_plan("WHERE 'a' = h", "Query 1");
    expect_plan("WHERE h = 'a' AND x = 1", "Query 1 filtered");
    expect_plan("WHERE h = 'a' AND r > 1", "Query 1");
    expect_plan("WHERE h = 'a' AND r > 1 AND r < 5", "Query 1 filtered");
    expect_plan("WHERE h = 'a' AND h = 'b'", "Query 1 filtered");
    expect_plan("WHERE (h = 'a' AND x = 1) AND r = 2", "Get 1 filtered");
    expect_plan("WHERE h = 'a' AND r = 1", "Get 1");
}

Test(partiql_plan, alternatives_are_a_query_each)
{
    expect_plan("WHERE h IN ['a', 'b', 'a']", "Query 2");
    expect_plan("WHERE h IN ['a', 'b'] AND r = 1", "Get 2");
    expect_plan("WHERE h = 'a' OR h = 'b'", "Query 2 filtered");
    expect_plan("WHERE h = 'a' AND r = 1 OR h IN ['b'] AND r = 2", "Query 2 filtered");
    expect_plan("WHERE x = 1 AND (h = 'a' OR h = 'b')", "Query 2 filtered");
    expect_plan("WHERE h IN (x, 'b')", "Scan 1 filtered");
    expect_plan("WHERE NOT h IN ['a']", "Scan 1 filtered");
}

Test(partiql_plan, ranges_hold_what_the_conditions_select)
{
    struct planned p;
    (void)plan(&p, &composite, "WHERE h IN ['a', 'b'] AND r BETWEEN 2 AND 10");
    cr_expect_eq(range_of(&p, &composite, ITEM("a", "2")), 0);
    cr_expect_eq(range_of(&p, &composite, ITEM("b", "10")), 1);
    cr_expect_eq(range_of(&p, &composite, ITEM("a", "1")), -1);
    cr_expect_eq(range_of(&p, &composite, ITEM("b", "11")), -1);
    cr_expect_eq(range_of(&p, &composite, ITEM("c", "5")), -1);
    arena_done(&p.bench.arena);
}

Test(partiql_plan, all_hash_attributes_of_an_index_must_be_named)
{
    struct planned p;
    (void)plan(&p, &two_hashes, "WHERE g = 'x' AND h = 'a' AND r < 3");
    cr_expect(p.plan.queries && !p.plan.filters);
    cr_expect_eq(range_of(&p, &two_hashes,
                          "{\"h\":{\"S\":\"a\"},\"g\":{\"S\":\"x\"},"
                          "\"r\":{\"N\":\"2\"}}"),
                 0);
    arena_done(&p.bench.arena);
    (void)plan(&p, &two_hashes, "WHERE h = 'a' AND r < 3");
    cr_expect_not(p.plan.queries);
    cr_expect(p.plan.filters);
    arena_done(&p.bench.arena);
}

Test(partiql_plan, order_by_sorts_hash_keys_and_turns_ranges)
{
    struct planned p;
    cr_expect_str_empty(plan(&p, &composite, "WHERE h IN ['b', 'a', 'c'] ORDER BY h DESC, r DESC"));
    cr_expect(p.plan.backwards);
    cr_expect_eq(range_of(&p, &composite, ITEM("c", "1")), 0);
    cr_expect_eq(range_of(&p, &composite, ITEM("b", "1")), 1);
    cr_expect_eq(range_of(&p, &composite, ITEM("a", "1")), 2);
    arena_done(&p.bench.arena);
    cr_expect_str_empty(plan(&p, &composite, "WHERE h = 'b' ORDER BY r ASC"));
    cr_expect_not(p.plan.backwards);
    arena_done(&p.bench.arena);
}

static void expect_refused(const char *tail, const char *wanted)
{
    struct planned p;
    cr_expect_str_eq(plan(&p, &composite, tail), wanted, "%s", tail);
    arena_done(&p.bench.arena);
}

Test(partiql_plan, what_cannot_be_ordered_or_read_is_refused)
{
    expect_refused("ORDER BY h",
                   "Must have WHERE clause in the statement when using ORDER BY clause.");
    expect_refused("WHERE x = 1 ORDER BY h",
                   "Must have at least one non-optional hash key condition "
                   "in WHERE clause when using ORDER BY clause.");
    expect_refused("WHERE h = 'a' ORDER BY x",
                   "Variable reference x in ORDER BY clause must be part of the primary key");
    expect_refused("WHERE h = 1", "One or more parameter values were invalid: Condition parameter "
                                  "type does not match schema type");
    expect_refused("WHERE h = ''",
                   "One or more parameter values are not valid. The AttributeValue for a key "
                   "attribute cannot contain an empty string value. Key: h");
}

Test(partiql_plan, at_most_fifty_hash_keys_are_read)
{
    for (int count = 50; count <= 51; count++) {
        struct arena arena = {0};
        struct buf text;
        buf_init_arena(&text, &arena, 4096);
        for (int i = 0; i < count; i++)
            buf_printf(&text, "%s'%d'", i > 0 ? ", " : "WHERE h IN [", i);
        buf_append_char(&text, ']');
        expect_refused(buf_cstr(&text), count == 50 ? ""
                                                    : "The IN operator is provided with too many "
                                                      "operands; number of operands: 51");
        arena_done(&arena);
    }
}

/* The key and the rest that a WHERE clause is taken apart into. */
static void expect_key(const char *where, const char *key_json, const char *rest_text)
{
    struct partiql_bench bench = {0};
    struct attr_map key;
    struct node *rest;
    partiql_read(&bench, arena_printf(&bench.arena, "DELETE FROM t WHERE %s", where).ptr);
    bool found = partiql_key(&bench.arena, bench.statement.where, &composite, &key, &rest);
    cr_expect_eq(found, key_json != NULL, "%s", where);
    if (found && key_json) {
        cr_expect_str_eq(json_of(&bench.arena, &key), key_json);
        cr_expect_str_eq(show(&bench.arena, rest), rest_text);
    }
    arena_done(&bench.arena);
}

Test(partiql_plan, a_key_needs_an_equality_for_each_attribute)
{
    expect_key("r = 1 AND h = 'a'", ITEM("a", "1"), "");
    expect_key("h = 'a' AND x > 2 AND r = 1 AND (y = 1 OR y = 2)", ITEM("a", "1"),
               "(AND (> x {\"N\":\"2\"}) (OR (= y {\"N\":\"1\"}) (= y {\"N\":\"2\"})))");
    expect_key("h = 'a' AND r = 1 AND r = 2", ITEM("a", "1"), "(= r {\"N\":\"2\"})");
    expect_key("h = 'a'", NULL, NULL);
    expect_key("h = 'a' AND r > 1", NULL, NULL);
    expect_key("h = 'a' AND r IN [1]", NULL, NULL);
    expect_key("h = 'a' OR r = 1", NULL, NULL);
}

Test(partiql_plan, requests_differ_by_statement_and_by_parameters)
{
    struct arena arena = {0};
    const struct attr_value one = attr_number(SLICE("1"));
    const struct attr_value text = attr_string(SLICE("1"));
    struct slice a = partiql_content(&arena, SLICE("s"), &(struct partiql_parameters){&one, 1});
    struct slice b = partiql_content(&arena, SLICE("s"), &(struct partiql_parameters){&text, 1});
    struct slice c = partiql_content(&arena, SLICE("t"), &(struct partiql_parameters){&one, 1});
    struct slice again = partiql_content(&arena, SLICE("s"), &(struct partiql_parameters){&one, 1});
    cr_expect(slice_eq(a, again));
    cr_expect_not(slice_eq(a, b) || slice_eq(a, c) || slice_eq(b, c));
    arena_done(&arena);
}
