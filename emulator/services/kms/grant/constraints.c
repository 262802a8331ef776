/* Constraints in and out of JSON. */
#include "emulator/services/kms/grant/constraints.h"

#include "lib/base/buf.h"
#include "lib/enc/json.h"

enum { json_bytes_max = 1024 * 1024 };

static const struct slice equals = SLICE_INIT("EncryptionContextEquals");
static const struct slice subset = SLICE_INIT("EncryptionContextSubset");
static const struct slice source = SLICE_INIT("SourceArn");

static void write_context(struct json_writer *w, struct slice name,
                          const struct kms_encryption_context_type *context)
{
    if (!context->is_set)
        return;
    json_write_key(w, name);
    json_write_object_begin(w);
    for (size_t i = 0; i < context->count; i++) {
        json_write_key(w, context->items[i].key);
        json_write_string(w, context->items[i].value);
    }
    json_write_object_end(w);
}

struct slice kms_constraints_to_json(struct arena *arena,
                                     const struct kms_grant_constraints *constraints)
{
    struct json_writer w;
    struct buf text;
    if (!constraints)
        return SLICE_NONE;
    buf_init_arena(&text, arena, json_bytes_max);
    json_writer_init(&w, &text);
    json_write_object_begin(&w);
    write_context(&w, equals, &constraints->encryption_context_equals);
    write_context(&w, subset, &constraints->encryption_context_subset);
    if (slice_is_set(constraints->source_arn)) {
        json_write_key(&w, source);
        json_write_string(&w, constraints->source_arn);
    }
    json_write_object_end(&w);
    return buf_slice(&text);
}

static size_t count_members(struct arena *arena, struct slice object)
{
    struct json_reader r;
    struct slice key;
    size_t count = 0;
    json_reader_init(&r, object, arena);
    if (json_object_begin(&r))
        for (; json_object_next(&r, &key); count++)
            json_skip(&r);
    return count;
}

static void read_context(struct arena *arena, struct slice object,
                         struct kms_encryption_context_type *context)
{
    struct json_reader r;
    size_t room = count_members(arena, object);
    context->items = ARENA_ARRAY(arena, struct kms_encryption_context_type_entry, room + 1);
    context->is_set = true;
    json_reader_init(&r, object, arena);
    if (json_object_begin(&r))
        for (; json_object_next(&r, &context->items[context->count].key); context->count++)
            json_string(&r, &context->items[context->count].value);
}

struct kms_grant_constraints *kms_constraints_from_json(struct arena *arena, struct slice text)
{
    struct kms_grant_constraints *constraints = ARENA_NEW(arena, struct kms_grant_constraints);
    struct json_reader r;
    struct slice name;
    struct slice raw;
    if (!slice_is_set(text))
        return NULL;
    json_reader_init(&r, text, arena);
    if (!json_object_begin(&r))
        return constraints;
    while (json_object_next(&r, &name)) {
        if (slice_eq(name, source))
            json_string(&r, &constraints->source_arn);
        else if (json_raw(&r, &raw))
            read_context(arena, raw,
                         slice_eq(name, equals) ? &constraints->encryption_context_equals
                                                : &constraints->encryption_context_subset);
    }
    return constraints;
}
