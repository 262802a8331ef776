#pragma once
/* Statements from text, and conditions as text, for the tests of PartiQL. */
#include "emulator/services/dynamodb/expression/expression_parse.h"
#include "emulator/services/dynamodb/partiql/partiql.h"
#include "tests/emulator/services/dynamodb/fixture.h"

struct partiql_bench {
    struct arena arena;
    struct partiql_statement statement;
    struct ddb_refusal refusal;
};

/* The parameters are the values of a JSON item, in the order of its names. Gives the refusal. */
static inline const char *partiql_words(struct partiql_bench *bench, const char *text,
                                        const char *parameters_json)
{
    struct attr_value values[16];
    struct partiql_parameters parameters = {values, 0};
    struct attr_map given = item_of(&bench->arena, parameters_json);
    for (size_t i = 0; i < given.count; i++)
        values[parameters.count++] = given.members[i].value;
    bench->refusal = (struct ddb_refusal){.arena = &bench->arena};
    struct err e = partiql_parse(&bench->arena, slice_from_cstr(text), &parameters,
                                 &bench->statement, &bench->refusal);
    cr_expect_eq(failed(e), slice_is_set(bench->refusal.message), "%s", text);
    return failed(e) ? arena_cstr(&bench->arena, bench->refusal.message) : "";
}

static inline void partiql_read(struct partiql_bench *bench, const char *text)
{
    const char *said = partiql_words(bench, text, "{}");
    cr_assert_str_empty(said, "%s: %s", text, said);
}

static inline void show_value(struct buf *out, struct arena *arena, const struct attr_value *value)
{
    struct attr_member member = {SLICE("v"), *value};
    struct attr_map map = {&member, 1};
    const char *json = json_of(arena, &map);
    buf_append(out, slice_sub(slice_from_cstr(json), 5, strlen(json) - 6));
}

static inline void show_path(struct buf *out, const struct path *path)
{
    for (size_t i = 0; i < path->count; i++)
        if (slice_is_set(path->steps[i].name))
            buf_printf(out, "%s" SLICE_FMT, i > 0 ? "." : "", SLICE_ARG(path->steps[i].name));
        else
            buf_printf(out, "[%u]", path->steps[i].index);
}

/* (= a.b {"N":"1"}) */
static inline void show_node(struct buf *out, struct arena *arena, const struct node *node)
{
    if (node->kind == NODE_PATH) {
        show_path(out, &node->path);
    } else if (node->kind == NODE_VALUE) {
        show_value(out, arena, node->value);
    } else {
        buf_printf(out, "(%s", node_operator(node));
        for (size_t i = 0; i < node->count; i++) {
            buf_append_char(out, ' ');
            show_node(out, arena, node->operands[i]);
        }
        buf_append_char(out, ')');
    }
}

static inline const char *show(struct arena *arena, const struct node *node)
{
    struct buf out;
    buf_init_arena(&out, arena, 64UL * 1024);
    if (node)
        show_node(&out, arena, node);
    return buf_cstr(&out);
}
