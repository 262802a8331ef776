/* rpcv2Cbor, which CloudWatch's current SDKs speak. */
#include "emulator/wire/tree.h"
#include "emulator/wire/wire_forms.h"

static enum tree_kind cbor_form_peek(struct tree_reader *r)
{
    switch (cbor_peek(&r->cbor)) {
    case CBOR_KIND_INVALID:
        return TREE_INVALID;
    case CBOR_KIND_NULL:
        return TREE_NULL;
    case CBOR_KIND_ARRAY:
        return TREE_ARRAY;
    case CBOR_KIND_MAP:
        return TREE_MAP;
    case CBOR_KIND_BOOL:
    case CBOR_KIND_INTEGER:
    case CBOR_KIND_FLOAT:
    case CBOR_KIND_STRING:
    case CBOR_KIND_BYTES:
    case CBOR_KIND_TIMESTAMP:
        return TREE_SCALAR;
    }
    return TREE_INVALID;
}

static bool cbor_form_map_begin(struct tree_reader *r)
{
    return cbor_map_begin(&r->cbor);
}

static bool cbor_form_map_next(struct tree_reader *r, struct slice *key)
{
    return cbor_map_next(&r->cbor, key);
}

static bool cbor_form_array_begin(struct tree_reader *r)
{
    return cbor_array_begin(&r->cbor);
}

static bool cbor_form_array_next(struct tree_reader *r)
{
    return cbor_array_next(&r->cbor);
}

static bool cbor_form_skip(struct tree_reader *r)
{
    return cbor_skip(&r->cbor);
}

static bool cbor_form_finish(struct tree_reader *r)
{
    return cbor_finish(&r->cbor);
}

static bool cbor_form_has_failed(const struct tree_reader *r)
{
    return r->cbor.failed;
}

/* False when the next value is of another type than the shape's. */
static bool read_scalar(struct cbor_reader *r, const struct shape *shape, void *out)
{
    struct opt_i64 integer = {.is_set = true};
    struct opt_double number = {.is_set = true};
    struct opt_time time = {.is_set = true};
    struct opt_bool flag = {.is_set = true};
    switch (shape->kind) {
    case SHAPE_STRING:
        return cbor_string(r, out);
    case SHAPE_BLOB:
        return cbor_bytes(r, out);
    case SHAPE_BOOLEAN:
        if (!cbor_bool(r, &flag.value))
            return false;
        *(struct opt_bool *)out = flag;
        return true;
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        if (!cbor_i64(r, &integer.value))
            return false;
        *(struct opt_i64 *)out = integer;
        return shape->kind == SHAPE_LONG ||
               (integer.value >= INT32_MIN && integer.value <= INT32_MAX);
    case SHAPE_DOUBLE:
        if (!cbor_double(r, &number.value))
            return false;
        *(struct opt_double *)out = number;
        return true;
    case SHAPE_TIMESTAMP:
        if (!cbor_timestamp(r, &time.micros))
            return false;
        *(struct opt_time *)out = time;
        return true;
    case SHAPE_STRUCTURE:
    case SHAPE_LIST:
    case SHAPE_MAP:
    case SHAPE_CUSTOM:
        return false;
    }
    return false;
}

static struct err cbor_form_scalar(struct call *call, struct tree_reader *r,
                                   const struct shape *shape, void *out)
{
    if (read_scalar(&r->cbor, shape, out))
        return OK;
    return fail(call, &FAULT_SERIALIZATION, "A value cannot be converted to " SLICE_FMT,
                SLICE_ARG(shape->name));
}

static struct err cbor_form_custom(struct call *call, struct tree_reader *r,
                                   const struct shape *shape, void *out)
{
    (void)r, (void)out;
    return fail(call, &FAULT_SERIALIZATION, SLICE_FMT " cannot be read from CBOR",
                SLICE_ARG(shape->name));
}

static const struct tree_reader_form cbor_reader_form = {
    .peek = cbor_form_peek,
    .map_begin = cbor_form_map_begin,
    .map_next = cbor_form_map_next,
    .array_begin = cbor_form_array_begin,
    .array_next = cbor_form_array_next,
    .skip = cbor_form_skip,
    .finish = cbor_form_finish,
    .has_failed = cbor_form_has_failed,
    .scalar = cbor_form_scalar,
    .custom = cbor_form_custom,
};

static void cbor_form_write_map_begin(struct tree_writer *w)
{
    cbor_write_map_begin(&w->cbor);
}

static void cbor_form_write_map_end(struct tree_writer *w)
{
    cbor_write_map_end(&w->cbor);
}

static void cbor_form_write_array_begin(struct tree_writer *w)
{
    cbor_write_array_begin(&w->cbor);
}

static void cbor_form_write_array_end(struct tree_writer *w)
{
    cbor_write_array_end(&w->cbor);
}

static void cbor_form_write_key(struct tree_writer *w, struct slice key)
{
    cbor_write_key(&w->cbor, key);
}

static void cbor_form_write_scalar(struct tree_writer *w, const struct shape *shape,
                                   const void *value)
{
    switch (shape->kind) {
    case SHAPE_BLOB:
        cbor_write_bytes(&w->cbor, *(const struct slice *)value);
        return;
    case SHAPE_BOOLEAN:
        cbor_write_bool(&w->cbor, ((const struct opt_bool *)value)->value);
        return;
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        cbor_write_i64(&w->cbor, ((const struct opt_i64 *)value)->value);
        return;
    case SHAPE_DOUBLE:
        cbor_write_double(&w->cbor, ((const struct opt_double *)value)->value);
        return;
    case SHAPE_TIMESTAMP:
        cbor_write_timestamp(&w->cbor, ((const struct opt_time *)value)->micros);
        return;
    case SHAPE_STRING:
    case SHAPE_STRUCTURE:
    case SHAPE_LIST:
    case SHAPE_MAP:
    case SHAPE_CUSTOM:
        cbor_write_string(&w->cbor, *(const struct slice *)value);
        return;
    }
}

static const struct tree_writer_form cbor_writer_form = {
    .map_begin = cbor_form_write_map_begin,
    .map_end = cbor_form_write_map_end,
    .array_begin = cbor_form_write_array_begin,
    .array_end = cbor_form_write_array_end,
    .key = cbor_form_write_key,
    .scalar = cbor_form_write_scalar,
};

static struct err decode(struct call *call, const struct wire_request *request, void *in)
{
    struct tree_reader r = {.form = &cbor_reader_form};
    cbor_reader_init(&r.cbor, request->body, call->arena);
    return tree_decode(call, &r, request->body, in);
}

static void start(struct tree_writer *w, struct call *call, struct buf *body)
{
    w->form = &cbor_writer_form;
    w->arena = call->arena;
    cbor_writer_init(&w->cbor, body);
}

static void encode(struct call *call, const void *out, struct buf *body)
{
    struct tree_writer w;
    start(&w, call, body);
    tree_encode(&w, call->operation->output, out);
}

static void encode_fault(struct call *call, struct buf *body)
{
    struct tree_writer w;
    start(&w, call, body);
    tree_encode_fault(&w, call, PROTOCOL_RPC_V2_CBOR);
}

const struct wire_protocol wire_rpc_v2_cbor = {decode, encode, encode_fault};
