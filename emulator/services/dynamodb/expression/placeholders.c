/* Placeholders of expressions. */
#include "emulator/services/dynamodb/expression/placeholders.h"

#include <stdlib.h>

#include "lib/base/buf.h"

enum { keys_text_max = 64 * 1024 };

/* "#" or ":" and then letters, digits and underscores. */
static bool is_key(struct slice key, char mark)
{
    if (key.len < 2 || key.ptr[0] != mark)
        return false;
    for (size_t i = 1; i < key.len; i++) {
        char c = key.ptr[i];
        bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!word)
            return false;
    }
    return true;
}

struct err placeholders_init(struct placeholders *placeholders, struct arena *arena,
                             const struct attr_map *values, struct slice value_refusal,
                             struct ddb_refusal *refusal)
{
    *placeholders = (struct placeholders){.has_values = values != NULL};
    if (!values)
        return OK;
    if (values->count == 0)
        return ddb_refuse(refusal, "ExpressionAttributeValues must not be empty");
    for (size_t i = 0; i < values->count; i++)
        if (!is_key(values->members[i].name, ':'))
            return ddb_refuse(refusal,
                              "ExpressionAttributeValues contains invalid key: Syntax error; key: "
                              "\"" SLICE_FMT "\"",
                              SLICE_ARG(values->members[i].name));
    if (slice_is_set(value_refusal))
        return ddb_refuse(refusal, "ExpressionAttributeValues contains invalid value: " SLICE_FMT,
                          SLICE_ARG(value_refusal));
    placeholders->values = *values;
    placeholders->values_used = ARENA_ARRAY(arena, bool, values->count);
    return OK;
}

struct err placeholders_add_name(struct placeholders *placeholders, size_t capacity,
                                 struct slice key, struct slice name, struct arena *arena,
                                 struct ddb_refusal *refusal)
{
    if (!is_key(key, '#'))
        return ddb_refuse(refusal,
                          "ExpressionAttributeNames contains invalid key: Syntax error; key: "
                          "\"" SLICE_FMT "\"",
                          SLICE_ARG(key));
    if (name.len == 0)
        return ddb_refuse(refusal,
                          "ExpressionAttributeNames contains invalid value: Empty attribute name "
                          "for key: " SLICE_FMT,
                          SLICE_ARG(key));
    if (!placeholders->names)
        placeholders->names = ARENA_ARRAY(arena, struct name_placeholder, capacity);
    placeholders->names[placeholders->name_count++] = (struct name_placeholder){key, name, false};
    placeholders->has_names = true;
    return OK;
}

static int compare_names(const void *a, const void *b)
{
    const struct name_placeholder *x = a;
    const struct name_placeholder *y = b;
    return slice_compare(x->key, y->key);
}

void placeholders_sort_names(struct placeholders *placeholders)
{
    if (placeholders->name_count > 1)
        qsort(placeholders->names, placeholders->name_count, sizeof *placeholders->names,
              compare_names);
}

bool placeholders_name(struct placeholders *placeholders, struct slice key, struct slice *name)
{
    const struct name_placeholder wanted = {.key = key};
    struct name_placeholder *found = NULL;
    if (placeholders->name_count > 0)
        found = bsearch(&wanted, placeholders->names, placeholders->name_count,
                        sizeof *placeholders->names, compare_names);
    if (!found)
        return false;
    found->used = true;
    *name = found->name;
    return true;
}

const struct attr_value *placeholders_value(struct placeholders *placeholders, struct slice key)
{
    const struct attr_value *value = attr_map_get(&placeholders->values, key);
    if (value) {
        const struct attr_member *member =
            (const struct attr_member *)((const char *)value - offsetof(struct attr_member, value));
        placeholders->values_used[member - placeholders->values.members] = true;
    }
    return value;
}

static void list_key(struct buf *keys, struct slice key)
{
    buf_append_cstr(keys, keys->len > 0 ? ", " : "");
    buf_append(keys, key);
}

static struct err refuse_unused(const char *parameter, struct buf *keys,
                                struct ddb_refusal *refusal)
{
    if (keys->len == 0)
        return OK;
    return ddb_refuse(refusal, "Value provided in %s unused in expressions: keys: {" SLICE_FMT "}",
                      parameter, SLICE_ARG(buf_slice(keys)));
}

struct err placeholders_check_used(const struct placeholders *placeholders,
                                   struct ddb_refusal *refusal)
{
    struct buf keys;
    buf_init_arena(&keys, refusal->arena, keys_text_max);
    for (size_t i = 0; i < placeholders->name_count; i++)
        if (!placeholders->names[i].used)
            list_key(&keys, placeholders->names[i].key);
    TRY(refuse_unused("ExpressionAttributeNames", &keys, refusal));
    buf_clear(&keys);
    for (size_t i = 0; i < placeholders->values.count; i++)
        if (!placeholders->values_used[i])
            list_key(&keys, placeholders->values.members[i].name);
    return refuse_unused("ExpressionAttributeValues", &keys, refusal);
}
