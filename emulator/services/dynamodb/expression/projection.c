/* Projection expressions: the parts of an item that a request asks for. */
#include "emulator/services/dynamodb/expression/expression_parse.h"
#include "emulator/services/dynamodb/value/item_bytes.h"

struct err projection_parse(const struct expression_input *input, struct projection *projection)
{
    struct parser p;
    TRY(parser_begin(&p, input));
    struct path *paths = ARENA_ARRAY(input->arena, struct path, input->text.len / 2 + 1);
    size_t count = 0;
    do
        TRY(parse_path(&p, &paths[count++]));
    while (parser_take(&p, ","));
    TRY(parser_end(&p));
    TRY(paths_check(input, paths, count));
    paths_sort(paths, count);
    *projection = (struct projection){paths, count};
    return OK;
}

/* Sorted paths from `first` on that share their step at `depth`. */
static size_t same_step(const struct path *paths, size_t count, size_t depth)
{
    size_t same = 1;
    while (same < count && depth < paths[same].count) {
        const struct path one = {paths[0].steps + depth, 1};
        const struct path other = {paths[same].steps + depth, 1};
        if (!path_equal(&one, &other))
            break;
        same++;
    }
    return same;
}

static bool pick(struct arena *arena, const struct path *paths, size_t count, size_t depth,
                 const struct attr_value *value, struct attr_value *picked);

static struct attr_map pick_members(struct arena *arena, const struct path *paths, size_t count,
                                    size_t depth, const struct attr_map *map)
{
    struct attr_map picked = {ARENA_ARRAY(arena, struct attr_member, count), 0};
    for (size_t i = 0, same; i < count; i += same) {
        same = same_step(paths + i, count - i, depth);
        struct slice name = paths[i].steps[depth].name;
        const struct attr_value *value = slice_is_set(name) ? attr_map_get(map, name) : NULL;
        struct attr_member *member = &picked.members[picked.count];
        if (value && pick(arena, paths + i, same, depth + 1, value, &member->value)) {
            member->name = name;
            picked.count++;
        }
    }
    return picked;
}

/* The elements asked for, moved together in their order. */
static struct attr_list pick_elements(struct arena *arena, const struct path *paths, size_t count,
                                      size_t depth, const struct attr_list *list)
{
    struct attr_list picked = {ARENA_ARRAY(arena, struct attr_value, count), 0};
    for (size_t i = 0, same; i < count; i += same) {
        same = same_step(paths + i, count - i, depth);
        const struct path_step *step = &paths[i].steps[depth];
        if (!slice_is_set(step->name) && step->index < list->count &&
            pick(arena, paths + i, same, depth + 1, &list->values[step->index],
                 &picked.values[picked.count]))
            picked.count++;
    }
    return picked;
}

/* False when none of the paths leads anywhere in the value. */
static bool pick(struct arena *arena, const struct path *paths, size_t count, size_t depth,
                 const struct attr_value *value, struct attr_value *picked)
{
    if (paths[0].count == depth) {
        *picked = *value;
        return true;
    }
    picked->type = value->type;
    if (value->type == ATTR_M) {
        picked->map = pick_members(arena, paths, count, depth, &value->map);
        return picked->map.count > 0;
    }
    if (value->type != ATTR_L)
        return false;
    picked->list = pick_elements(arena, paths, count, depth, &value->list);
    return picked->list.count > 0;
}

struct attr_map projection_apply(struct arena *arena, const struct projection *projection,
                                 const struct attr_map *item)
{
    return pick_members(arena, projection->paths, projection->count, 0, item);
}

bool projection_apply_bytes(struct arena *arena, const struct projection *projection,
                            struct slice bytes, struct attr_map *item)
{
    struct attr_map found = {ARENA_ARRAY(arena, struct attr_member, projection->count), 0};
    for (size_t i = 0, same; i < projection->count; i += same) {
        same = same_step(projection->paths + i, projection->count - i, 0);
        struct attr_member *member = &found.members[found.count];
        member->name = projection->paths[i].steps[0].name;
        int result = item_bytes_find(arena, bytes, member->name, &member->value);
        if (result < 0)
            return false;
        found.count += (size_t)result;
    }
    *item = projection_apply(arena, projection, &found);
    return true;
}
