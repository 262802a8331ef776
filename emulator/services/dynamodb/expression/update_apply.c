/*
 * Updates at work. Every operand is read from the item as it was. Then each map and list on the
 * paths is written anew once, with all changes in it: the changes are sorted by their paths, so
 * that those of one place follow each other, and elements put past the end of a list do so by
 * index. Indexes mean places in the list as it was; what is removed is closed up last.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/services/dynamodb/expression/expression.h"
#include "emulator/services/dynamodb/value/number.h"

/* The type of what is removed, until its map or list is closed up. */
#define GAP ATTR_TYPE_COUNT

static const char no_such_attribute[] =
    "The provided expression refers to an attribute that does not exist in the item";
static const char wrong_type[] = "An operand in the update expression has an incorrect data type";
static const char legacy_wrong_type[] = "Type mismatch for attribute to update";
static const char bad_path[] =
    "The document path provided in the update expression is invalid for update";
static const char too_large[] = "Item size to update has exceeded the maximum allowed size";

/* An element takes a byte and its value another: more of them fit into no item. */
enum { elements_max = ITEM_BYTES_MAX / 2 };

struct change {
    const struct update_action *action;
    struct attr_value value;
};

struct updater {
    struct arena *arena;
    const struct attr_map *old;
    struct ddb_refusal *refusal;
    const char *wrong_type;
    size_t appended; /* elements that list_append has put together so far */
};

static struct err evaluate(struct updater *u, const struct node *node, struct attr_value *value);

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

static struct err append_elements(struct updater *u, const struct attr_value *from,
                                  struct attr_list *list, size_t *capacity)
{
    if (from->type != ATTR_L)
        return ddb_refuse(u->refusal, "%s", u->wrong_type);
    size_t count = list->count + from->list.count;
    u->appended += from->list.count;
    if (u->appended > elements_max)
        return ddb_refuse(u->refusal, too_large);
    if (count > *capacity) {
        struct attr_value *bigger = ARENA_ARRAY(u->arena, struct attr_value, 2 * count);
        if (list->count > 0)
            memcpy(bigger, list->values, list->count * sizeof *bigger);
        list->values = bigger;
        *capacity = 2 * count;
    }
    if (from->list.count > 0)
        memcpy(list->values + list->count, from->list.values,
               from->list.count * sizeof *list->values);
    list->count = count;
    return OK;
}

/* Appends an operand's elements, of a list_append within it without making its list. */
static struct err append_operand(struct updater *u, const struct node *node, struct attr_list *list,
                                 size_t *capacity)
{
    struct attr_value value;
    bool function = node->kind == NODE_FUNCTION;
    if (function && node->function == FUNCTION_LIST_APPEND) {
        TRY(append_operand(u, node->operands[0], list, capacity));
        return append_operand(u, node->operands[1], list, capacity);
    }
    if (function && node->function == FUNCTION_IF_NOT_EXISTS &&
        !path_find(&node->operands[0]->path, u->old))
        return append_operand(u, node->operands[1], list, capacity);
    TRY(evaluate(u, node, &value));
    return append_elements(u, &value, list, capacity);
}

static struct err evaluate_function(struct updater *u, const struct node *node,
                                    struct attr_value *value)
{
    size_t capacity = 0;
    if (node->function == FUNCTION_IF_NOT_EXISTS) {
        const struct attr_value *found = path_find(&node->operands[0]->path, u->old);
        if (!found)
            return evaluate(u, node->operands[1], value);
        *value = *found;
        return OK;
    }
    *value = (struct attr_value){.type = ATTR_L};
    return append_operand(u, node, &value->list, &capacity);
}

static struct err evaluate(struct updater *u, const struct node *node, struct attr_value *value)
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
static struct err evaluate_change(struct updater *u, const struct update_action *action,
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

static struct err evaluate_action(struct updater *u, const struct update_action *action,
                                  struct attr_value *value)
{
    *value = (struct attr_value){.type = GAP};
    if (action->kind == UPDATE_SET)
        return evaluate(u, action->value, value);
    return action->kind == UPDATE_REMOVE ? OK : evaluate_change(u, action, value);
}

/* Changes that share their path's first `depth` steps, sorted. */
struct changes {
    const struct change *items;
    size_t count;
    size_t depth;
};

static struct err change_inside(const struct updater *u, const struct changes *changes,
                                struct attr_value *place);

static const struct path_step *step_of(const struct changes *changes, size_t at)
{
    return &changes->items[at].action->path.steps[changes->depth];
}

/* Those from `at` on that go by the same next step. */
static struct changes same_step(const struct changes *changes, size_t at)
{
    struct changes same = {changes->items + at, 1, changes->depth + 1};
    const struct path_step *step = step_of(changes, at);
    for (; at + same.count < changes->count; same.count++) {
        const struct path_step *next = step_of(changes, at + same.count);
        if (slice_is_set(step->name) ? !slice_eq(step->name, next->name)
                                     : step->index != next->index)
            break;
    }
    return same;
}

/* What becomes of one member or element; `old` is NULL where there is none. */
static struct err change_one(const struct updater *u, const struct changes *changes,
                             const struct attr_value *old, struct attr_value *value)
{
    if (changes->items->action->path.count == changes->depth) {
        *value = changes->items->value;
        return OK;
    }
    if (!old)
        return ddb_refuse(u->refusal, bad_path);
    *value = *old;
    return change_inside(u, changes, value);
}

/* Old members and changes are both sorted by name: one pass over the two. */
static struct err change_members(const struct updater *u, const struct changes *changes,
                                 struct attr_map *map)
{
    const struct attr_map old = *map;
    struct attr_map result = {ARENA_ARRAY(u->arena, struct attr_member, old.count + changes->count),
                              0};
    size_t kept = 0;
    for (size_t at = 0; at < changes->count;) {
        struct changes same = same_step(changes, at);
        struct attr_member *member;
        struct slice name = step_of(changes, at)->name;
        while (kept < old.count && slice_compare(old.members[kept].name, name) < 0)
            result.members[result.count++] = old.members[kept++];
        bool there = kept < old.count && slice_eq(old.members[kept].name, name);
        member = &result.members[result.count];
        member->name = name;
        TRY(change_one(u, &same, there ? &old.members[kept].value : NULL, &member->value));
        result.count += member->value.type != GAP;
        kept += there;
        at += same.count;
    }
    if (kept < old.count)
        memcpy(result.members + result.count, old.members + kept,
               (old.count - kept) * sizeof *result.members);
    result.count += old.count - kept;
    *map = result;
    return OK;
}

static void close_gaps(struct attr_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->values[i].type != GAP)
            list->values[kept++] = list->values[i];
    list->count = kept;
}

static struct err change_elements(const struct updater *u, const struct changes *changes,
                                  struct attr_list *list)
{
    const struct attr_list old = *list;
    struct attr_list result = {ARENA_ARRAY(u->arena, struct attr_value, old.count + changes->count),
                               old.count};
    if (old.count > 0)
        memcpy(result.values, old.values, old.count * sizeof *old.values);
    for (size_t at = 0; at < changes->count;) {
        struct changes same = same_step(changes, at);
        size_t index = step_of(changes, at)->index;
        bool inside = index < old.count;
        struct attr_value *place = &result.values[inside ? index : result.count++];
        TRY(change_one(u, &same, inside ? &old.values[index] : NULL, place));
        at += same.count;
    }
    close_gaps(&result);
    *list = result;
    return OK;
}

/* Makes all changes that lead into `place`, which must be the map or list that they expect. */
static struct err change_inside(const struct updater *u, const struct changes *changes,
                                struct attr_value *place)
{
    bool named = slice_is_set(step_of(changes, 0)->name);
    if (place->type != (named ? ATTR_M : ATTR_L))
        return ddb_refuse(u->refusal, bad_path);
    return named ? change_members(u, changes, &place->map)
                 : change_elements(u, changes, &place->list);
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
    struct updater u = {.arena = arena,
                        .old = item,
                        .refusal = refusal,
                        .wrong_type = update->is_legacy ? legacy_wrong_type : wrong_type};
    struct attr_map changed = *item;
    struct change *changes = ARENA_ARRAY(arena, struct change, update->count);
    for (size_t i = 0; i < update->count; i++) {
        changes[i].action = &update->actions[i];
        TRY(evaluate_action(&u, changes[i].action, &changes[i].value));
    }
    qsort(changes, update->count, sizeof *changes, by_path);
    const struct changes all = {changes, update->count, 0};
    if (all.count > 0)
        TRY(change_members(&u, &all, &changed));
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
