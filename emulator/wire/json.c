/* awsJson1.0 and 1.1. */
#include <math.h>
#include <stdlib.h>

#include "emulator/core/limits.h"
#include "emulator/wire/tree.h"
#include "emulator/wire/wire_forms.h"
#include "lib/enc/base64.h"

/* 253402300799 s is the last second of the year 9999. */
enum { audited_bytes_max = 32 * 1024 };

static const double last_second = 253402300799.0;

static enum tree_kind json_form_peek(struct tree_reader *r)
{
    switch (json_peek(&r->json)) {
    case JSON_KIND_INVALID:
        return TREE_INVALID;
    case JSON_KIND_NULL:
        return TREE_NULL;
    case JSON_KIND_BOOL:
    case JSON_KIND_NUMBER:
    case JSON_KIND_STRING:
        return TREE_SCALAR;
    case JSON_KIND_ARRAY:
        return TREE_ARRAY;
    case JSON_KIND_OBJECT:
        return TREE_MAP;
    }
    return TREE_INVALID;
}

static bool json_form_map_begin(struct tree_reader *r)
{
    return json_object_begin(&r->json);
}

static bool json_form_map_next(struct tree_reader *r, struct slice *key)
{
    return json_object_next(&r->json, key);
}

static bool json_form_array_begin(struct tree_reader *r)
{
    return json_array_begin(&r->json);
}

static bool json_form_array_next(struct tree_reader *r)
{
    return json_array_next(&r->json);
}

static bool json_form_skip(struct tree_reader *r)
{
    return json_skip(&r->json);
}

static bool json_form_finish(struct tree_reader *r)
{
    return json_finish(&r->json);
}

static bool json_form_has_failed(const struct tree_reader *r)
{
    return r->json.failed;
}

static const char *target_name(const struct shape *shape)
{
    static const char *const names[] = {
        [SHAPE_STRING] = "String",   [SHAPE_BLOB] = "Blob", [SHAPE_BOOLEAN] = "Boolean",
        [SHAPE_INTEGER] = "Integer", [SHAPE_LONG] = "Long", [SHAPE_DOUBLE] = "Double",
        [SHAPE_TIMESTAMP] = "Date"};
    return names[shape->kind];
}

/* The words of AWS's own parser for a value of the wrong type. */
static struct err wrong_type(struct call *call, struct tree_reader *r, const struct shape *shape)
{
    bool flag = false;
    switch (json_peek(&r->json)) {
    case JSON_KIND_OBJECT:
        return fail(call, &FAULT_SERIALIZATION,
                    "Start of structure or map found where not expected.");
    case JSON_KIND_ARRAY:
        return fail(call, &FAULT_SERIALIZATION, "Start of list found where not expected");
    case JSON_KIND_STRING:
        return fail(call, &FAULT_SERIALIZATION, "STRING_VALUE cannot be converted to %s",
                    target_name(shape));
    case JSON_KIND_NUMBER:
        return fail(call, &FAULT_SERIALIZATION, "NUMBER_VALUE cannot be converted to %s",
                    target_name(shape));
    case JSON_KIND_BOOL:
        if (!json_bool(&r->json, &flag))
            break;
        return fail(call, &FAULT_SERIALIZATION, "%s_VALUE cannot be converted to %s",
                    flag ? "TRUE" : "FALSE", target_name(shape));
    case JSON_KIND_NULL:
        return fail(call, &FAULT_SERIALIZATION, "NULL_VALUE cannot be converted to %s",
                    target_name(shape));
    case JSON_KIND_INVALID:
        break;
    }
    return fail(call, &FAULT_SERIALIZATION, "The request body could not be parsed");
}

static double to_double(struct slice text, struct arena *arena)
{
    return strtod(arena_cstr(arena, text), NULL);
}

/* A whole number; AWS's parser cuts a fraction off. */
static struct err read_integer(struct call *call, struct slice text, const struct shape *shape,
                               struct opt_i64 *out)
{
    int64_t value;
    if (!slice_to_i64(text, &value)) {
        double number = to_double(text, call->arena);
        if (!(number > -9.2e18 && number < 9.2e18))
            return fail(call, &FAULT_SERIALIZATION, "NUMBER_VALUE cannot be converted to %s",
                        target_name(shape));
        value = (int64_t)number;
    }
    if (shape->kind == SHAPE_INTEGER && (value < INT32_MIN || value > INT32_MAX))
        return fail(call, &FAULT_SERIALIZATION, "NUMBER_VALUE cannot be converted to Integer");
    *out = SET_I64(value);
    return OK;
}

static struct err read_number(struct call *call, struct tree_reader *r, const struct shape *shape,
                              void *out)
{
    struct slice text;
    if (!json_number(&r->json, &text))
        return wrong_type(call, r, shape);
    if (shape->kind == SHAPE_DOUBLE) {
        *(struct opt_double *)out = SET_DOUBLE(to_double(text, call->arena));
        return OK;
    }
    if (shape->kind != SHAPE_TIMESTAMP)
        return read_integer(call, text, shape, out);
    double seconds = to_double(text, call->arena);
    if (!(seconds > -last_second && seconds <= last_second))
        return fail(call, &FAULT_SERIALIZATION, "NUMBER_VALUE cannot be converted to Date");
    *(struct opt_time *)out =
        SET_TIME((int64_t)(seconds * 1e3 + (seconds < 0 ? -0.5 : 0.5)) * 1000);
    return OK;
}

/* Smithy writes the numbers that JSON lacks as strings. */
static struct err read_special_number(struct call *call, struct tree_reader *r,
                                      const struct shape *shape, struct opt_double *out)
{
    static const struct {
        struct slice text;
        double number;
    } specials[] = {
        {SLICE_INIT("NaN"),       NAN      },
        {SLICE_INIT("Infinity"),  INFINITY },
        {SLICE_INIT("-Infinity"), -INFINITY},
    };
    struct slice text;
    if (!json_string(&r->json, &text))
        return wrong_type(call, r, shape);
    for (size_t i = 0; i < ARRAY_LEN(specials); i++) {
        if (slice_eq(text, specials[i].text)) {
            *out = SET_DOUBLE(specials[i].number);
            return OK;
        }
    }
    return fail(call, &FAULT_SERIALIZATION, "STRING_VALUE cannot be converted to %s",
                target_name(shape));
}

static struct err read_text(struct call *call, struct tree_reader *r, const struct shape *shape,
                            struct slice *out)
{
    struct slice text;
    if (!json_string(&r->json, &text))
        return wrong_type(call, r, shape);
    if (shape->kind == SHAPE_BLOB && !base64_decode(call->arena, text, &text))
        return fail(call, &FAULT_SERIALIZATION,
                    "Base64 encoded value has an invalid length or character");
    *out = text.ptr ? text : SLICE("");
    return OK;
}

static struct err json_form_scalar(struct call *call, struct tree_reader *r,
                                   const struct shape *shape, void *out)
{
    enum json_kind kind = json_peek(&r->json);
    bool flag;
    if (shape->kind == SHAPE_STRING || shape->kind == SHAPE_BLOB)
        return kind == JSON_KIND_STRING ? read_text(call, r, shape, out)
                                        : wrong_type(call, r, shape);
    if (shape->kind == SHAPE_BOOLEAN) {
        if (kind != JSON_KIND_BOOL || !json_bool(&r->json, &flag))
            return wrong_type(call, r, shape);
        *(struct opt_bool *)out = SET_BOOL(flag);
        return OK;
    }
    if (shape->kind == SHAPE_DOUBLE && kind == JSON_KIND_STRING)
        return read_special_number(call, r, shape, out);
    return kind == JSON_KIND_NUMBER ? read_number(call, r, shape, out) : wrong_type(call, r, shape);
}

static struct err json_form_custom(struct call *call, struct tree_reader *r,
                                   const struct shape *shape, void *out)
{
    TRY(shape->codec->decode_json(call, &r->json, out));
    return r->json.failed ? fail(call, &FAULT_SERIALIZATION, "The request body could not be parsed")
                          : OK;
}

static const struct tree_reader_form json_reader_form = {
    .peek = json_form_peek,
    .map_begin = json_form_map_begin,
    .map_next = json_form_map_next,
    .array_begin = json_form_array_begin,
    .array_next = json_form_array_next,
    .skip = json_form_skip,
    .finish = json_form_finish,
    .has_failed = json_form_has_failed,
    .scalar = json_form_scalar,
    .custom = json_form_custom,
};

static void json_form_write_map_begin(struct tree_writer *w)
{
    json_write_object_begin(&w->json);
}

static void json_form_write_map_end(struct tree_writer *w)
{
    json_write_object_end(&w->json);
}

static void json_form_write_array_begin(struct tree_writer *w)
{
    json_write_array_begin(&w->json);
}

static void json_form_write_array_end(struct tree_writer *w)
{
    json_write_array_end(&w->json);
}

static void json_form_write_key(struct tree_writer *w, struct slice key)
{
    json_write_key(&w->json, key);
}

/* Seconds since the epoch with milliseconds, as AWS answers: 1795342830.123. */
static void write_epoch(struct tree_writer *w, int64_t micros)
{
    int64_t millis = micros / 1000;
    struct slice text =
        arena_printf(w->arena, "%lld.%03lld", (long long)(millis / 1000),
                     (long long)(millis % 1000 < 0 ? -(millis % 1000) : millis % 1000));
    while (text.ptr[text.len - 1] == '0')
        text.len--;
    if (text.ptr[text.len - 1] == '.')
        text.len++; /* "1795342830.0", as AWS's doubles are printed */
    json_write_raw(&w->json, text);
}

static void json_form_write_scalar(struct tree_writer *w, const struct shape *shape,
                                   const void *value)
{
    switch (shape->kind) {
    case SHAPE_BLOB:
        json_write_string(&w->json, base64_encode(w->arena, *(const struct slice *)value));
        return;
    case SHAPE_BOOLEAN:
        json_write_bool(&w->json, ((const struct opt_bool *)value)->value);
        return;
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        json_write_i64(&w->json, ((const struct opt_i64 *)value)->value);
        return;
    case SHAPE_DOUBLE:
        json_write_double(&w->json, ((const struct opt_double *)value)->value);
        return;
    case SHAPE_TIMESTAMP:
        write_epoch(w, ((const struct opt_time *)value)->micros);
        return;
    case SHAPE_STRING:
    case SHAPE_STRUCTURE:
    case SHAPE_LIST:
    case SHAPE_MAP:
    case SHAPE_CUSTOM:
        json_write_string(&w->json, *(const struct slice *)value);
        return;
    }
}

static const struct tree_writer_form json_writer_form = {
    .map_begin = json_form_write_map_begin,
    .map_end = json_form_write_map_end,
    .array_begin = json_form_write_array_begin,
    .array_end = json_form_write_array_end,
    .key = json_form_write_key,
    .scalar = json_form_write_scalar,
};

static struct err decode(struct call *call, const struct wire_request *request, void *in)
{
    struct tree_reader r = {.form = &json_reader_form};
    json_reader_init(&r.json, request->body, call->arena);
    return tree_decode(call, &r, request->body, in);
}

static void start(struct tree_writer *w, struct call *call, struct buf *body)
{
    w->form = &json_writer_form;
    w->arena = call->arena;
    json_writer_init(&w->json, body);
}

static void encode(struct call *call, const void *out, struct buf *body)
{
    struct tree_writer w;
    if (!call->operation->output)
        return; /* AWS answers such an operation with an empty body */
    start(&w, call, body);
    tree_encode(&w, call->operation->output, out);
}

static void encode_fault(struct call *call, struct buf *body)
{
    struct tree_writer w;
    start(&w, call, body);
    tree_encode_fault(&w, call, PROTOCOL_AWS_JSON);
}

struct slice wire_audited(struct call *call, const void *in)
{
    struct tree_writer w;
    struct buf text;
    if (!in || !call->service || !call->service->audited || !call->operation)
        return SLICE_NONE;
    buf_init_arena(&text, call->arena, audited_bytes_max);
    start(&w, call, &text);
    tree_encode_named(&w, call->operation->input, in, call->service->audited);
    return text.overflowed ? SLICE_NONE : buf_slice(&text);
}

const struct wire_protocol wire_aws_json = {decode, encode, encode_fault};
