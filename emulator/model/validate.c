/* Model constraints with AWS's wording. */
#include "emulator/model/validate.h"

#include <regex.h>
#include <stdio.h>

#include "emulator/core/limits.h"
#include "emulator/core/service.h"
#include "lib/base/buf.h"

enum { path_bytes_max = 1024, message_bytes_max = 64 * 1024, shown_bytes_max = 4096 };

struct validation {
    struct call *call;
    struct buf messages;
    unsigned errors;
    bool missing_first;        /* the first breach is a missing member */
    bool parameter_words;      /* the service's way of telling: see service.h */
    char path[path_bytes_max]; /* "tags.1.member.tagKey", or "Tags.member.1.TagKey" */
};

static void check_value(struct validation *v, const struct shape *shape, const void *value,
                        size_t path_len);

/* As much of a text as a message has room for, cut between characters. */
static struct slice shown(struct slice text)
{
    size_t len = text.len < shown_bytes_max ? text.len : shown_bytes_max;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    return slice_sub(text, 0, len);
}

/* "Value 'x' at", as AWS begins a complaint; sensitive values are not repeated. */
static struct slice subject(struct validation *v, const struct shape *shape, const void *value)
{
    struct arena *arena = v->call->arena;
    if (shape->sensitive)
        return SLICE("Value at");
    switch (shape->kind) {
    case SHAPE_STRING:
        return arena_printf(arena, "Value '" SLICE_FMT "' at",
                            SLICE_ARG(shown(*(const struct slice *)value)));
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return arena_printf(arena, "Value '%lld' at",
                            (long long)((const struct opt_i64 *)value)->value);
    case SHAPE_DOUBLE:
        return arena_printf(arena, "Value '%g' at", ((const struct opt_double *)value)->value);
    case SHAPE_BLOB:
        return arena_printf(arena, "Value 'java.nio.HeapByteBuffer[pos=0 lim=%zu cap=%zu]' at",
                            ((const struct slice *)value)->len, ((const struct slice *)value)->len);
    case SHAPE_LIST:
    case SHAPE_MAP:
        return arena_printf(arena, "Value '[%zu values]' at",
                            ((const struct shape_list *)value)->count);
    case SHAPE_STRUCTURE:
    case SHAPE_BOOLEAN:
    case SHAPE_TIMESTAMP:
    case SHAPE_CUSTOM:
        break;
    }
    return SLICE("Value at");
}

/* A breach in both ways of telling: what comes after "Value … at 'x'", or a whole sentence. */
static void report(struct validation *v, struct slice about, struct slice constraint,
                   struct slice sentence)
{
    if (v->errors++ >= VALIDATION_ERRORS_MAX)
        return;
    if (v->parameter_words)
        buf_printf(&v->messages, "%s" SLICE_FMT, v->errors > 1 ? "\n" : "", SLICE_ARG(sentence));
    else
        buf_printf(&v->messages, "%s" SLICE_FMT " '%s' failed to satisfy constraint: " SLICE_FMT,
                   v->errors > 1 ? "; " : "", SLICE_ARG(about), v->path, SLICE_ARG(constraint));
}

static bool class_matches(const struct class_pattern *pattern, struct slice text)
{
    if (text.len < (size_t)pattern->least ||
        (pattern->most >= 0 && text.len > (size_t)pattern->most))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (!(pattern->bytes[c / 64] >> (c % 64) & 1))
            return false;
    }
    return true;
}

static bool pattern_matches(const struct shape *shape, struct slice text, struct arena *arena)
{
    if (shape->class_pattern)
        return class_matches(shape->class_pattern, text);
    if (!shape->posix_pattern)
        return true;
    regex_t compiled;
    if (regcomp(&compiled, shape->posix_pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return true; /* the unit test compiles every generated pattern, so this cannot happen */
    bool matches = regexec(&compiled, arena_cstr(arena, text), 0, NULL, 0) == 0;
    regfree(&compiled);
    return matches;
}

static void check_length(struct validation *v, const struct shape *shape, const void *value,
                         int64_t length)
{
    struct arena *arena = v->call->arena;
    bool is_collection = shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP;
    if (shape->has_min && length < shape->min)
        report(v, subject(v, shape, value),
               arena_printf(arena, "Member must have length greater than or equal to %lld",
                            (long long)shape->min),
               is_collection
                   ? arena_printf(arena, "The collection %s must have a size of at least %lld.",
                                  v->path, (long long)shape->min)
                   : arena_printf(arena, "The parameter %s must be longer than %lld characters.",
                                  v->path, (long long)shape->min - 1));
    if (shape->has_max && length > shape->max)
        report(v, subject(v, shape, value),
               arena_printf(arena, "Member must have length less than or equal to %lld",
                            (long long)shape->max),
               is_collection
                   ? arena_printf(arena,
                                  "The collection %s must not have a size greater than %lld.",
                                  v->path, (long long)shape->max)
                   : arena_printf(arena, "The parameter %s must be shorter than %lld characters.",
                                  v->path, (long long)shape->max + 1));
}

static void check_range(struct validation *v, const struct shape *shape, const void *value,
                        double number)
{
    struct arena *arena = v->call->arena;
    if (shape->has_min && number < (double)shape->min)
        report(v, subject(v, shape, value),
               arena_printf(arena, "Member must have value greater than or equal to %lld",
                            (long long)shape->min),
               arena_printf(arena, "The parameter %s must be greater than or equal to %lld.",
                            v->path, (long long)shape->min));
    if (shape->has_max && number > (double)shape->max)
        report(v, subject(v, shape, value),
               arena_printf(arena, "Member must have value less than or equal to %lld",
                            (long long)shape->max),
               arena_printf(arena, "The parameter %s must be less than or equal to %lld.", v->path,
                            (long long)shape->max));
}

static void check_enum(struct validation *v, const struct shape *shape, struct slice text)
{
    struct buf names;
    for (size_t i = 0; i < shape->enum_count; i++)
        if (slice_eq(text, shape->enums[i]))
            return;
    buf_init_arena(&names, v->call->arena, message_bytes_max);
    for (size_t i = 0; i < shape->enum_count; i++)
        buf_printf(&names, "%s" SLICE_FMT, i ? ", " : "", SLICE_ARG(shape->enums[i]));
    report(v, subject(v, shape, &text),
           arena_printf(v->call->arena, "Member must satisfy enum value set: [" SLICE_FMT "]",
                        SLICE_ARG(buf_slice(&names))),
           arena_printf(v->call->arena,
                        "The parameter %s must be a value in the set [ " SLICE_FMT " ].", v->path,
                        SLICE_ARG(buf_slice(&names))));
}

static void check_string(struct validation *v, const struct shape *shape, struct slice text)
{
    if (shape->enum_count) {
        check_enum(v, shape, text);
        return;
    }
    if (!pattern_matches(shape, text, v->call->arena))
        report(v, subject(v, shape, &text),
               arena_printf(v->call->arena,
                            "Member must satisfy regular expression pattern: " SLICE_FMT,
                            SLICE_ARG(shape->pattern_text)),
               arena_printf(v->call->arena,
                            "The value " SLICE_FMT
                            " for parameter %s is not matching the expected pattern " SLICE_FMT ".",
                            SLICE_ARG(shown(text)), v->path, SLICE_ARG(shape->pattern_text)));
    check_length(v, shape, &text, (int64_t)slice_utf8_length(text));
}

/* Appends to the path and gives its new length; a path past the maximum is cut, not overrun. */
static size_t extend(struct validation *v, size_t len, const char *format, struct slice name,
                     size_t number)
{
    int added = snprintf(v->path + len, sizeof v->path - len, format, SLICE_ARG(name), number);
    size_t end = len + (added > 0 ? (size_t)added : 0);
    return end < sizeof v->path ? end : sizeof v->path - 1;
}

static size_t extend_member(struct validation *v, size_t len, struct slice name)
{
    size_t end = extend(v, len, len ? ".%.*s" : "%.*s", name, 0);
    size_t first = len ? len + 1 : len;
    if (!v->parameter_words && v->path[first] >= 'A' && v->path[first] <= 'Z')
        v->path[first] = (char)(v->path[first] + ('a' - 'A'));
    return end;
}

static void report_missing(struct validation *v)
{
    v->missing_first = v->missing_first || v->errors == 0;
    report(v, SLICE("Value null at"), SLICE("Member must not be null"),
           arena_printf(v->call->arena, "The parameter %s is required.", v->path));
}

static void check_structure(struct validation *v, const struct shape *shape, const void *value,
                            size_t path_len)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const void *field = (const char *)value + member->offset;
        bool is_set = shape_is_set(member->shape, field);
        if (!is_set && !member->required)
            continue;
        size_t end = extend_member(v, path_len, member->name);
        if (!is_set)
            report_missing(v);
        else
            check_value(
                v, member->shape,
                member->shape->kind == SHAPE_STRUCTURE ? *(const void *const *)field : field, end);
        v->path[path_len] = '\0';
    }
}

static void check_items(struct validation *v, const struct shape *shape,
                        const struct shape_list *list, size_t path_len)
{
    check_length(v, shape, list, (int64_t)list->count);
    for (size_t i = 0; i < list->count; i++) {
        const char *item = list->items;
        size_t end;
        if (shape->kind == SHAPE_MAP) {
            item += i * shape->entry_size;
            struct slice key = *(const struct slice *)(const void *)item;
            end = extend(v, path_len, ".%.*s.member", key, 0);
            check_value(v, shape->key, &key, end);
            item += shape->value_offset;
        } else {
            item += i * shape->element->size;
            end = extend(v, path_len, v->parameter_words ? ".member.%.*s%zu" : ".%.*s%zu.member",
                         SLICE(""), i + 1);
        }
        check_value(v, shape->element, item, end);
        v->path[path_len] = '\0';
    }
}

static void check_value(struct validation *v, const struct shape *shape, const void *value,
                        size_t path_len)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        check_structure(v, shape, value, path_len);
        return;
    case SHAPE_LIST:
    case SHAPE_MAP:
        check_items(v, shape, value, path_len);
        return;
    case SHAPE_STRING:
        check_string(v, shape, *(const struct slice *)value);
        return;
    case SHAPE_BLOB:
        check_length(v, shape, value, (int64_t)((const struct slice *)value)->len);
        return;
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        check_range(v, shape, value, (double)((const struct opt_i64 *)value)->value);
        return;
    case SHAPE_DOUBLE:
        check_range(v, shape, value, ((const struct opt_double *)value)->value);
        return;
    case SHAPE_BOOLEAN:
    case SHAPE_TIMESTAMP:
    case SHAPE_CUSTOM:
        return;
    }
}

static const struct fault *fault_of(const struct validation *v)
{
    const struct service *service = v->call->service;
    if (v->call->operation->validation_fault)
        return v->call->operation->validation_fault;
    if (v->missing_first && service->missing_fault)
        return service->missing_fault;
    return service->validation_fault ? service->validation_fault : &FAULT_VALIDATION;
}

struct err validate_input(struct call *call, const struct shape *shape, const void *input)
{
    struct validation v = {.call = call, .parameter_words = call->service->parameter_words};
    buf_init_arena(&v.messages, call->arena, message_bytes_max);
    check_structure(&v, shape, input, 0);
    if (v.errors == 0)
        return OK;
    struct slice words = buf_slice(&v.messages);
    if (v.parameter_words)
        return fail(call, fault_of(&v), SLICE_FMT, SLICE_ARG(words));
    return fail(call, fault_of(&v), "%u validation error%s detected: " SLICE_FMT, v.errors,
                v.errors == 1 ? "" : "s", SLICE_ARG(words));
}
