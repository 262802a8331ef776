#pragma once
/* Expressions from text, with the placeholders that every test may use. */
#include "emulator/services/dynamodb/expression/expression.h"
#include "tests/emulator/services/dynamodb/fixture.h"

static const char common_values[] =
    "{\":s\":{\"S\":\"text\"},\":n\":{\"N\":\"5\"},\":m\":{\"N\":\"1\"},\":b\":{\"B\":\"AAE=\"},"
    "\":bool\":{\"BOOL\":true},\":null\":{\"NULL\":true},\":l\":{\"L\":[{\"S\":\"x\"}]},"
    "\":map\":{\"M\":{\"k\":{\"N\":\"1\"}}},\":ss\":{\"SS\":[\"x\",\"y\"]},"
    "\":ns\":{\"NS\":[\"1\",\"2\"]},\":bs\":{\"BS\":[\"AA==\"]},\":te\":{\"S\":\"te\"},"
    "\":S\":{\"S\":\"S\"},\":x\":{\"S\":\"x\"},\":empty\":{\"S\":\"\"}}";

/* One expression's surroundings; the refusal is filled by whoever parses. */
struct bench {
    struct arena arena;
    struct placeholders placeholders;
    struct ddb_refusal refusal;
};

static inline struct expression_input bench_input(struct bench *bench, const char *parameter,
                                                  const char *text)
{
    bench->refusal = (struct ddb_refusal){.arena = &bench->arena};
    struct attr_map values = item_of(&bench->arena, common_values);
    cr_assert_not(failed(placeholders_init(&bench->placeholders, &bench->arena, &values, SLICE_NONE,
                                           &bench->refusal)));
    static const char *const names[][2] = {
        {"#a",      "a"     },
        {"#status", "status"},
        {"#dot",    "x.y"   }
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        cr_assert_not(failed(placeholders_add_name(
            &bench->placeholders, ARRAY_LEN(names), slice_from_cstr(names[i][0]),
            slice_from_cstr(names[i][1]), &bench->arena, &bench->refusal)));
    placeholders_sort_names(&bench->placeholders);
    return (struct expression_input){&bench->arena, parameter, slice_from_cstr(text),
                                     &bench->placeholders, &bench->refusal};
}

/* The refusal's words, or "" when there is none. */
static inline const char *bench_words(struct bench *bench, struct err e)
{
    cr_expect_eq(failed(e), slice_is_set(bench->refusal.message));
    return failed(e) ? arena_cstr(&bench->arena, bench->refusal.message) : "";
}
