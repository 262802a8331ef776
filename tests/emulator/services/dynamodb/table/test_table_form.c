#include "emulator/services/dynamodb/table/table_form.h"
#include "tests/emulator/services/dynamodb/fixture.h"

static struct key_part attributes[] = {
    {SLICE_INIT("pk"), ATTR_S},
    {SLICE_INIT("sk"), ATTR_N},
    {SLICE_INIT("g"),  ATTR_B}
};
static struct slice included[] = {SLICE_INIT("a"), SLICE_INIT("b \" quoted")};
static struct ddb_destination destinations[] = {
    {SLICE_INIT("a stream"), SLICE_INIT("ACTIVE"), SLICE_INIT("MICROSECOND")}
};
static struct ddb_tag tags[] = {
    {SLICE_INIT("team"), SLICE_INIT("ledger")}
};

static const struct ddb_scaling policy = {
    .minimum_units = 5,
    .maximum_units = 40,
    .role_arn = SLICE_INIT("a role"),
    .policy_name = SLICE_INIT("a policy"),
    .target_percent = {67.5,  true},
    .in_cooldown_seconds = {0,     true},
    .only_out = {false, true}
};
static const struct ddb_scaling bounds = {
    .minimum_units = 1, .maximum_units = 2, .role_arn = SLICE_INIT("a role")};

/* A table that uses every field. */
static struct ddb_table full_table(struct ddb_index indexes[2])
{
    struct key_schema table_keys = {
        {attributes[0], attributes[1]},
        1, 2
    };
    indexes[0] = (struct ddb_index){
        .name = SLICE("by-g"),
        .number = 1,
        .is_global = true,
        .keys = {{attributes[2], attributes[1], attributes[0]}, 2, 3},
        .projection = PROJECT_INCLUDE,
        .included = included,
        .included_count = ARRAY_LEN(included),
        .read_units = 5,
        .write_units = 6,
        .limits = {.max_read_units = 12,                                             .warm_write_units = 13                          },
        .state = {DDB_CREATING,                                             14        },
        .scalings = {&policy,                                             NULL                               },
        .fills_micros = 15
    };
    indexes[1] = (struct ddb_index){
        .name = SLICE("local"),
        .number = 7,
        .keys = {{attributes[0], attributes[2]}, 1, 2},
        .projection = PROJECT_KEYS_ONLY
    };
    return (struct ddb_table){
        .name = SLICE("t"),
        .number = 3,
        .id = SLICE("an-id"),
        .created_micros = 1795342830123456,
        .attributes = attributes,
        .attribute_count = ARRAY_LEN(attributes),
        .keys = table_keys,
        .indexes = indexes,
        .index_count = 2,
        .on_demand = true,
        .read_units = 1,
        .write_units = 2,
        .is_protected = true,
        .scalings = {&bounds,                           &policy},
        .limits = {                               1,                               -1,       3, 4, 5, 6, 7},
        .state = {                              DDB_UPDATING,                                8                                     },
        .leaving = &indexes[1],
        .leaving_count = 1,
        .class_micros = 9,
        .table_class = SLICE("STANDARD"),
        .kms_key_arn = SLICE("arn:aws:kms"),
        .ttl_attribute = SLICE("expires"),
        .stream = {                                                                    9, SLICE("NEW_IMAGE"),SLICE("2026-11-22T10:20:30.123"), 3},
        .global_version = SLICE("2019.11.21"),
        .replicas = included,
        .replica_count = ARRAY_LEN(included),
        .read_override = 7,
        .destinations = destinations,
        .destination_count = ARRAY_LEN(destinations),
        .tags = tags,
        .tag_count = 1,
        .origin = {SLICE("a backup"), SLICE("a table"),                                     1795342000000000}
    };
}

Test(table_form, every_setting_reads_back)
{
    struct arena arena = {0};
    struct ddb_index indexes[2];
    struct ddb_table table = full_table(indexes);
    struct ddb_table again = {.name = SLICE("t"), .number = 3};
    struct slice json = ddb_table_to_json(&arena, &table);
    cr_assert(ddb_table_from_json(&arena, json, &again));
    cr_expect(slice_eq(ddb_table_to_json(&arena, &again), json));
    cr_expect_eq(again.number, 3);
    cr_expect_eq(again.keys.count, 2);
    cr_expect_eq(again.keys.parts[1].type, ATTR_N);
    const struct ddb_index *found = ddb_table_find_index(&again, SLICE("local"));
    cr_assert_not_null(found);
    cr_expect_eq(found->number, 7);
    cr_expect_not(found->is_global);
    cr_expect_eq(again.indexes[0].keys.hash_count, 2);
    cr_expect(slice_eq(again.indexes[0].included[1], SLICE("b \" quoted")));
    cr_expect_eq(again.stream.number, 9);
    cr_expect_eq(again.stream.slots, 3);
    cr_expect_eq(again.replica_count, ARRAY_LEN(included));
    cr_expect(slice_eq(again.destinations[0].precision, SLICE("MICROSECOND")));
    cr_expect(slice_eq(again.tags[0].value, SLICE("ledger")));
    cr_expect_null(ddb_table_find_index(&again, SLICE("none")));
    cr_expect_eq(memcmp(&again.limits, &table.limits, sizeof table.limits), 0);
    cr_expect_eq(memcmp(&again.indexes[0].limits, &indexes[0].limits, sizeof table.limits), 0);
    cr_expect_eq(again.state.status, DDB_UPDATING);
    cr_expect_eq(again.state.settles_micros, 8);
    cr_expect_eq(again.indexes[0].state.status, DDB_CREATING);
    cr_expect_eq(again.indexes[0].fills_micros, 15);
    cr_expect(slice_eq(again.leaving[0].name, SLICE("local")));
    cr_expect_eq(again.scalings.writes->target_percent.value, 67.5);
    cr_expect(again.scalings.writes->in_cooldown_seconds.is_set);
    cr_expect_not(again.scalings.writes->out_cooldown_seconds.is_set);
    cr_expect(again.scalings.writes->only_out.is_set);
    cr_expect_not(ddb_is_scaled(again.scalings.reads));
    cr_expect_eq(again.scalings.reads->maximum_units, 2);
    cr_expect(ddb_is_scaled(again.indexes[0].scalings.reads));
    cr_expect_null(again.indexes[0].scalings.writes);
    arena_done(&arena);
}

Test(table_form, unknown_settings_are_passed_over_and_damage_is_reported)
{
    struct arena arena = {0};
    struct ddb_table table = {0};
    cr_expect(ddb_table_from_json(
        &arena, SLICE("{\"later\":{\"x\":[1]},\"hash\":[\"pk\",\"S\"],\"range\":[]}"), &table));
    cr_expect(slice_eq(table.keys.parts[0].name, SLICE("pk")));
    static const char *const damaged[] = {
        "",
        "{}",
        "[]",
        "{\"hash\":[\"pk\"]}",
        "{\"hash\":[\"pk\",\"X\"]}",
        "{\"hash\":[\"pk\",\"S\"],\"created\":1.5}",
        "{\"hash\":[\"pk\",\"S\"],\"scaledReads\":{\"least\":\"1\"}}",
        "{\"hash\":[\"pk\",\"S\"],\"status\":\"SLEEPING\"}",
        "{\"hash\":[\"pk\",\"S\"],\"indexes\":[{\"projection\":\"SOME\"}]}",
        "{\"hash\":[\"a\",\"S\",\"a\",\"S\",\"a\",\"S\",\"a\",\"S\",\"a\",\"S\",\"a\",\"S\",\"a\","
        "\"S\",\"a\",\"S\",\"a\",\"S\"]}"};
    for (size_t i = 0; i < ARRAY_LEN(damaged); i++)
        cr_expect_not(ddb_table_from_json(&arena, slice_from_cstr(damaged[i]), &table), "%s",
                      damaged[i]);
    arena_done(&arena);
}

Test(table_form, an_index_projects_its_keys_the_tables_and_what_it_includes)
{
    struct arena arena = {0};
    struct ddb_index indexes[2];
    struct ddb_table table = full_table(indexes);
    struct attr_map item =
        item_of(&arena, "{\"a\":{\"S\":\"1\"},\"g\":{\"B\":\"AAE=\"},\"pk\":{\"S\":\"p\"},"
                        "\"sk\":{\"N\":\"1\"},\"z\":{\"S\":\"2\"}}");
    struct attr_map some = ddb_index_project(&arena, &table, &indexes[0], &item);
    struct attr_map keys = ddb_index_project(&arena, &table, &indexes[1], &item);
    cr_expect_str_eq(json_of(&arena, &some), "{\"a\":{\"S\":\"1\"},\"g\":{\"B\":\"AAE=\"},"
                                             "\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"1\"}}");
    cr_expect_str_eq(json_of(&arena, &keys),
                     "{\"g\":{\"B\":\"AAE=\"},\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"1\"}}");
    indexes[1].projection = PROJECT_ALL;
    cr_expect_eq(ddb_index_project(&arena, &table, &indexes[1], &item).count, item.count);
    arena_done(&arena);
}
