/* Variable tables, and "${name}" in texts. */
#include "scenarios/runner/variables.h"

#include <stdio.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "lib/base/environment.h"

enum { text_bytes_max = 4 * 1024 * 1024 };

struct variable {
    struct slice name;
    struct slice json;
    struct variable *next;
};

void variables_init(struct variables *variables, struct variables *parent,
                    struct surroundings *surroundings)
{
    *variables = (struct variables){.parent = parent, .surroundings = surroundings};
    pthread_mutex_init(&variables->lock, NULL);
}

void variables_done(struct variables *variables)
{
    arena_done(&variables->arena);
    pthread_mutex_destroy(&variables->lock);
}

static struct variable *find(const struct variables *variables, struct slice name)
{
    for (struct variable *v = variables->first; v; v = v->next)
        if (slice_eq(v->name, name))
            return v;
    return NULL;
}

void variables_set(struct variables *variables, struct slice name, const struct value *value)
{
    pthread_mutex_lock(&variables->lock);
    struct variable *variable = find(variables, name);
    if (!variable) {
        variable = ARENA_NEW(&variables->arena, struct variable);
        variable->name = arena_dup(&variables->arena, name);
        variable->next = variables->first;
        variables->first = variable;
    }
    variable->json = value_to_json(value, &variables->arena);
    pthread_mutex_unlock(&variables->lock);
}

const struct value *variables_get(struct variables *variables, struct slice name,
                                  struct arena *arena)
{
    struct slice json = SLICE_NONE;
    pthread_mutex_lock(&variables->lock);
    const struct variable *variable = find(variables, name);
    if (variable)
        json = arena_dup(arena, variable->json);
    pthread_mutex_unlock(&variables->lock);
    if (slice_is_set(json))
        return value_parse(arena, json);
    return variables->parent ? variables_get(variables->parent, name, arena) : NULL;
}

static const struct value *run_id(struct render *r)
{
    return value_string(r->arena, r->variables->surroundings->run_id);
}

static const struct value *uuid(struct render *r)
{
    struct surroundings *s = r->variables->surroundings;
    pthread_mutex_lock(&s->rand_lock);
    struct slice text = rand_uuid4(&s->rand, r->arena);
    pthread_mutex_unlock(&s->rand_lock);
    return value_string(r->arena, text);
}

static const struct value *repetition(struct render *r)
{
    return value_number(r->arena, r->index);
}

static const struct value *now(struct render *r)
{
    struct clock clock = clock_system();
    return value_string(r->arena, clock_format_rfc3339(r->arena, clock_now(&clock), 6));
}

static const struct {
    struct slice name;
    const struct value *(*make)(struct render *render);
} built_ins[] = {
    {SLICE_INIT("run_id"), run_id    },
    {SLICE_INIT("uuid"),   uuid      },
    {SLICE_INIT("index"),  repetition},
    {SLICE_INIT("now"),    now       },
};

bool variables_is_name(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(built_ins); i++)
        if (slice_eq(name, built_ins[i].name))
            return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0;
}

static const struct value *missing(struct render *r, struct slice name, const char *advice)
{
    r->missing = true;
    r->problem = arena_printf(r->arena, "${" SLICE_FMT "} is not set%s", SLICE_ARG(name), advice);
    return NULL;
}

static bool looks_secret(struct slice name)
{
    static const struct slice words[] = {SLICE_INIT("PASSWORD"), SLICE_INIT("SECRET"),
                                         SLICE_INIT("TOKEN")};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (slice_contains(name, words[i]))
            return true;
    return false;
}

static const struct value *environment_value(struct render *r, struct slice name)
{
    struct slice text = environment_get(arena_cstr(r->arena, slice_from(name, 4)));
    if (!slice_is_set(text))
        return missing(r, name, ": no such environment variable");
    if (looks_secret(name))
        secrets_add(r->variables->surroundings->secrets, text);
    return value_string(r->arena, text);
}

static const struct value *look_up(struct render *r, struct slice name)
{
    if (slice_starts_with(name, SLICE("env:")))
        return environment_value(r, name);
    if (slice_starts_with(name, SLICE("target:"))) {
        const struct value *target = r->variables->surroundings->target;
        const struct value *value = target ? value_get(target, slice_from(name, 7)) : NULL;
        return value ? value : missing(r, name, ": the target has no such value");
    }
    for (size_t i = 0; i < ARRAY_LEN(built_ins); i++)
        if (slice_eq(name, built_ins[i].name))
            return built_ins[i].make(r);
    const struct value *value = variables_get(r->variables, name, r->arena);
    return value ? value
                 : missing(r, name, ": no step before captured it, and vars does not name it");
}

/* The name of "${name}" when that is the whole text. */
static bool is_one_variable(struct slice text, struct slice *name)
{
    if (!slice_starts_with(text, SLICE("${")) || slice_index(text, '}') != (ptrdiff_t)text.len - 1)
        return false;
    *name = slice_sub(text, 2, text.len - 3);
    return true;
}

static bool expand(struct render *r, struct slice text, struct slice *expanded)
{
    struct buf out;
    buf_init_arena(&out, r->arena, text_bytes_max);
    for (ptrdiff_t at; (at = slice_find(text, SLICE("${"))) >= 0;) {
        bool escaped = at > 0 && text.ptr[at - 1] == '$';
        buf_append(&out, slice_sub(text, 0, (size_t)at - escaped));
        text = slice_from(text, (size_t)at + 2);
        if (escaped) {
            buf_append(&out, SLICE("${"));
            continue;
        }
        struct slice name;
        if (!slice_split_once(text, '}', &name, &text)) {
            r->problem = SLICE("\"${\" without its \"}\"; \"$${\" writes the characters");
            return false;
        }
        const struct value *value = look_up(r, name);
        if (!value)
            return false;
        buf_append(&out, value_to_text(value, r->arena));
    }
    buf_append(&out, text);
    if (out.overflowed)
        r->problem = SLICE("the text becomes larger than 4 MiB");
    *expanded = buf_slice(&out);
    return !out.overflowed;
}

/* As JSON writes it: -0, 007 and the like stay text. */
static bool is_whole_number(struct slice text)
{
    int64_t number;
    char canonical[32];
    if (!slice_to_i64(text, &number))
        return false;
    snprintf(canonical, sizeof canonical, "%lld", (long long)number);
    return slice_eq_cstr(text, canonical);
}

static const struct value *plain_value(struct render *r, struct slice text)
{
    if (slice_eq(text, SLICE("true")) || slice_eq(text, SLICE("false")))
        return value_bool(r->arena, text.len == 4);
    if (slice_eq(text, SLICE("null")))
        return value_null(r->arena);
    if (is_whole_number(text)) {
        int64_t number = 0;
        return slice_to_i64(text, &number) ? value_number(r->arena, number) : NULL;
    }
    return NULL;
}

static const struct value *render_scalar(struct render *r, const struct node *node)
{
    struct slice name;
    struct slice text;
    if (is_one_variable(node->text, &name))
        return look_up(r, name);
    const struct value *plain = node->plain ? plain_value(r, node->text) : NULL;
    if (plain)
        return plain;
    return expand(r, node->text, &text) ? value_string(r->arena, text) : NULL;
}

const struct value *render_value(struct render *render, const struct node *node)
{
    if (node->kind == NODE_SCALAR)
        return render_scalar(render, node);
    struct value *parent = node->kind == NODE_MAP ? value_object(render->arena, node->count)
                                                  : value_array(render->arena, node->count);
    for (size_t i = 0; i < node->count; i++) {
        struct slice name = SLICE_NONE;
        const struct value *child = render_value(render, node->items[i]);
        if (!child || (node->kind == NODE_MAP && !expand(render, node->keys[i]->text, &name)))
            return NULL;
        value_put(parent, i, name, child);
    }
    return parent;
}

bool render_text(struct render *render, const struct node *node, struct slice *text)
{
    if (node->kind == NODE_SCALAR)
        return expand(render, node->text, text);
    render->problem = SLICE("text was expected, not a list or mapping");
    return false;
}
