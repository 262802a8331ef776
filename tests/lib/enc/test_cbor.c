#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/enc/cbor.h"
#include "lib/enc/hex.h"

static struct slice unhex(struct arena *arena, const char *text)
{
    struct slice bytes = SLICE_NONE;
    cr_assert(hex_decode(arena, slice_from_cstr(text), &bytes), "%s", text);
    /* A copy of the very size lets the sanitizer see a read past the end. */
    return (struct slice){memcpy(arena_alloc(arena, bytes.len), bytes.ptr, bytes.len), bytes.len};
}

static bool accepts(const char *text)
{
    struct arena arena = {0};
    struct cbor_reader r;
    cbor_reader_init(&r, unhex(&arena, text), &arena);
    cbor_skip(&r);
    bool whole = cbor_finish(&r);
    arena_done(&arena);
    return whole;
}

Test(cbor, accepts_the_examples_of_rfc_8949)
{
    const char *texts[] = {"00",
                           "1bffffffffffffffff",
                           "3bffffffffffffffff",
                           "20",
                           "f90000",
                           "fa47c35000",
                           "fb7e37e43c8800759c",
                           "f97c00",
                           "f4",
                           "f6",
                           "f7",
                           "c074323031332d30332d32315432303a30343a30305a",
                           "c11a514b67b0",
                           "c1fb41d452d9ec200000",
                           "d74401020304",
                           "40",
                           "4401020304",
                           "62c3bc",
                           "83010203",
                           "a26161016162820203",
                           "5f42010243030405ff",
                           "7f657374726561646d696e67ff",
                           "9fff",
                           "9f018202039f0405ffff",
                           "bf61610161629f0203ffff",
                           "80",
                           "a0"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect(accepts(texts[i]), "%s", texts[i]);
}

Test(cbor, refuses_what_is_cut_off_or_not_well_formed)
{
    const char *texts[] = {"",
                           "18",
                           "19ff",
                           "1c",
                           "1f",
                           "3f",
                           "41",
                           "61",
                           "62c3",
                           "61ff",
                           "81",
                           "a1",
                           "a16161",
                           "a10102",
                           "9f",
                           "bf",
                           "bf6161ff",
                           "5f",
                           "5f6161ff",
                           "5f5fffff",
                           "7f4161ff",
                           "7f61ffff",
                           "ff",
                           "f8",
                           "fc",
                           "f0",
                           "c1",
                           "df00",
                           "c1f6",
                           "0000",
                           "9bffffffffffffffff",
                           "9a0fffffff",
                           "f9",
                           "fa000000",
                           "d8",
                           "5bffffffffffffffff"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect_not(accepts(texts[i]), "%s", texts[i]);
}

static bool accepts_nesting(size_t depth)
{
    char bytes[CBOR_DEPTH_MAX + 2];
    struct arena arena = {0};
    struct cbor_reader r;
    memset(bytes, 0x81, depth);
    bytes[depth] = 0;
    cbor_reader_init(&r, (struct slice){bytes, depth + 1}, &arena);
    cbor_skip(&r);
    bool whole = cbor_finish(&r);
    arena_done(&arena);
    return whole;
}

Test(cbor, refuses_nesting_past_the_limit)
{
    cr_expect(accepts_nesting(CBOR_DEPTH_MAX));
    cr_expect_not(accepts_nesting(CBOR_DEPTH_MAX + 1));
}

Test(cbor, reads_a_map_member_by_member)
{
    struct arena arena = {0};
    struct cbor_reader r;
    struct slice key;
    struct slice name = SLICE_NONE;
    struct slice bytes = SLICE_NONE;
    int64_t number = 0;
    bool on = false;
    /* {"s": (_ "he", "llo"), "b": h'00ff', "n": -500, "t": true, "x": [1, {}]} */
    cbor_reader_init(
        &r, unhex(&arena, "bf61737f626865636c6c6fff61624200ff616e3901f36174f561788201a0ff"),
        &arena);
    cr_assert(cbor_map_begin(&r));
    while (cbor_map_next(&r, &key)) {
        if (slice_eq(key, SLICE("s")))
            cbor_string(&r, &name);
        else if (slice_eq(key, SLICE("b")))
            cbor_bytes(&r, &bytes);
        else if (slice_eq(key, SLICE("n")))
            cbor_i64(&r, &number);
        else if (slice_eq(key, SLICE("t")))
            cbor_bool(&r, &on);
        else
            cbor_skip(&r);
    }
    cr_expect(cbor_finish(&r));
    cr_expect(slice_eq(name, SLICE("hello")));
    cr_expect(slice_eq(bytes, (struct slice){"\0\xFF", 2}));
    cr_expect_eq(number, -500);
    cr_expect(on);
    arena_done(&arena);
}

static double read_double(const char *text)
{
    struct arena arena = {0};
    struct cbor_reader r;
    double value = -1;
    cbor_reader_init(&r, unhex(&arena, text), &arena);
    cr_expect(cbor_double(&r, &value) && cbor_finish(&r), "%s", text);
    arena_done(&arena);
    return value;
}

Test(cbor, reads_floats_of_every_width)
{
    cr_expect_eq(read_double("f93c00"), 1.0);
    cr_expect_eq(read_double("f97bff"), 65504.0);
    cr_expect_eq(read_double("f90001"), 5.960464477539063e-8);
    cr_expect_eq(read_double("f9c400"), -4.0);
    cr_expect_eq(read_double("f9fc00"), -INFINITY);
    cr_expect(isnan(read_double("f97e00")));
    cr_expect_eq(read_double("fa47c35000"), 100000.0);
    cr_expect_eq(read_double("fb3ff199999999999a"), 1.1);
    cr_expect_eq(read_double("3863"), -100.0);
}

static bool read_timestamp(const char *text, int64_t *micros)
{
    struct arena arena = {0};
    struct cbor_reader r;
    cbor_reader_init(&r, unhex(&arena, text), &arena);
    bool fine = cbor_peek(&r) == CBOR_KIND_TIMESTAMP && cbor_timestamp(&r, micros);
    arena_done(&arena);
    return fine;
}

Test(cbor, reads_epoch_times_and_refuses_those_out_of_range)
{
    int64_t micros = 0;
    cr_expect(read_timestamp("c11a514b67b0", &micros) && micros == 1363896240000000);
    cr_expect(read_timestamp("c1fb41d452d9ec200000", &micros) && micros == 1363896240500000);
    cr_expect(read_timestamp("d9000100", &micros) == false);
    cr_expect_not(read_timestamp("c11b7fffffffffffffff", &micros));
    cr_expect_not(read_timestamp("c1fb7fefffffffffffff", &micros));
    cr_expect_not(read_timestamp("c1f97e00", &micros));
    cr_expect_not(read_timestamp("c16161", &micros));
}

Test(cbor, errors_are_sticky_and_say_where)
{
    struct arena arena = {0};
    struct cbor_reader r;
    struct slice text;
    int64_t number;
    cbor_reader_init(&r, unhex(&arena, "8201616100"), &arena);
    cr_expect(cbor_array_begin(&r) && cbor_array_next(&r));
    cr_expect_not(cbor_string(&r, &text));
    cr_expect_eq(r.error_offset, 1);
    cr_expect_not(cbor_i64(&r, &number));
    cr_expect_not(cbor_array_next(&r));
    cr_expect_not(cbor_finish(&r));
    arena_done(&arena);
}

static void write_all_kinds(struct cbor_writer *w)
{
    cbor_write_map_begin(w);
    cbor_write_key(w, SLICE("a"));
    cbor_write_array_begin(w);
    cbor_write_i64(w, 0);
    cbor_write_i64(w, 24);
    cbor_write_i64(w, INT64_MIN);
    cbor_write_i64(w, INT64_MAX);
    cbor_write_double(w, 1.5);
    cbor_write_double(w, 1.1);
    cbor_write_double(w, INFINITY);
    cbor_write_array_end(w);
    cbor_write_key(w, SLICE("b"));
    cbor_write_bytes(w, SLICE("\x01"));
    cbor_write_key(w, SLICE("t"));
    cbor_write_timestamp(w, 1363896240000000);
    cbor_write_key(w, SLICE("u"));
    cbor_write_timestamp(w, 1363896240500000);
    cbor_write_key(w, SLICE("z"));
    cbor_write_bool(w, true);
    cbor_write_key(w, SLICE("n"));
    cbor_write_null(w);
    cbor_write_map_end(w);
}

Test(cbor, writer_uses_the_shortest_heads)
{
    struct arena arena = {0};
    struct buf out;
    struct cbor_writer w;
    buf_init_arena(&out, &arena, 1000);
    cbor_writer_init(&w, &out);
    write_all_kinds(&w);
    struct slice expected = unhex(&arena, "bf61619f0018183b7fffffffffffffff1b7fffffffffffffff"
                                          "fa3fc00000fb3ff199999999999afa7f800000ff"
                                          "61624101"
                                          "6174c11a514b67b0"
                                          "6175c1fb41d452d9ec200000"
                                          "617af5"
                                          "616ef6ff");
    cr_expect(slice_eq(buf_slice(&out), expected), SLICE_FMT,
              SLICE_ARG(hex_encode(&arena, buf_slice(&out))));
    arena_done(&arena);
}

Test(cbor, no_prefix_of_a_value_is_a_value)
{
    struct arena arena = {0};
    struct buf out;
    struct cbor_writer w;
    buf_init_arena(&out, &arena, 1000);
    cbor_writer_init(&w, &out);
    write_all_kinds(&w);
    for (size_t len = 0; len <= out.len; len++) {
        struct cbor_reader r;
        char *copy = memcpy(arena_alloc(&arena, len), out.ptr, len);
        cbor_reader_init(&r, (struct slice){copy, len}, &arena);
        cbor_skip(&r);
        cr_expect_eq(cbor_finish(&r), len == out.len, "%zu bytes", len);
    }
    arena_done(&arena);
}
