/* awsQuery: parameters in, XML out. */
#include "emulator/wire/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/core/limits.h"
#include "emulator/wire/wire_forms.h"
#include "lib/enc/base64.h"
#include "lib/enc/uri.h"
#include "lib/enc/xml.h"

enum { name_bytes_max = 1024 };

struct query_decoder {
    struct call *call;
    struct query_parameters parameters;
    unsigned depth;
};

static struct err decode_value(struct query_decoder *d, const struct shape *shape,
                               struct slice name, void *out);
static void encode_value(struct call *call, struct xml_writer *w, const struct shape *shape,
                         struct slice name, const void *value);
static void encode_structure(struct call *call, struct xml_writer *w, const struct shape *shape,
                             const void *value);

static int by_name(const void *a, const void *b)
{
    return slice_compare(((const struct query_parameter *)a)->name,
                         ((const struct query_parameter *)b)->name);
}

static struct slice form_text(const struct wire_request *request)
{
    struct slice type =
        http_header_find(request->headers, request->header_count, SLICE("content-type"));
    if (slice_eq(request->method, SLICE("GET")))
        return request->query;
    if (slice_starts_with(type, SLICE("application/x-www-form-urlencoded")))
        return request->body;
    return SLICE_NONE;
}

bool query_parse(const struct wire_request *request, struct arena *arena,
                 struct query_parameters *parameters)
{
    struct slice form = form_text(request);
    struct slice pair;
    size_t pairs = 1;
    for (size_t i = 0; i < form.len; i++)
        pairs += form.ptr[i] == '&';
    if (!form.ptr || pairs > QUERY_PARAMETERS_MAX)
        return false;
    struct query_parameter *items = ARENA_ARRAY(arena, struct query_parameter, pairs);
    size_t count = 0;
    while (slice_next(&form, '&', &pair)) {
        struct slice name = pair;
        struct slice value = SLICE("");
        slice_split_once(pair, '=', &name, &value);
        if (name.len == 0)
            continue;
        if (!uri_decode(arena, name, true, &items[count].name) ||
            !uri_decode(arena, value, true, &items[count].value) ||
            !slice_is_utf8(items[count].value))
            return false;
        count++;
    }
    qsort(items, count, sizeof *items, by_name);
    *parameters = (struct query_parameters){items, count};
    return true;
}

/* Where `name` is, or where it would stand. */
static size_t lower_bound(const struct query_parameters *parameters, struct slice name)
{
    size_t low = 0;
    size_t high = parameters->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(parameters->items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct slice query_find(const struct query_parameters *parameters, struct slice name)
{
    size_t at = lower_bound(parameters, name);
    if (at == parameters->count || !slice_eq(parameters->items[at].name, name))
        return SLICE_NONE;
    return parameters->items[at].value;
}

/* Whether a parameter is named `name` or lies under it ("name.…"). */
static bool is_present(const struct query_parameters *parameters, struct slice name)
{
    size_t at = lower_bound(parameters, name);
    if (at < parameters->count && slice_eq(parameters->items[at].name, name))
        return true;
    char under[name_bytes_max + 1];
    if (name.len >= name_bytes_max)
        return false;
    memcpy(under, name.ptr, name.len);
    under[name.len] = '.';
    struct slice prefix = {under, name.len + 1};
    at = lower_bound(parameters, prefix);
    return at < parameters->count && slice_starts_with(parameters->items[at].name, prefix);
}

static struct err bad_value(struct query_decoder *d, struct slice name)
{
    return fail(d->call, &FAULT_SERIALIZATION, "The value of " SLICE_FMT " has the wrong type",
                SLICE_ARG(name));
}

static bool whole_double(struct slice text, struct arena *arena, double *number)
{
    char *end;
    const char *start = arena_cstr(arena, text);
    *number = strtod(start, &end);
    return text.len > 0 && *end == '\0' && end == start + text.len && start[0] != ' ' &&
           !(start[0] >= '\t' && start[0] <= '\r');
}

static struct err decode_scalar(struct query_decoder *d, const struct shape *shape,
                                struct slice name, void *out)
{
    struct slice text = query_find(&d->parameters, name);
    struct opt_i64 integer = {.is_set = true};
    struct opt_double number = {.is_set = true};
    struct opt_time time = {.is_set = true};
    bool good = slice_is_set(text);
    switch (shape->kind) {
    case SHAPE_BLOB:
        good = good && base64_decode(d->call->arena, text, &text);
        *(struct slice *)out = text;
        break;
    case SHAPE_BOOLEAN:
        good = slice_eq(text, SLICE("true")) || slice_eq(text, SLICE("false"));
        *(struct opt_bool *)out = SET_BOOL(slice_eq(text, SLICE("true")));
        break;
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        good = slice_to_i64(text, &integer.value) &&
               (shape->kind == SHAPE_LONG ||
                (integer.value >= INT32_MIN && integer.value <= INT32_MAX));
        *(struct opt_i64 *)out = integer;
        break;
    case SHAPE_DOUBLE:
        good = good && whole_double(text, d->call->arena, &number.value);
        *(struct opt_double *)out = number;
        break;
    case SHAPE_TIMESTAMP:
        good = clock_parse_rfc3339(text, &time.micros);
        *(struct opt_time *)out = time;
        break;
    case SHAPE_STRING:
    case SHAPE_STRUCTURE:
    case SHAPE_LIST:
    case SHAPE_MAP:
    case SHAPE_CUSTOM:
        *(struct slice *)out = text;
        break;
    }
    return good ? OK : bad_value(d, name);
}

static struct err decode_structure(struct query_decoder *d, const struct shape *shape,
                                   struct slice name, void *out)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        void *field = (char *)out + member->offset;
        struct slice at = arena_printf(d->call->arena, SLICE_FMT "%s" SLICE_FMT, SLICE_ARG(name),
                                       name.len ? "." : "", SLICE_ARG(member->wire_name));
        if (!is_present(&d->parameters, at))
            continue;
        if (member->shape->kind == SHAPE_STRUCTURE) {
            void *held = arena_zalloc(d->call->arena, member->shape->size);
            memcpy(field, &held, sizeof held);
            field = held;
        }
        TRY(decode_value(d, member->shape, at, field));
    }
    return OK;
}

/* "Name.member.1", "Name.member.2", … until one is missing. */
static size_t count_items(struct query_decoder *d, struct slice stem)
{
    size_t count = 0;
    while (count < d->parameters.count &&
           is_present(&d->parameters,
                      arena_printf(d->call->arena, SLICE_FMT ".%zu", SLICE_ARG(stem), count + 1)))
        count++;
    return count;
}

static struct err decode_items(struct query_decoder *d, const struct shape *shape,
                               struct slice name, struct shape_list *list)
{
    bool is_map = shape->kind == SHAPE_MAP;
    struct arena *arena = d->call->arena;
    struct slice stem = shape->flattened ? name
                        : is_map         ? arena_printf(arena, SLICE_FMT ".entry", SLICE_ARG(name))
                                 : arena_printf(arena, SLICE_FMT ".member", SLICE_ARG(name));
    size_t size = is_map ? shape->entry_size : shape->element->size;
    list->count = count_items(d, stem);
    list->is_set = true;
    list->items = arena_array(arena, list->count, size);
    for (size_t i = 0; i < list->count; i++) {
        char *item = (char *)list->items + i * size;
        struct slice at = arena_printf(arena, SLICE_FMT ".%zu", SLICE_ARG(stem), i + 1);
        if (is_map) {
            struct slice key = arena_printf(arena, SLICE_FMT ".key", SLICE_ARG(at));
            TRY(decode_value(d, shape->key, key, item));
            item += shape->value_offset;
            at = arena_printf(arena, SLICE_FMT ".value", SLICE_ARG(at));
        }
        TRY(decode_value(d, shape->element, at, item));
    }
    return OK;
}

static struct err decode_value(struct query_decoder *d, const struct shape *shape,
                               struct slice name, void *out)
{
    struct err result = OK;
    if (++d->depth > WIRE_DEPTH_MAX || name.len >= name_bytes_max)
        return bad_value(d, name);
    if (shape->kind == SHAPE_STRUCTURE)
        result = decode_structure(d, shape, name, out);
    else if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP)
        result = decode_items(d, shape, name, out);
    else
        result = decode_scalar(d, shape, name, out);
    d->depth--;
    return result;
}

static struct err decode(struct call *call, const struct wire_request *request, void *in)
{
    struct query_decoder d = {.call = call};
    if (!query_parse(request, call->arena, &d.parameters))
        return fail(call, &FAULT_SERIALIZATION, "The form could not be parsed");
    return call->operation->input ? decode_value(&d, call->operation->input, SLICE(""), in) : OK;
}

static struct slice scalar_text(struct call *call, const struct shape *shape, const void *value)
{
    double number;
    switch (shape->kind) {
    case SHAPE_BLOB:
        return base64_encode(call->arena, *(const struct slice *)value);
    case SHAPE_BOOLEAN:
        return ((const struct opt_bool *)value)->value ? SLICE("true") : SLICE("false");
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return arena_printf(call->arena, "%lld", (long long)((const struct opt_i64 *)value)->value);
    case SHAPE_DOUBLE:
        number = ((const struct opt_double *)value)->value;
        return isnan(number)   ? SLICE("NaN")
               : isinf(number) ? (number > 0 ? SLICE("Infinity") : SLICE("-Infinity"))
                               : arena_printf(call->arena, "%.17g", number);
    case SHAPE_TIMESTAMP:
        return clock_format_rfc3339(call->arena, ((const struct opt_time *)value)->micros, 3);
    case SHAPE_STRING:
    case SHAPE_STRUCTURE:
    case SHAPE_LIST:
    case SHAPE_MAP:
    case SHAPE_CUSTOM:
        break;
    }
    return *(const struct slice *)value;
}

static void encode_items(struct call *call, struct xml_writer *w, const struct shape *shape,
                         struct slice name, const struct shape_list *list)
{
    bool is_map = shape->kind == SHAPE_MAP;
    struct slice element = shape->flattened ? name : is_map ? SLICE("entry") : SLICE("member");
    size_t size = is_map ? shape->entry_size : shape->element->size;
    if (!shape->flattened)
        xml_write_begin(w, name);
    for (size_t i = 0; i < list->count; i++) {
        const char *item = (const char *)list->items + i * size;
        if (!is_map) {
            encode_value(call, w, shape->element, element, item);
            continue;
        }
        xml_write_begin(w, element);
        encode_value(call, w, shape->key, SLICE("key"), item);
        encode_value(call, w, shape->element, SLICE("value"), item + shape->value_offset);
        xml_write_end(w, element);
    }
    if (!shape->flattened)
        xml_write_end(w, name);
}

static void encode_value(struct call *call, struct xml_writer *w, const struct shape *shape,
                         struct slice name, const void *value)
{
    if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP) {
        encode_items(call, w, shape, name, value);
    } else if (shape->kind == SHAPE_STRUCTURE) {
        xml_write_begin(w, name);
        encode_structure(call, w, shape, value);
        xml_write_end(w, name);
    } else {
        xml_write_element(w, name, scalar_text(call, shape, value));
    }
}

static void encode_structure(struct call *call, struct xml_writer *w, const struct shape *shape,
                             const void *value)
{
    for (size_t i = 0; shape && i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const void *field = (const char *)value + member->offset;
        if (!shape_is_set(member->shape, field))
            continue;
        if (member->shape->kind == SHAPE_STRUCTURE)
            field = *(const void *const *)field;
        encode_value(call, w, member->shape, member->wire_name, field);
    }
}

static void encode(struct call *call, const void *out, struct buf *body)
{
    const struct operation *operation = call->operation;
    struct slice root = arena_printf(call->arena, SLICE_FMT "Response", SLICE_ARG(operation->name));
    struct slice result =
        slice_is_set(operation->result_wrapper)
            ? operation->result_wrapper
            : arena_printf(call->arena, SLICE_FMT "Result", SLICE_ARG(operation->name));
    struct xml_writer w;
    xml_writer_init(&w, body);
    xml_write_begin(&w, root);
    xml_write_attribute(&w, SLICE("xmlns"), call->service->model->xml_namespace);
    if (operation->output) {
        xml_write_begin(&w, result);
        encode_structure(call, &w, operation->output, out);
        xml_write_end(&w, result);
    }
    xml_write_begin(&w, SLICE("ResponseMetadata"));
    xml_write_element(&w, SLICE("RequestId"), call->request_id);
    xml_write_end(&w, SLICE("ResponseMetadata"));
    xml_write_end(&w, root);
}

static void encode_fault(struct call *call, struct buf *body)
{
    struct xml_writer w;
    xml_writer_init(&w, body);
    xml_write_begin(&w, SLICE("ErrorResponse"));
    if (call->service)
        xml_write_attribute(&w, SLICE("xmlns"), call->service->model->xml_namespace);
    xml_write_begin(&w, SLICE("Error"));
    xml_write_element(&w, SLICE("Type"), wire_fault_side(call->fault));
    xml_write_element(&w, SLICE("Code"), wire_fault_code(call, PROTOCOL_AWS_QUERY));
    xml_write_element(&w, SLICE("Message"), call->fault_message);
    if (call->fault_members)
        encode_structure(call, &w, call->fault->members, call->fault_members);
    xml_write_end(&w, SLICE("Error"));
    xml_write_element(&w, SLICE("RequestId"), call->request_id);
    xml_write_end(&w, SLICE("ErrorResponse"));
}

const struct wire_protocol wire_aws_query = {decode, encode, encode_fault};
