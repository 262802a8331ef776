/* Paths into JSON values. */
#include "scenarios/runner/jsonpath.h"

enum { steps_max = 32, matches_max = 100000 };

enum step_kind { STEP_NAME, STEP_INDEX, STEP_ALL, STEP_LENGTH };

struct jsonpath_step {
    enum step_kind kind;
    struct slice name;
    int64_t index;
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || (unsigned char)c >= 0x80;
}

static const char *parse_dotted(struct slice *rest, struct jsonpath_step *step)
{
    size_t len = 0;
    while (len < rest->len && is_name_char(rest->ptr[len]))
        len++;
    if (len == 0)
        return "a name belongs after '.'; write ['name'] for one with other characters";
    struct slice name = slice_sub(*rest, 0, len);
    *rest = slice_from(*rest, len);
    if (slice_starts_with(*rest, SLICE("()"))) {
        if (!slice_eq(name, SLICE("length")))
            return "the only function is length()";
        *rest = slice_from(*rest, 2);
        *step = (struct jsonpath_step){.kind = STEP_LENGTH};
    } else {
        *step = (struct jsonpath_step){.kind = STEP_NAME, .name = name};
    }
    return NULL;
}

static const char *parse_bracketed(struct slice *rest, struct jsonpath_step *step)
{
    if (slice_starts_with(*rest, SLICE("'"))) {
        struct slice name;
        *rest = slice_from(*rest, 1);
        ptrdiff_t end = slice_find(*rest, SLICE("']"));
        if (end < 0)
            return "[' has no ']";
        name = slice_sub(*rest, 0, (size_t)end);
        *rest = slice_from(*rest, (size_t)end + 2);
        *step = (struct jsonpath_step){.kind = STEP_NAME, .name = name};
        return NULL;
    }
    struct slice inside;
    if (!slice_split_once(*rest, ']', &inside, rest))
        return "[ has no ]";
    if (slice_eq(inside, SLICE("*"))) {
        *step = (struct jsonpath_step){.kind = STEP_ALL};
        return NULL;
    }
    *step = (struct jsonpath_step){.kind = STEP_INDEX};
    return slice_to_i64(inside, &step->index) ? NULL
                                              : "a number, * or 'name' belongs between [ and ]";
}

const char *jsonpath_parse(struct slice text, struct arena *arena, struct jsonpath *path)
{
    struct jsonpath_step *steps = ARENA_ARRAY(arena, struct jsonpath_step, steps_max);
    size_t count = 0;
    struct slice rest = slice_from(text, 1);
    if (!slice_starts_with(text, SLICE("$")))
        return "a path begins with $";
    while (rest.len > 0) {
        char mark = rest.ptr[0];
        if (count == steps_max)
            return "the path has more than 32 steps";
        if (mark != '.' && mark != '[')
            return "'.' or '[' was expected";
        rest = slice_from(rest, 1);
        const char *problem = mark == '.' ? parse_dotted(&rest, &steps[count])
                                          : parse_bracketed(&rest, &steps[count]);
        if (problem)
            return problem;
        count++;
    }
    *path = (struct jsonpath){text, steps, count};
    return NULL;
}

static const struct value *item_at(const struct value *value, int64_t index)
{
    if (value->kind != VALUE_ARRAY)
        return NULL;
    if (index < 0)
        index += (int64_t)value->count;
    return index >= 0 && (uint64_t)index < value->count ? value->items[index] : NULL;
}

static const struct value *length_of(const struct value *value, struct arena *arena)
{
    if (value->kind == VALUE_ARRAY || value->kind == VALUE_OBJECT)
        return value_number(arena, (int64_t)value->count);
    if (value->kind == VALUE_STRING)
        return value_number(arena, (int64_t)slice_utf8_length(value->text));
    return NULL;
}

struct matches {
    const struct value **items;
    size_t count;
};

static void collect(const struct jsonpath_step *steps, size_t count, const struct value *value,
                    struct arena *arena, struct matches *matches)
{
    for (size_t i = 0; value && i < count; i++) {
        const struct jsonpath_step *step = &steps[i];
        switch (step->kind) {
        case STEP_NAME:
            value = value_get(value, step->name);
            break;
        case STEP_INDEX:
            value = item_at(value, step->index);
            break;
        case STEP_LENGTH:
            value = length_of(value, arena);
            break;
        case STEP_ALL:
            for (size_t k = 0; k < value->count; k++)
                collect(steps + i + 1, count - i - 1, value->items[k], arena, matches);
            return;
        }
    }
    if (!value || matches->count == matches_max)
        return;
    if (matches->items)
        matches->items[matches->count] = value;
    matches->count++;
}

const struct value *jsonpath_find(const struct jsonpath *path, const struct value *root,
                                  struct arena *arena)
{
    bool is_list = false;
    struct matches matches = {0};
    for (size_t i = 0; i < path->count; i++)
        is_list = is_list || path->steps[i].kind == STEP_ALL;
    collect(path->steps, path->count, root, arena, &matches); /* first to count */
    if (!is_list && matches.count == 0)
        return NULL;
    struct value *list = value_array(arena, matches.count);
    matches = (struct matches){.items = list->items};
    if (list->count > 0)
        collect(path->steps, path->count, root, arena, &matches);
    return is_list ? list : list->items[0];
}
