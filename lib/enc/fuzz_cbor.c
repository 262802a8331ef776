/* Fuzz target: the CBOR reader (cbor_skip, cbor_raw and each kind of value). */
#include <stdint.h>
#include <stdlib.h>

#include "lib/enc/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads by kind and writes again what it reads. */
static void copy_value(struct cbor_reader *r, struct cbor_writer *w)
{
    struct slice text;
    int64_t number;
    double real;
    bool flag;
    switch (cbor_peek(r)) {
    case CBOR_KIND_MAP:
        cbor_write_map_begin(w);
        if (cbor_map_begin(r))
            while (cbor_map_next(r, &text)) {
                cbor_write_key(w, text);
                copy_value(r, w);
            }
        cbor_write_map_end(w);
        return;
    case CBOR_KIND_ARRAY:
        cbor_write_array_begin(w);
        if (cbor_array_begin(r))
            while (cbor_array_next(r))
                copy_value(r, w);
        cbor_write_array_end(w);
        return;
    case CBOR_KIND_STRING:
        if (cbor_string(r, &text))
            cbor_write_string(w, text);
        return;
    case CBOR_KIND_BYTES:
        if (cbor_bytes(r, &text))
            cbor_write_bytes(w, text);
        return;
    case CBOR_KIND_INTEGER:
        if (cbor_i64(r, &number))
            cbor_write_i64(w, number);
        return;
    case CBOR_KIND_FLOAT:
        if (cbor_double(r, &real))
            cbor_write_double(w, real);
        return;
    case CBOR_KIND_TIMESTAMP:
        if (cbor_timestamp(r, &number))
            cbor_write_timestamp(w, number);
        return;
    case CBOR_KIND_BOOL:
        if (cbor_bool(r, &flag))
            cbor_write_bool(w, flag);
        return;
    case CBOR_KIND_NULL:
        if (cbor_null(r))
            cbor_write_null(w);
        return;
    case CBOR_KIND_INVALID:
        cbor_reject(r);
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice bytes = {(const char *)data, size};
    struct slice raw;
    struct cbor_reader r;
    cbor_reader_init(&r, bytes, &arena);
    if (cbor_raw(&r, &raw) && raw.len > size)
        abort();
    if (r.failed && r.error_offset > size)
        abort();
    struct buf out;
    struct cbor_writer w;
    buf_init_arena(&out, &arena, SIZE_MAX / 4);
    cbor_writer_init(&w, &out);
    cbor_reader_init(&r, bytes, &arena);
    copy_value(&r, &w);
    if (cbor_finish(&r)) {
        cbor_reader_init(&r, buf_slice(&out), &arena); /* what we write is well-formed */
        if (!cbor_skip(&r) || !cbor_finish(&r))
            abort();
    }
    arena_done(&arena);
    return 0;
}
