/* From nodes to steps, with a complaint for each thing that does not fit. */
#include "scenarios/runner/suite.h"

#include "lib/base/attributes.h"

enum {
    default_within_ms = 10000,
    default_every_ms = 100,
    duration_ms_max = 3600 * 1000,
    default_at_once = 16,
    nesting_max = 4
};

/* What parsing carries along. */
struct parser {
    struct arena *arena;
    struct complaints *complaints;
    struct suite *suite;
    unsigned nesting;
};

static bool parse_steps(struct parser *p, const struct node *list, struct step_list *steps);

bool suite_parse_duration(struct slice text, unsigned *ms)
{
    static const struct {
        struct slice unit;
        uint64_t ms;
    } units[] = {
        {SLICE_INIT("ms"), 1    },
        {SLICE_INIT("s"),  1000 },
        {SLICE_INIT("m"),  60000},
    };
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        uint64_t number;
        if (!slice_ends_with(text, units[i].unit) ||
            !slice_to_u64(slice_sub(text, 0, text.len - units[i].unit.len), &number))
            continue;
        if (number > duration_ms_max / units[i].ms)
            return false;
        *ms = (unsigned)(number * units[i].ms);
        return true;
    }
    return false;
}

static void read_duration(struct parser *p, const struct node *step, const char *key, unsigned *ms)
{
    const struct node *node = node_get(step, key);
    if (node && (node->kind != NODE_SCALAR || !suite_parse_duration(node->text, ms)))
        complain(p->complaints, node, "%s takes a time such as 250ms, 5s or 2m, an hour at most",
                 key);
}

static void read_count(struct parser *p, const struct node *step, const char *key, unsigned most,
                       unsigned *count)
{
    const struct node *node = node_get(step, key);
    uint64_t number;
    if (!node)
        return;
    if (node->kind != NODE_SCALAR || !slice_to_u64(node->text, &number) || number < 1 ||
        number > most) {
        complain(p->complaints, node, "%s takes a whole number from 1 to %u", key, most);
        return;
    }
    *count = (unsigned)number;
}

static void read_path(struct parser *p, const struct node *node, struct capture *capture)
{
    const char *problem = node->kind == NODE_SCALAR
                              ? jsonpath_parse(node->text, p->arena, &capture->path)
                              : "it must be text";
    if (problem)
        complain(p->complaints, node, "not a path such as $.id: %s", problem);
}

/* name: $.path, or name: {path: $.path, secret: true}, or name: {header: etag} */
static void read_capture(struct parser *p, const struct node *key, const struct node *node,
                         struct capture *capture)
{
    static const char *const keys[] = {"path", "header", "secret"};
    capture->name = key->text;
    if (!variables_is_name(key->text))
        complain(p->complaints, key,
                 "\"" SLICE_FMT "\" cannot be a variable: use letters, digits and _, and no "
                 "built-in's name",
                 SLICE_ARG(key->text));
    if (node->kind == NODE_SCALAR) {
        read_path(p, node, capture);
        return;
    }
    if (!node_check_keys(node, keys, ARRAY_LEN(keys), p->complaints))
        return;
    const struct node *secret = node_get(node, "secret");
    const struct node *header = node_get(node, "header");
    capture->secret = secret && slice_eq(secret->text, SLICE("true"));
    if (header && header->kind == NODE_SCALAR) {
        capture->header = header->text;
        return;
    }
    const struct node *path = node_get(node, "path");
    if (path)
        read_path(p, path, capture);
    else
        complain(p->complaints, node, "a capture needs a path such as $.id, or a header");
}

static void read_captures(struct parser *p, const struct node *map, struct step *step)
{
    if (!map)
        return;
    if (map->kind != NODE_MAP) {
        complain(p->complaints, map, "capture is a mapping (variable: $.path)");
        return;
    }
    step->captures = ARENA_ARRAY(p->arena, struct capture, map->count);
    step->capture_count = map->count;
    for (size_t i = 0; i < map->count; i++)
        read_capture(p, map->keys[i], map->items[i], &step->captures[i]);
}

static void read_checks(struct parser *p, const struct node *list, struct check_list *checks)
{
    if (list)
        check_list_parse(list, p->arena, p->complaints, checks);
}

/* The one key of the step that names a kind. */
static bool find_kind(struct parser *p, const struct node *node, struct step *step)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct step_kind *kind = step_kind_find(node->keys[i]->text);
        if (!kind)
            continue;
        if (step->kind) {
            complain(p->complaints, node->keys[i], "a step does one thing: %s or %s",
                     step->kind->name, kind->name);
            return false;
        }
        step->kind = kind;
        step->spec = node->items[i];
    }
    if (!step->kind)
        complain(p->complaints, node, "a step needs one of http, aws, sql, redis, wait, parallel");
    return step->kind != NULL;
}

static bool check_step_keys(struct parser *p, const struct node *node)
{
    static const char *const own[] = {"name",  "capture", "assert",    "until",   "within",
                                      "every", "repeat",  "duplicate", "at_once", "cleanup"};
    const char *keys[ARRAY_LEN(own) + 16];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        keys[count++] = own[i];
    for (size_t i = 0; i < step_kind_count() && count < ARRAY_LEN(keys); i++)
        keys[count++] = step_kind_at(i)->name;
    return node_check_keys(node, keys, count, p->complaints);
}

static void read_counts(struct parser *p, const struct node *node, struct step *step)
{
    step->within_ms = default_within_ms;
    step->every_ms = default_every_ms;
    step->duplicate = step->repeat = 1;
    step->at_once = default_at_once;
    read_duration(p, node, "within", &step->within_ms);
    read_duration(p, node, "every", &step->every_ms);
    read_count(p, node, "duplicate", SUITE_CONCURRENCY_MAX, &step->duplicate);
    read_count(p, node, "repeat", SUITE_REPEAT_MAX, &step->repeat);
    read_count(p, node, "at_once", SUITE_CONCURRENCY_MAX, &step->at_once);
    if (step->duplicate > 1 && step->repeat > 1)
        complain(p->complaints, node,
                 "duplicate sends one request many times, repeat makes many "
                 "requests: a step has one of them");
    if (node_get(node, "until") && (step->duplicate > 1 || step->repeat > 1))
        complain(p->complaints, node,
                 "until polls one request: it goes with neither duplicate nor "
                 "repeat");
}

static void read_name(struct parser *p, const struct node *node, struct step *step)
{
    const struct node *name = node_get(node, "name");
    if (!name)
        step->name = arena_printf(p->arena, "%s at line %u", step->kind->name, node->line);
    else if (name->kind == NODE_SCALAR)
        step->name = name->text;
    else
        complain(p->complaints, name, "a name is text");
}

static void parse_step(struct parser *p, const struct node *node, struct step *step)
{
    step->where = node;
    if (!check_step_keys(p, node) || !find_kind(p, node, step))
        return;
    read_name(p, node, step);
    read_counts(p, node, step);
    read_captures(p, node_get(node, "capture"), step);
    read_checks(p, node_get(node, "assert"), &step->checks);
    read_checks(p, node_get(node, "until"), &step->until);
    p->suite->needs |= 1U << step->kind->service;
    if (step->kind == &PARALLEL_KIND)
        parse_steps(p, step->spec, &step->nested);
    else
        step->kind->parse(step->spec, p->complaints);
    if (node_get(node, "cleanup"))
        parse_steps(p, node_get(node, "cleanup"), &step->cleanup);
}

static bool parse_steps(struct parser *p, const struct node *list, struct step_list *steps)
{
    if (list->kind != NODE_LIST || p->nesting == nesting_max) {
        complain(p->complaints, list,
                 list->kind != NODE_LIST ? "a list of steps was expected here"
                                         : "steps are nested too deeply");
        return false;
    }
    p->nesting++;
    steps->items = ARENA_ARRAY(p->arena, struct step, list->count);
    steps->count = list->count;
    for (size_t i = 0; i < list->count; i++)
        parse_step(p, list->items[i], &steps->items[i]);
    p->nesting--;
    return true;
}

static void parse_scenario(struct parser *p, const struct node *node, struct scenario *scenario)
{
    static const char *const keys[] = {"name", "steps", "cleanup"};
    const struct node *name = node_get(node, "name");
    const struct node *steps = node_get(node, "steps");
    const struct node *cleanup = node_get(node, "cleanup");
    scenario->where = node;
    if (!node_check_keys(node, keys, ARRAY_LEN(keys), p->complaints))
        return;
    if (!name || name->kind != NODE_SCALAR || !steps) {
        complain(p->complaints, node, "a scenario needs a name and steps");
        return;
    }
    scenario->name = name->text;
    parse_steps(p, steps, &scenario->steps);
    if (cleanup)
        parse_steps(p, cleanup, &scenario->cleanup);
}

static void check_vars(struct parser *p, const struct node *vars)
{
    if (!vars)
        return;
    if (vars->kind != NODE_MAP) {
        complain(p->complaints, vars, "vars is a mapping (name: value)");
        return;
    }
    for (size_t i = 0; i < vars->count; i++)
        if (!variables_is_name(vars->keys[i]->text))
            complain(p->complaints, vars->keys[i], "\"" SLICE_FMT "\" cannot be a variable",
                     SLICE_ARG(vars->keys[i]->text));
}

static void parse_root(struct parser *p, const struct node *root)
{
    static const char *const keys[] = {"suite", "about", "vars", "setup", "cleanup", "scenarios"};
    const struct node *name = node_get(root, "suite");
    const struct node *scenarios = node_get(root, "scenarios");
    if (!node_check_keys(root, keys, ARRAY_LEN(keys), p->complaints))
        return;
    if (!name || name->kind != NODE_SCALAR || !scenarios || scenarios->kind != NODE_LIST) {
        complain(p->complaints, root, "a suite file needs \"suite: NAME\" and a list of scenarios");
        return;
    }
    p->suite->name = name->text;
    p->suite->vars = node_get(root, "vars");
    check_vars(p, p->suite->vars);
    p->suite->setup = (struct scenario){.name = SLICE("setup"), .where = root};
    if (node_get(root, "setup"))
        parse_steps(p, node_get(root, "setup"), &p->suite->setup.steps);
    if (node_get(root, "cleanup"))
        parse_steps(p, node_get(root, "cleanup"), &p->suite->setup.cleanup);
    p->suite->scenarios = ARENA_ARRAY(p->arena, struct scenario, scenarios->count);
    p->suite->scenario_count = scenarios->count;
    for (size_t i = 0; i < scenarios->count; i++)
        parse_scenario(p, scenarios->items[i], &p->suite->scenarios[i]);
}

struct suite *suite_parse(struct slice file, struct slice text, struct arena *arena,
                          struct complaints *complaints)
{
    struct suite *suite = ARENA_NEW(arena, struct suite);
    struct parser p = {.arena = arena, .complaints = complaints, .suite = suite};
    suite->file = file;
    const struct node *root = yaml_parse(text, arena, complaints);
    if (root)
        parse_root(&p, root);
    return complaints->count == 0 ? suite : NULL;
}
