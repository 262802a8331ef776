#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/enc/json.h"

static bool accepts(const char *text)
{
    struct arena arena = {0};
    struct json_reader r;
    json_reader_init(&r, slice_from_cstr(text), &arena);
    json_skip(&r);
    bool whole = json_finish(&r);
    arena_done(&arena);
    return whole;
}

Test(json, accepts_every_form_of_value)
{
    const char *texts[] = {"{}",
                           " [ ] ",
                           "null",
                           "true",
                           "-0.5e+10",
                           "\"\"",
                           "0",
                           "[1,[2,{}]]",
                           "{\"a\":{\"b\":[]}}",
                           "\"\\u00fc\\n\""};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect(accepts(texts[i]), "%s", texts[i]);
}

Test(json, refuses_what_rfc_8259_does_not_allow)
{
    const char *texts[] = {"",          "{",        "[1,]", "{\"a\"}",     "{\"a\":1,}",
                           "01",        "1.",       "+1",   "nul",         "[1 2]",
                           "\"\\x\"",   "\"a",      "1 2",  "{a:1}",       "\"\t\"",
                           "\"\xff\"",  "-",        "1e",   "\"\\ud800\"", "\"\\udc00\\ud800\"",
                           "[\"a\":1]", "{\"a\",1}"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect_not(accepts(texts[i]), "%s", texts[i]);
}

Test(json, refuses_nesting_past_the_limit)
{
    char text[2 * JSON_DEPTH_MAX + 3];
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    text[2 * JSON_DEPTH_MAX] = 0;
    cr_expect(accepts(text));
    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    text[2 * JSON_DEPTH_MAX + 2] = 0;
    cr_expect_not(accepts(text));
}

Test(json, reads_an_object_member_by_member)
{
    struct arena arena = {0};
    struct json_reader r;
    json_reader_init(&r, SLICE("{\"name\":\"a\\ud83d\\udcb0\",\"n\":-12,\"on\":true,\"x\":[1,2]}"),
                     &arena);
    struct slice key;
    struct slice name = SLICE_NONE;
    struct slice number = SLICE_NONE;
    struct slice raw = SLICE_NONE;
    bool on = false;
    cr_assert(json_object_begin(&r));
    while (json_object_next(&r, &key)) {
        if (slice_eq(key, SLICE("name")))
            json_string(&r, &name);
        else if (slice_eq(key, SLICE("n")))
            json_number(&r, &number);
        else if (slice_eq(key, SLICE("on")))
            json_bool(&r, &on);
        else
            json_raw(&r, &raw);
    }
    cr_expect(json_finish(&r));
    cr_expect(slice_eq(name, SLICE("a\xF0\x9F\x92\xB0")));
    cr_expect(slice_eq(number, SLICE("-12")));
    cr_expect(on);
    cr_expect(slice_eq(raw, SLICE("[1,2]")));
    arena_done(&arena);
}

Test(json, says_where_the_text_went_wrong)
{
    struct arena arena = {0};
    struct json_reader r;
    json_reader_init(&r, SLICE("{\"a\": tru }"), &arena);
    json_skip(&r);
    cr_expect(r.failed);
    cr_expect_eq(r.error_offset, 6);
    arena_done(&arena);
}

Test(json, writer_puts_commas_and_quotes)
{
    struct arena arena = {0};
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, &arena, 1000);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("a"));
    json_write_array_begin(&w);
    json_write_i64(&w, 1);
    json_write_double(&w, 0.1);
    json_write_double(&w, NAN);
    json_write_array_end(&w);
    json_write_key(&w, SLICE("b"));
    json_write_null(&w);
    json_write_key(&w, SLICE("c"));
    json_write_bool(&w, false);
    json_write_object_end(&w);
    cr_expect(slice_eq(buf_slice(&out), SLICE("{\"a\":[1,0.1,\"NaN\"],\"b\":null,\"c\":false}")));
    arena_done(&arena);
}
