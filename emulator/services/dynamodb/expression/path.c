/* Document paths. */
#include <stdlib.h>

#include "emulator/services/dynamodb/expression/expression.h"
#include "lib/base/buf.h"

static const struct attr_value *step_into(const struct attr_value *value,
                                          const struct path_step *step)
{
    if (slice_is_set(step->name))
        return value->type == ATTR_M ? attr_map_get(&value->map, step->name) : NULL;
    bool inside = value->type == ATTR_L && step->index < value->list.count;
    return inside ? &value->list.values[step->index] : NULL;
}

const struct attr_value *path_find(const struct path *path, const struct attr_map *item)
{
    const struct attr_value *value = attr_map_get(item, path->steps[0].name);
    for (size_t i = 1; value && i < path->count; i++)
        value = step_into(value, &path->steps[i]);
    return value;
}

struct slice path_print(struct arena *arena, const struct path *path)
{
    struct buf out;
    buf_init_arena(&out, arena, 1024UL * 1024);
    for (size_t i = 0; i < path->count; i++) {
        buf_append_cstr(&out, i > 0 ? ", " : "[");
        if (slice_is_set(path->steps[i].name))
            buf_append(&out, path->steps[i].name);
        else
            buf_printf(&out, "[%u]", path->steps[i].index);
    }
    buf_append_char(&out, ']');
    return buf_slice(&out);
}

/* Names before indexes, names bytewise, indexes by number. */
static int step_compare(const struct path_step *a, const struct path_step *b)
{
    bool a_named = slice_is_set(a->name);
    bool b_named = slice_is_set(b->name);
    if (a_named != b_named)
        return a_named ? -1 : 1;
    if (a_named)
        return slice_compare(a->name, b->name);
    return (a->index > b->index) - (a->index < b->index);
}

int path_compare(const struct path *a, const struct path *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int order = step_compare(&a->steps[i], &b->steps[i]);
        if (order != 0)
            return order;
    }
    return (a->count > b->count) - (a->count < b->count);
}

bool path_equal(const struct path *a, const struct path *b)
{
    return path_compare(a, b) == 0;
}

static int compare_for_sort(const void *a, const void *b)
{
    return path_compare(a, b);
}

void paths_sort(struct path *paths, size_t count)
{
    qsort(paths, count, sizeof *paths, compare_for_sort);
}

enum relation { relation_apart, relation_overlap, relation_conflict };

static enum relation relate(const struct path *a, const struct path *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (slice_is_set(a->steps[i].name) != slice_is_set(b->steps[i].name))
            return relation_conflict;
        if (step_compare(&a->steps[i], &b->steps[i]) != 0)
            return relation_apart;
    }
    return relation_overlap;
}

static struct err refuse_pair(const struct expression_input *input, enum relation relation,
                              const struct path *one, const struct path *two)
{
    return ddb_refuse(input->refusal,
                      "Invalid %s: Two document paths %s with each other; must remove or rewrite "
                      "one of these paths; path one: " SLICE_FMT ", path two: " SLICE_FMT,
                      input->parameter, relation == relation_overlap ? "overlap" : "conflict",
                      SLICE_ARG(path_print(input->arena, one)),
                      SLICE_ARG(path_print(input->arena, two)));
}

struct err paths_check(const struct expression_input *input, const struct path *paths, size_t count)
{
    for (size_t second = 1; second < count; second++)
        for (size_t first = 0; first < second; first++) {
            enum relation relation = relate(&paths[first], &paths[second]);
            if (relation != relation_apart)
                return refuse_pair(input, relation, &paths[first], &paths[second]);
        }
    return OK;
}
