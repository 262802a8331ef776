/*
 * Fuzz target: every kind of expression, parsed and evaluated on one item. Each text gets an answer
 * or a refusal with words; an update's result is an item that can be stored.
 */
#include <stdlib.h>

#include "emulator/services/dynamodb/expression/key_condition.h"
#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodb/value/value_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char item_json[] =
    "{\"a\":{\"S\":\"text\"},\"n\":{\"N\":\"5\"},\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"L\":["
    "]}]},"
    "\"m\":{\"M\":{\"k\":{\"N\":\"2\"},\"l\":{\"L\":[{\"NULL\":true}]}}},\"ss\":{\"SS\":[\"x\","
    "\"y\"]},"
    "\"ns\":{\"NS\":[\"1\",\"2\"]},\"b\":{\"B\":\"AAE=\"},\"t\":{\"BOOL\":true}}";
static const char values_json[] =
    "{\":s\":{\"S\":\"te\"},\":n\":{\"N\":\"2\"},\":l\":{\"L\":[{\"S\":\"x\"}]},\":x\":{\"SS\":["
    "\"x\"]},"
    "\":y\":{\"NS\":[\"1\"]},\":b\":{\"B\":\"AAE=\"},\":m\":{\"M\":{\"k\":{\"N\":\"1\"}}}}";

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct attr_map read_item(struct arena *arena, struct slice json)
{
    struct json_reader reader;
    struct attr_map item;
    struct ddb_refusal refusal = {.arena = arena};
    json_reader_init(&reader, json, arena);
    require(!failed(attr_map_read(&reader, &item, &refusal)));
    return item;
}

struct attempt {
    struct placeholders placeholders;
    struct ddb_refusal refusal;
    struct expression_input input;
};

static void begin(struct attempt *attempt, struct arena *arena, struct slice text)
{
    struct attr_map values = read_item(arena, SLICE(values_json));
    *attempt = (struct attempt){.refusal.arena = arena};
    require(!failed(
        placeholders_init(&attempt->placeholders, arena, &values, SLICE_NONE, &attempt->refusal)));
    require(!failed(placeholders_add_name(&attempt->placeholders, 1, SLICE("#a"), SLICE("a"), arena,
                                          &attempt->refusal)));
    attempt->input = (struct expression_input){arena, "Expression", text, &attempt->placeholders,
                                               &attempt->refusal};
}

/* A failure has words, and only a failure has. */
static bool succeeded(const struct attempt *attempt, struct err e)
{
    require(failed(e) == slice_is_set(attempt->refusal.message));
    return !failed(e);
}

static void check_reads(struct arena *arena, struct slice text, const struct attr_map *item)
{
    struct attempt attempt;
    struct node *condition;
    struct projection projection;
    struct attr_map projected;
    struct attr_map from_bytes;
    begin(&attempt, arena, text);
    if (succeeded(&attempt, condition_parse(&attempt.input, &condition)))
        (void)condition_holds(condition, item);
    begin(&attempt, arena, text);
    if (!succeeded(&attempt, projection_parse(&attempt.input, &projection)))
        return;
    projected = projection_apply(arena, &projection, item);
    require(projection_apply_bytes(arena, &projection, item_to_bytes(arena, item), &from_bytes));
    require(projected.count == from_bytes.count);
}

static void check_update(struct arena *arena, struct slice text, const struct attr_map *item)
{
    struct attempt attempt;
    struct update update;
    struct attr_map result;
    struct attr_map again;
    begin(&attempt, arena, text);
    if (!succeeded(&attempt, update_parse(&attempt.input, &update)))
        return;
    if (succeeded(&attempt, update_apply(arena, &update, item, &result, &attempt.refusal)))
        require(item_from_bytes(arena, item_to_bytes(arena, &result), &again));
}

static void check_key_condition(struct arena *arena, struct slice text)
{
    static const struct key_schema schema = {
        {{SLICE_INIT("a"), ATTR_S}, {SLICE_INIT("n"), ATTR_N}},
        1, 2
    };
    struct attempt attempt;
    struct key_condition condition;
    struct key_range range;
    begin(&attempt, arena, text);
    if (succeeded(&attempt, key_condition_parse(&attempt.input, &condition)) &&
        succeeded(&attempt,
                  key_condition_range(arena, &condition, &schema, &range, &attempt.refusal)))
        require(range.low.len > KEY_SPREAD_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice text = {(const char *)data, size};
    struct attr_map item = read_item(&arena, SLICE(item_json));
    check_reads(&arena, text, &item);
    check_update(&arena, text, &item);
    check_key_condition(&arena, text);
    arena_done(&arena);
    return 0;
}
