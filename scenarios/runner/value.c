/* JSON trees. */
#include "scenarios/runner/value.h"

#include <string.h>

#include "lib/enc/json.h"

enum { json_bytes_max = 64 * 1024 * 1024, first_room = 8 };

static struct value *make(struct arena *arena, enum value_kind kind)
{
    struct value *value = ARENA_NEW(arena, struct value);
    value->kind = kind;
    return value;
}

const struct value *value_null(struct arena *arena)
{
    return make(arena, VALUE_NULL);
}

const struct value *value_bool(struct arena *arena, bool truth)
{
    struct value *value = make(arena, VALUE_BOOL);
    value->truth = truth;
    return value;
}

static const struct value *make_text(struct arena *arena, enum value_kind kind, struct slice text)
{
    struct value *value = make(arena, kind);
    value->text = text;
    return value;
}

const struct value *value_number(struct arena *arena, int64_t number)
{
    return make_text(arena, VALUE_NUMBER, arena_printf(arena, "%lld", (long long)number));
}

const struct value *value_string(struct arena *arena, struct slice text)
{
    return make_text(arena, VALUE_STRING, text);
}

struct value *value_array(struct arena *arena, size_t count)
{
    struct value *value = make(arena, VALUE_ARRAY);
    value->items = ARENA_ARRAY(arena, const struct value *, count);
    value->count = count;
    return value;
}

struct value *value_object(struct arena *arena, size_t count)
{
    struct value *value = value_array(arena, count);
    value->kind = VALUE_OBJECT;
    value->names = ARENA_ARRAY(arena, struct slice, count);
    return value;
}

void value_put(struct value *parent, size_t index, struct slice name, const struct value *child)
{
    parent->items[index] = child;
    if (parent->kind == VALUE_OBJECT)
        parent->names[index] = name;
}

/* Children as they are read, in arrays that double. */
struct children {
    struct slice *names;
    const struct value **items;
    size_t count;
    size_t room;
};

static void add_child(struct arena *arena, struct children *c, struct slice name,
                      const struct value *item)
{
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : first_room;
        struct slice *names = ARENA_ARRAY(arena, struct slice, room);
        const struct value **items = ARENA_ARRAY(arena, const struct value *, room);
        if (c->count > 0) {
            memcpy(names, c->names, c->count * sizeof *names);
            memcpy(items, c->items, c->count * sizeof *items);
        }
        *c = (struct children){names, items, c->count, room};
    }
    c->names[c->count] = name;
    c->items[c->count++] = item;
}

static const struct value *read_value(struct json_reader *r);

static const struct value *read_children(struct json_reader *r, enum value_kind kind)
{
    struct children c = {0};
    struct slice name = SLICE_NONE;
    if (kind == VALUE_OBJECT ? json_object_begin(r) : json_array_begin(r))
        while (kind == VALUE_OBJECT ? json_object_next(r, &name) : json_array_next(r))
            add_child(r->arena, &c, name, read_value(r));
    struct value *value = make(r->arena, kind);
    value->names = c.names;
    value->items = c.items;
    value->count = c.count;
    return value;
}

static const struct value *read_value(struct json_reader *r)
{
    struct slice text = SLICE("");
    bool truth = false;
    switch (json_peek(r)) {
    case JSON_KIND_OBJECT:
        return read_children(r, VALUE_OBJECT);
    case JSON_KIND_ARRAY:
        return read_children(r, VALUE_ARRAY);
    case JSON_KIND_STRING:
        json_string(r, &text);
        return make_text(r->arena, VALUE_STRING, text);
    case JSON_KIND_NUMBER:
        json_number(r, &text);
        return make_text(r->arena, VALUE_NUMBER, text);
    case JSON_KIND_BOOL:
        json_bool(r, &truth);
        return value_bool(r->arena, truth);
    case JSON_KIND_NULL:
        json_null(r);
        return value_null(r->arena);
    case JSON_KIND_INVALID:
        break;
    }
    json_reject(r);
    return value_null(r->arena);
}

const struct value *value_parse(struct arena *arena, struct slice json)
{
    struct json_reader r;
    json_reader_init(&r, json, arena);
    const struct value *value = read_value(&r);
    return json_finish(&r) ? value : NULL;
}

static void write_with(struct json_writer *w, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        json_write_null(w);
        return;
    case VALUE_BOOL:
        json_write_bool(w, value->truth);
        return;
    case VALUE_NUMBER:
        json_write_raw(w, value->text);
        return;
    case VALUE_STRING:
        json_write_string(w, value->text);
        return;
    case VALUE_ARRAY:
        json_write_array_begin(w);
        for (size_t i = 0; i < value->count; i++)
            write_with(w, value->items[i]);
        json_write_array_end(w);
        return;
    case VALUE_OBJECT:
        json_write_object_begin(w);
        for (size_t i = 0; i < value->count; i++) {
            json_write_key(w, value->names[i]);
            write_with(w, value->items[i]);
        }
        json_write_object_end(w);
        return;
    }
}

void value_write(const struct value *value, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    write_with(&w, value);
}

struct slice value_to_json(const struct value *value, struct arena *arena)
{
    struct buf out;
    buf_init_arena(&out, arena, json_bytes_max);
    value_write(value, &out);
    return buf_slice(&out);
}

struct slice value_to_text(const struct value *value, struct arena *arena)
{
    return value->kind == VALUE_STRING ? value->text : value_to_json(value, arena);
}

const struct value *value_get(const struct value *value, struct slice name)
{
    if (value->kind != VALUE_OBJECT)
        return NULL;
    for (size_t i = 0; i < value->count; i++)
        if (slice_eq(value->names[i], name))
            return value->items[i];
    return NULL;
}

static bool equal_members(const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct value *other = value_get(b, a->names[i]);
        if (!other || !value_equal(a->items[i], other))
            return false;
    }
    return a->count == b->count;
}

static bool equal_items(const struct value *a, const struct value *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!value_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return a->truth == b->truth;
    case VALUE_NUMBER:
    case VALUE_STRING:
        return slice_eq(a->text, b->text);
    case VALUE_ARRAY:
        return equal_items(a, b);
    case VALUE_OBJECT:
        return equal_members(a, b);
    }
    return false;
}

const char *value_kind_name(enum value_kind kind)
{
    static const char *const names[] = {
        [VALUE_NULL] = "null",     [VALUE_BOOL] = "boolean", [VALUE_NUMBER] = "number",
        [VALUE_STRING] = "string", [VALUE_ARRAY] = "list",   [VALUE_OBJECT] = "object"};
    return names[kind];
}
