/* The walk over shape tables that JSON and CBOR share. */
#include "emulator/wire/tree.h"

#include <string.h>

#include "emulator/wire/wire.h"

enum { first_items = 4 };

static struct err decode_value(struct call *call, struct tree_reader *r, const struct shape *shape,
                               void *out);

static struct err malformed(struct call *call)
{
    return fail(call, &FAULT_SERIALIZATION, "The request body could not be parsed");
}

/* Members usually come in the model's order, so the search begins after the last one found. */
static const struct member *find_member(const struct shape *shape, struct slice key, size_t *hint)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        size_t at = (*hint + i) % shape->member_count;
        if (slice_eq(shape->members[at].name, key)) {
            *hint = at + 1;
            return &shape->members[at];
        }
    }
    return NULL;
}

static struct err decode_member(struct call *call, struct tree_reader *r,
                                const struct member *member, void *structure)
{
    void *field = (char *)structure + member->offset;
    if (member->shape->kind != SHAPE_STRUCTURE)
        return decode_value(call, r, member->shape, field);
    void *held = arena_zalloc(call->arena, member->shape->size);
    TRY(decode_value(call, r, member->shape, held));
    memcpy(field, &held, sizeof held);
    return OK;
}

static struct err decode_structure(struct call *call, struct tree_reader *r,
                                   const struct shape *shape, void *out)
{
    struct slice key;
    size_t hint = 0;
    if (r->form->peek(r) != TREE_MAP)
        return fail(call, &FAULT_SERIALIZATION, "%s",
                    r->form->peek(r) == TREE_ARRAY ? "Start of list found where not expected"
                                                   : "Unexpected value where a structure belongs");
    r->form->map_begin(r);
    while (r->form->map_next(r, &key)) {
        const struct member *member = find_member(shape, key, &hint);
        if (!member || r->form->peek(r) == TREE_NULL)
            r->form->skip(r);
        else
            TRY(decode_member(call, r, member, out));
    }
    return r->form->has_failed(r) ? malformed(call) : OK;
}

/* Room for one more item; doubling keeps the copying linear. */
static void *add_item(struct arena *arena, struct shape_list *list, size_t size, size_t *capacity)
{
    if (list->count == *capacity) {
        size_t bigger = *capacity ? *capacity * 2 : first_items;
        void *items = arena_array(arena, bigger, size);
        if (list->count)
            memcpy(items, list->items, list->count * size);
        list->items = items;
        *capacity = bigger;
    }
    return (char *)list->items + list->count++ * size;
}

static struct err decode_list(struct call *call, struct tree_reader *r, const struct shape *shape,
                              struct shape_list *list)
{
    size_t capacity = 0;
    if (r->form->peek(r) != TREE_ARRAY)
        return fail(call, &FAULT_SERIALIZATION, "%s",
                    r->form->peek(r) == TREE_MAP
                        ? "Start of structure or map found where not expected."
                        : "Unexpected value where a list belongs");
    list->is_set = true;
    r->form->array_begin(r);
    while (r->form->array_next(r)) {
        void *item = add_item(call->arena, list, shape->element->size, &capacity);
        TRY(decode_value(call, r, shape->element, item));
    }
    return r->form->has_failed(r) ? malformed(call) : OK;
}

static struct err decode_map(struct call *call, struct tree_reader *r, const struct shape *shape,
                             struct shape_list *map)
{
    struct slice key;
    size_t capacity = 0;
    if (r->form->peek(r) != TREE_MAP)
        return fail(call, &FAULT_SERIALIZATION, "Unexpected value where a map belongs");
    map->is_set = true;
    r->form->map_begin(r);
    while (r->form->map_next(r, &key)) {
        if (r->form->peek(r) == TREE_NULL) {
            r->form->skip(r);
            continue;
        }
        char *entry = add_item(call->arena, map, shape->entry_size, &capacity);
        memcpy(entry, &key, sizeof key);
        TRY(decode_value(call, r, shape->element, entry + shape->value_offset));
    }
    return r->form->has_failed(r) ? malformed(call) : OK;
}

static struct err decode_value(struct call *call, struct tree_reader *r, const struct shape *shape,
                               void *out)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        return decode_structure(call, r, shape, out);
    case SHAPE_LIST:
        return decode_list(call, r, shape, out);
    case SHAPE_MAP:
        return decode_map(call, r, shape, out);
    case SHAPE_CUSTOM:
        return r->form->custom(call, r, shape, out);
    case SHAPE_STRING:
    case SHAPE_BLOB:
    case SHAPE_BOOLEAN:
    case SHAPE_INTEGER:
    case SHAPE_LONG:
    case SHAPE_DOUBLE:
    case SHAPE_TIMESTAMP:
        break;
    }
    TRY(r->form->scalar(call, r, shape, out));
    return r->form->has_failed(r) ? malformed(call) : OK;
}

struct err tree_decode(struct call *call, struct tree_reader *r, struct slice body, void *in)
{
    static const struct shape nothing = {.kind = SHAPE_STRUCTURE};
    if (body.len == 0)
        return OK;
    if (r->form->peek(r) == TREE_INVALID)
        return malformed(call);
    TRY(decode_structure(call, r, call->operation->input ? call->operation->input : &nothing, in));
    return r->form->finish(r) ? OK : malformed(call);
}

static void encode_value(struct tree_writer *w, const struct shape *shape, const void *value)
{
    const struct shape_list *list = value;
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        tree_encode(w, shape, value);
        return;
    case SHAPE_LIST:
        w->form->array_begin(w);
        for (size_t i = 0; i < list->count; i++)
            encode_value(w, shape->element, (const char *)list->items + i * shape->element->size);
        w->form->array_end(w);
        return;
    case SHAPE_MAP:
        w->form->map_begin(w);
        for (size_t i = 0; i < list->count; i++) {
            const char *entry = (const char *)list->items + i * shape->entry_size;
            w->form->key(w, *(const struct slice *)(const void *)entry);
            encode_value(w, shape->element, entry + shape->value_offset);
        }
        w->form->map_end(w);
        return;
    case SHAPE_CUSTOM:
        shape->codec->encode_json(&w->json, value); /* such services speak JSON alone */
        return;
    case SHAPE_STRING:
    case SHAPE_BLOB:
    case SHAPE_BOOLEAN:
    case SHAPE_INTEGER:
    case SHAPE_LONG:
    case SHAPE_DOUBLE:
    case SHAPE_TIMESTAMP:
        w->form->scalar(w, shape, value);
        return;
    }
}

static void encode_member(struct tree_writer *w, const struct member *member, struct slice name,
                          const void *value)
{
    const void *field = (const char *)value + member->offset;
    if (!shape_is_set(member->shape, field))
        return;
    if (member->shape->kind == SHAPE_STRUCTURE)
        field = *(const void *const *)field;
    w->form->key(w, name);
    encode_value(w, member->shape, field);
}

static void encode_members(struct tree_writer *w, const struct shape *shape, const void *value)
{
    for (size_t i = 0; shape && i < shape->member_count; i++)
        encode_member(w, &shape->members[i], shape->members[i].name, value);
}

static bool is_named(const struct member *member, const char *const *names)
{
    while (*names && !slice_eq_cstr(member->name, *names))
        names++;
    return *names && !member->shape->sensitive;
}

static struct slice with_small_letter(struct arena *arena, struct slice name)
{
    char *copy = arena_cstr(arena, name);
    if (copy[0] >= 'A' && copy[0] <= 'Z')
        copy[0] = (char)(copy[0] + ('a' - 'A'));
    return (struct slice){copy, name.len};
}

void tree_encode_named(struct tree_writer *w, const struct shape *shape, const void *value,
                       const char *const *names)
{
    w->form->map_begin(w);
    for (size_t i = 0; shape && i < shape->member_count; i++)
        if (is_named(&shape->members[i], names))
            encode_member(w, &shape->members[i],
                          with_small_letter(w->arena, shape->members[i].name), value);
    w->form->map_end(w);
}

void tree_encode(struct tree_writer *w, const struct shape *shape, const void *value)
{
    w->form->map_begin(w);
    encode_members(w, shape, value);
    w->form->map_end(w);
}

void tree_encode_fault(struct tree_writer *w, const struct call *call, enum protocol protocol)
{
    static const struct shape text = {.kind = SHAPE_STRING};
    const struct service *service = call->service;
    const char *space = call->fault->space    ? call->fault->space
                        : !service            ? ""
                        : call->fault->common ? service->common_fault_namespace
                                              : service->fault_namespace;
    struct slice code = wire_fault_code(call, protocol);
    struct slice type =
        arena_printf(call->arena, "%s" SLICE_FMT, space ? space : "", SLICE_ARG(code));
    const char *message_member = service ? service->message_member : "message";
    w->form->map_begin(w);
    w->form->key(w, SLICE("__type"));
    w->form->scalar(w, &text, &type);
    w->form->key(w, slice_from_cstr(message_member));
    w->form->scalar(w, &text, &call->fault_message);
    if (call->fault_members)
        encode_members(w, call->fault->members, call->fault_members);
    w->form->map_end(w);
}
