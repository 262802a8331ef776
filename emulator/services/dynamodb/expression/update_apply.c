/*
 * Updates at work. Every operand is read from the item as it was; then the changes are made on
 * copies of the maps and lists along their paths, in the order of the paths, so that elements put
 * past the end of a list follow each other by index. Removed elements leave a gap until the end,
 * because indexes mean places in the list as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/services/dynamodb/expression/expression.h"
#include "emulator/services/dynamodb/value/number.h"

/* The type of a removed list element until its list is closed up. */
#define GAP ATTR_TYPE_COUNT

static const char no_such_attribute[] =
    "The provided expression refers to an attribute that does not exist in the item";
static const char wrong_type[] = "An operand in the update expression has an incorrect data type";
static const char legacy_wrong_type[] = "Type mismatch for attribute to update";
static const char bad_path[] =
    "The document path provided in the update expression is invalid for update";

struct change {
    const struct update_action *action;
    struct attr_value value;
};

struct updater {
    struct arena *arena;
    const struct attr_map *old;
    struct ddb_refusal *refusal;
    const char *wrong_type;
};

static struct err evaluate(const struct updater *u, const struct node *node,
                           struct attr_value *value);

static struct err add_numbers(const struct updater *u, const struct attr_value *a,
                              const struct attr_value *b, bool subtract, struct attr_value *result)
{
    char text[NUMBER_TEXT_MAX];
    size_t len = 0;
    if (a->type != ATTR_N || b->type != ATTR_N)
        return ddb_refuse(u->refusal, "%s", u->wrong_type);
    enum number_status status = number_sum(a->text, b->text, subtract, text, &len);
    if (status != NUMBER_FINE)
        return ddb_refuse(u->refusal, "%s", number_status_text(status));
    *result = attr_number(arena_dup(u->arena, (struct slice){text, len}));
    return OK;
}

static struct err append_lists(const struct updater *u, const struct attr_value *a,
                               const struct attr_value *b, struct attr_value *result)
{
    if (a->type != ATTR_L || b->type != ATTR_L)
        return ddb_refuse(u->refusal, "%s", u->wrong_type);
    size_t count = a->list.count + b->list.count;
    struct attr_value *values = ARENA_ARRAY(u->arena, struct attr_value, count);
    for (size_t i = 0; i < count; i++)
        values[i] = i < a->list.count ? a->list.values[i] : b->list.values[i - a->list.count];
    *result = (struct attr_value){
        .type = ATTR_L, .list = {values, count}
    };
    return OK;
}

static struct err evaluate_function(const struct updater *u, const struct node *node,
                                    struct attr_value *value)
{
    struct attr_value first;
    struct attr_value second;
    if (node->function == FUNCTION_IF_NOT_EXISTS) {
        const struct attr_value *found = path_find(&node->operands[0]->path, u->old);
        if (!found)
            return evaluate(u, node->operands[1], value);
        *value = *found;
        return OK;
    }
    TRY(evaluate(u, node->operands[0], &first));
    TRY(evaluate(u, node->operands[1], &second));
    return append_lists(u, &first, &second, value);
}

static struct err evaluate(const struct updater *u, const struct node *node,
                           struct attr_value *value)
{
    struct attr_value first;
    struct attr_value second;
    if (node->kind == NODE_VALUE) {
        *value = *node->value;
        return OK;
    }
    if (node->kind == NODE_PATH) {
        const struct attr_value *found = path_find(&node->path, u->old);
        if (!found)
            return ddb_refuse(u->refusal, no_such_attribute);
        *value = *found;
        return OK;
    }
    if (node->kind == NODE_FUNCTION)
        return evaluate_function(u, node, value);
    TRY(evaluate(u, node->operands[0], &first));
    TRY(evaluate(u, node->operands[1], &second));
    return add_numbers(u, &first, &second, node->kind == NODE_MINUS, value);
}

/* The members of `a` that are in `b` or not, and with `whole_b` those of b too. */
static struct attr_set combine(struct arena *arena, const struct attr_set *a,
                               const struct attr_set *b, bool whole_b)
{
    struct attr_set result = {ARENA_ARRAY(arena, struct slice, a->count + b->count), 0};
    for (size_t i = 0; i < a->count; i++)
        if (!attr_set_has(b, a->members[i]))
            result.members[result.count++] = a->members[i];
    for (size_t i = 0; whole_b && i < b->count; i++)
        result.members[result.count++] = b->members[i];
    (void)attr_set_sort(&result);
    return result;
}

/* ADD and DELETE: what the attribute becomes. A gap: it goes. */
static struct err evaluate_change(const struct updater *u, const struct update_action *action,
                                  struct attr_value *value)
{
    const struct attr_value *operand = action->value->value;
    const struct attr_value *found = path_find(&action->path, u->old);
    *value = *operand;
    if (!found) {
        if (action->kind == UPDATE_DELETE)
            value->type = GAP;
        return OK;
    }
    if (found->type != operand->type)
        return ddb_refuse(u->refusal, "%s", u->wrong_type);
    if (operand->type == ATTR_N)
        return add_numbers(u, found, operand, false, value);
    value->set = combine(u->arena, &found->set, &operand->set, action->kind == UPDATE_ADD);
    if (value->set.count == 0)
        value->type = GAP;
    return OK;
}

static struct err evaluate_action(const struct updater *u, const struct update_action *action,
                                  struct attr_value *value)
{
    *value = (struct attr_value){.type = GAP};
    if (action->kind == UPDATE_SET)
        return evaluate(u, action->value, value);
    return action->kind == UPDATE_REMOVE ? OK : evaluate_change(u, action, value);
}

static struct err change_at(const struct updater *u, const struct path *path, size_t depth,
                            struct attr_value *place, const struct attr_value *value);

static struct err change_member(const struct updater *u, const struct path *path, size_t depth,
                                struct attr_map *map, const struct attr_value *value)
{
    struct slice name = path->steps[depth].name;
    if (depth + 1 < path->count) {
        const struct attr_value *found = attr_map_get(map, name);
        if (!found)
            return ddb_refuse(u->refusal, bad_path);
        struct attr_value inner = *found;
        TRY(change_at(u, path, depth + 1, &inner, value));
        *map = attr_map_with(u->arena, map, name, &inner);
    } else if (value->type == GAP) {
        *map = attr_map_without(u->arena, map, name);
    } else {
        *map = attr_map_with(u->arena, map, name, value);
    }
    return OK;
}

static struct err change_element(const struct updater *u, const struct path *path, size_t depth,
                                 struct attr_list *list, const struct attr_value *value)
{
    size_t index = path->steps[depth].index;
    bool inside = index < list->count;
    bool last_step = depth + 1 == path->count;
    if (!inside && !last_step)
        return ddb_refuse(u->refusal, bad_path);
    if (!inside && value->type == GAP)
        return OK;
    struct attr_value *values = ARENA_ARRAY(u->arena, struct attr_value, list->count + 1);
    if (list->count > 0)
        memcpy(values, list->values, list->count * sizeof *values);
    struct attr_value *place = &values[inside ? index : list->count];
    *list = (struct attr_list){values, list->count + !inside};
    if (last_step) {
        *place = *value;
        return OK;
    }
    return change_at(u, path, depth + 1, place, value);
}

/* Changes what `path` leads to from its step `depth` on; `place` holds the map or list there. */
static struct err change_at(const struct updater *u, const struct path *path, size_t depth,
                            struct attr_value *place, const struct attr_value *value)
{
    bool named = slice_is_set(path->steps[depth].name);
    if (place->type != (named ? ATTR_M : ATTR_L))
        return ddb_refuse(u->refusal, bad_path);
    return named ? change_member(u, path, depth, &place->map, value)
                 : change_element(u, path, depth, &place->list, value);
}

/* Takes the gaps out of the lists that a REMOVE went into; they are copies already. */
static void close_gaps(const struct path *path, struct attr_map *item)
{
    struct path parent = {path->steps, path->count - 1};
    if (parent.count == 0 || slice_is_set(path->steps[parent.count].name))
        return;
    /* The list is this update's own copy, made by change_element. */
    struct attr_value *value = (struct attr_value *)(uintptr_t)path_find(&parent, item);
    if (!value || value->type != ATTR_L)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < value->list.count; i++)
        if (value->list.values[i].type != GAP)
            value->list.values[kept++] = value->list.values[i];
    value->list.count = kept;
}

static int by_path(const void *a, const void *b)
{
    const struct change *x = a;
    const struct change *y = b;
    return path_compare(&x->action->path, &y->action->path);
}

struct err update_apply(struct arena *arena, const struct update *update,
                        const struct attr_map *item, struct attr_map *result,
                        struct ddb_refusal *refusal)
{
    struct updater u = {arena, item, refusal, update->is_legacy ? legacy_wrong_type : wrong_type};
    struct attr_map changed = *item;
    struct change *changes = ARENA_ARRAY(arena, struct change, update->count);
    for (size_t i = 0; i < update->count; i++) {
        changes[i].action = &update->actions[i];
        TRY(evaluate_action(&u, changes[i].action, &changes[i].value));
    }
    qsort(changes, update->count, sizeof *changes, by_path);
    for (size_t i = 0; i < update->count; i++)
        TRY(change_member(&u, &changes[i].action->path, 0, &changed, &changes[i].value));
    /* Deepest places first, so that closing an outer list moves nothing that is still to close. */
    for (size_t depth = PATH_STEPS_MAX; depth > 1; depth--)
        for (size_t i = 0; i < update->count; i++)
            if (changes[i].value.type == GAP && changes[i].action->path.count == depth)
                close_gaps(&changes[i].action->path, &changed);
    *result = changed;
    return OK;
}

struct projection update_touched(struct arena *arena, const struct update *update)
{
    struct projection touched = {ARENA_ARRAY(arena, struct path, update->count), update->count};
    for (size_t i = 0; i < update->count; i++)
        touched.paths[i] = update->actions[i].path;
    paths_sort(touched.paths, touched.count);
    return touched;
}

bool update_only_removes(const struct update *update)
{
    for (size_t i = 0; i < update->count; i++)
        if (update->actions[i].kind == UPDATE_SET || update->actions[i].kind == UPDATE_ADD)
            return false;
    return update->count > 0;
}
