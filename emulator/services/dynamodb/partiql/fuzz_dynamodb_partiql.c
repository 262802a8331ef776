/*
 * Fuzz target: a statement, parsed with two parameters, planned and judged on one item. Each text
 * gets an answer or a refusal with words; what it writes is an item that can be stored, and what
 * its ranges leave out its condition refuses too.
 */
#include <stdlib.h>

#include "emulator/services/dynamodb/partiql/partiql.h"
#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodb/value/value_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char item_json[] =
    "{\"h\":{\"S\":\"a\"},\"r\":{\"N\":\"5\"},\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"}]},"
    "\"m\":{\"M\":{\"k\":{\"N\":\"2\"}}},\"s\":{\"SS\":[\"x\",\"y\"]},\"n\":{\"NS\":[\"1\"]}}";

static const struct key_schema schema = {
    {{SLICE_INIT("h"), ATTR_S}, {SLICE_INIT("r"), ATTR_N}},
    1, 2
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct attr_map read_item(struct arena *arena)
{
    struct json_reader reader;
    struct attr_map item;
    struct ddb_refusal refusal = {.arena = arena};
    json_reader_init(&reader, SLICE(item_json), arena);
    require(!failed(attr_map_read(&reader, &item, &refusal)));
    return item;
}

static void require_storable(struct arena *arena, const struct attr_map *item)
{
    struct attr_map again;
    require(item_from_bytes(arena, item_to_bytes(arena, item), &again));
}

/* A plan may read too much, but never leave out what the condition accepts. */
static void check_plan(struct arena *arena, const struct partiql_statement *statement,
                       const struct attr_map *item)
{
    struct partiql_plan plan;
    struct ddb_refusal refusal = {.arena = arena};
    struct buf key;
    bool inside = false;
    if (failed(partiql_plan(arena, statement, &schema, &plan, &refusal))) {
        require(slice_is_set(refusal.message));
        return;
    }
    buf_init_arena(&key, arena, KEY_BYTES_MAX);
    key_encode(&key, &schema, item);
    for (size_t i = 0; i < plan.count; i++)
        inside = inside || (slice_compare(buf_slice(&key), plan.ranges[i].low) >= 0 &&
                            (plan.ranges[i].high.len == 0 ||
                             slice_compare(buf_slice(&key), plan.ranges[i].high) < 0));
    bool holds = !statement->where || condition_holds(statement->where, item);
    require(inside || !holds);
    require(plan.filters || inside == holds);
}

/* Key and rest together say what the whole clause says. */
static void check_key(struct arena *arena, const struct partiql_statement *statement,
                      const struct attr_map *item)
{
    struct attr_map key;
    struct node *rest;
    if (!statement->where || !partiql_key(arena, statement->where, &schema, &key, &rest))
        return;
    bool same = key_equal(&schema, &key, item);
    bool holds = same && (!rest || condition_holds(rest, item));
    require(holds == condition_holds(statement->where, item));
}

static void check_update(struct arena *arena, const struct partiql_statement *statement,
                         const struct attr_map *item)
{
    struct attr_map result;
    struct ddb_refusal refusal = {.arena = arena};
    if (!failed(update_apply(arena, &statement->update, item, &result, &refusal)))
        require_storable(arena, &result);
    else
        require(slice_is_set(refusal.message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct attr_map item = read_item(&arena);
    const struct attr_value values[] = {item.members[0].value, item.members[4].value};
    struct ddb_refusal refusal = {.arena = &arena};
    struct partiql_statement statement;
    bool refused = true;
    for (size_t count = 0; refused && count <= ARRAY_LEN(values); count++) {
        const struct partiql_parameters parameters = {values, count};
        refusal.message = SLICE_NONE;
        refused = failed(partiql_parse(&arena, (struct slice){(const char *)data, size},
                                       &parameters, &statement, &refusal));
        require(refused == slice_is_set(refusal.message));
    }
    if (!refused) {
        require_storable(&arena, &statement.item);
        check_plan(&arena, &statement, &item);
        check_key(&arena, &statement, &item);
        check_update(&arena, &statement, &item);
        struct attr_map shown = partiql_project(&arena, &statement, &item);
        require_storable(&arena, &shown);
    }
    arena_done(&arena);
    return 0;
}
