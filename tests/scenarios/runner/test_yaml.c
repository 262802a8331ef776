#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "scenarios/runner/yaml.h"

struct fixture {
    struct arena arena;
    struct complaints complaints;
    struct node *root;
};

static void parse(struct fixture *f, const char *text)
{
    *f = (struct fixture){0};
    complaints_init(&f->complaints, SLICE("s.yaml"), &f->arena);
    f->root = yaml_parse(slice_from_cstr(text), &f->arena, &f->complaints);
}

Test(yaml, reads_mappings_lists_and_scalars_with_their_places)
{
    struct fixture f;
    parse(&f, "a: 1\nb:\n  - x\n  - 'no'\nc: {d: [], e: \"\"}\n");
    cr_assert(f.root && f.root->kind == NODE_MAP);
    const struct node *list = node_get(f.root, "b");
    cr_assert(list && list->kind == NODE_LIST && list->count == 2);
    cr_expect(slice_eq(list->items[0]->text, SLICE("x")));
    cr_expect(list->items[0]->plain);
    cr_expect_not(list->items[1]->plain);
    cr_expect_eq(list->items[1]->line, 4);
    cr_expect_eq(list->items[1]->column, 5);
    cr_expect_eq(node_get(node_get(f.root, "c"), "d")->count, 0);
    cr_expect_null(node_get(f.root, "z"));
    cr_expect_null(node_get(list, "a"));
    arena_done(&f.arena);
}

static void expect_complaint(const char *text, const char *complaint)
{
    struct fixture f;
    parse(&f, text);
    cr_expect_null(f.root, "%s", text);
    cr_expect(slice_starts_with(buf_slice(&f.complaints.text), slice_from_cstr(complaint)),
              "%s: " SLICE_FMT, text, SLICE_ARG(buf_slice(&f.complaints.text)));
    arena_done(&f.arena);
}

Test(yaml, refuses_what_is_outside_the_subset_and_says_where)
{
    expect_complaint("", "s.yaml:1:1: the file is empty");
    expect_complaint("a: 1\na: 2\n", "s.yaml:2:1: \"a\" stands here twice");
    expect_complaint("a: !!str 1\n", "s.yaml:1:4: tags are not part");
    expect_complaint("a: &x 1\n", "s.yaml:1:4: anchors are not part");
    expect_complaint("a: *x\n", "s.yaml:1:4: aliases are not part");
    expect_complaint("a: 1\n---\nb: 2\n", "s.yaml:2:1: a file holds one document");
    expect_complaint("[a, b]: 1\n", "s.yaml:1:1: a key must be text");
    expect_complaint("a: [1\nb: 2\n", "s.yaml:2:");
    expect_complaint("a: \"x\n", "s.yaml:2:1: not YAML");
    expect_complaint("a: \x80\n", "s.yaml:1:1: not YAML");
}

Test(yaml, refuses_nesting_past_the_limit)
{
    char text[2 * YAML_DEPTH_MAX + 10] = {0};
    struct fixture f;
    memset(text, '[', YAML_DEPTH_MAX);
    memset(text + YAML_DEPTH_MAX, ']', YAML_DEPTH_MAX);
    parse(&f, text);
    cr_expect_not_null(f.root);
    arena_done(&f.arena);
    memset(text, '[', YAML_DEPTH_MAX + 1);
    memset(text + YAML_DEPTH_MAX + 1, ']', YAML_DEPTH_MAX + 1);
    expect_complaint(text, "s.yaml:1:65: nested deeper than 64");
}

Test(yaml, an_unknown_key_is_answered_with_the_nearest_known_one)
{
    static const char *const keys[] = {"name", "steps", "cleanup"};
    struct fixture f;
    parse(&f, "name: x\nstep: []\nquite_other: 1\n");
    cr_expect_not(node_check_keys(f.root, keys, ARRAY_LEN(keys), &f.complaints));
    cr_expect_str_eq(buf_cstr(&f.complaints.text),
                     "s.yaml:2:1: unknown key \"step\"; did you mean \"steps\"?\n"
                     "s.yaml:3:1: unknown key \"quite_other\"\n");
    arena_done(&f.arena);
    parse(&f, "- name\n");
    cr_expect_not(node_check_keys(f.root, keys, ARRAY_LEN(keys), &f.complaints));
    arena_done(&f.arena);
}
