#include <string.h>

#include <criterion/criterion.h>

#include "lib/base/attributes.h"
#include "lib/enc/xml.h"

/* The events as text: "<a" for a begin, "'text" and ">a" for an end. */
static struct slice trace(struct arena *arena, struct slice text, bool *fine)
{
    struct xml_reader r;
    struct buf out;
    enum xml_event event;
    buf_init_arena(&out, arena, 10000);
    xml_reader_init(&r, text, arena);
    while ((event = xml_next(&r)) != XML_FINISHED && event != XML_FAILED) {
        static const char marks[] = {
            [XML_BEGIN] = '<', [XML_TEXT] = '\'', [XML_END] = '>', [XML_FINISHED] = 0};
        buf_append_char(&out, marks[event]);
        buf_append(&out, event == XML_TEXT ? r.text : r.name);
    }
    *fine = event == XML_FINISHED;
    return buf_slice(&out);
}

static void expect_trace(const char *text, const char *expected)
{
    struct arena arena = {0};
    bool fine;
    struct slice events = trace(&arena, slice_from_cstr(text), &fine);
    cr_expect(fine, "%s", text);
    cr_expect(slice_eq_cstr(events, expected), "%s: " SLICE_FMT, text, SLICE_ARG(events));
    arena_done(&arena);
}

Test(xml, reads_elements_text_and_entities)
{
    expect_trace("<a/>", "<a>a");
    expect_trace("<?xml version=\"1.0\"?>\n<a x='1' y=\"&lt;\">t</a>\n", "<a't>a");
    expect_trace("<a><b>1</b><!-- no --><b/></a >", "<a<b'1>b<b>b>a");
    expect_trace("<a>&lt;&amp;&#65;&#x20AC;&apos;</a>", "<a'<&A\xE2\x82\xAC'>a");
    expect_trace("<a><![CDATA[<b>&amp;]]></a>", "<a'<b>&amp;>a");
    expect_trace("<ns:a xmlns:ns=\"u\"><ns:b>x</ns:b></ns:a>", "<a<b'x>b>a");
}

Test(xml, refuses_what_is_not_well_formed)
{
    const char *bad[] = {"",
                         "  ",
                         "text",
                         "<a>",
                         "<a></b>",
                         "</a>",
                         "<a/><b/>",
                         "<a/>x",
                         "<a",
                         "<a x>",
                         "<a x=1/>",
                         "<a x='1/>",
                         "<a>&no;</a>",
                         "<a>&#0;</a>",
                         "<a>&#xD800;</a>",
                         "<a>&#;</a>",
                         "<a>&lt</a>",
                         "<1/>",
                         "<!DOCTYPE a><a/>",
                         "<a><!-- </a>",
                         "<a>\xFF</a>",
                         "<a><![CDATA[</a>",
                         "<a x='1'y='2'/>",
                         "< a/>",
                         "<a>&#99999999999;</a>",
                         "<a>&#x110000;</a>"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena arena = {0};
        bool fine;
        trace(&arena, slice_from_cstr(bad[i]), &fine);
        cr_expect_not(fine, "%s", bad[i]);
        arena_done(&arena);
    }
}

Test(xml, refuses_nesting_past_the_limit)
{
    for (size_t depth = XML_DEPTH_MAX; depth <= XML_DEPTH_MAX + 1; depth++) {
        struct arena arena = {0};
        struct buf text;
        bool fine;
        buf_init_arena(&text, &arena, 10000);
        for (size_t i = 0; i < depth; i++)
            buf_append(&text, SLICE("<a>"));
        for (size_t i = 0; i < depth; i++)
            buf_append(&text, SLICE("</a>"));
        trace(&arena, buf_slice(&text), &fine);
        cr_expect_eq(fine, depth == XML_DEPTH_MAX);
        arena_done(&arena);
    }
}

Test(xml, reads_an_aws_error)
{
    struct arena arena = {0};
    struct xml_reader r;
    struct slice code = SLICE_NONE;
    xml_reader_init(&r,
                    SLICE("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                          "<Error><Type>Sender</Type><Code>Invalid&amp;Action</Code><Detail><x>1"
                          "</x></Detail></Error></ErrorResponse>"),
                    &arena);
    enum xml_event event;
    while ((event = xml_next(&r)) != XML_FINISHED && event != XML_FAILED) {
        if (event == XML_BEGIN && slice_eq(r.name, SLICE("Code")))
            cr_expect(xml_content(&r, &code));
        else if (event == XML_BEGIN && slice_eq(r.name, SLICE("Detail")))
            cr_expect(xml_skip(&r));
    }
    cr_expect_eq(event, XML_FINISHED);
    cr_expect(slice_eq(code, SLICE("Invalid&Action")));
    arena_done(&arena);
}

Test(xml, content_with_an_element_inside_fails)
{
    struct arena arena = {0};
    struct xml_reader r;
    struct slice text;
    xml_reader_init(&r, SLICE("<a>1<b/></a>"), &arena);
    cr_assert_eq(xml_next(&r), XML_BEGIN);
    cr_expect_not(xml_content(&r, &text));
    cr_expect_eq(xml_next(&r), XML_FAILED);
    arena_done(&arena);
}

Test(xml, writer_escapes_and_closes_tags)
{
    struct arena arena = {0};
    struct buf out;
    struct xml_writer w;
    buf_init_arena(&out, &arena, 1000);
    xml_writer_init(&w, &out);
    xml_write_begin(&w, SLICE("a"));
    xml_write_attribute(&w, SLICE("x"), SLICE("<\"&"));
    xml_write_element(&w, SLICE("b"), SLICE("1 < 2\r\x01\xFF"));
    xml_write_begin(&w, SLICE("c"));
    xml_write_end(&w, SLICE("c"));
    xml_write_end(&w, SLICE("a"));
    cr_expect(slice_eq(buf_slice(&out), SLICE("<a x=\"&lt;&quot;&amp;\"><b>1 &lt; 2&#xD;\xEF\xBF"
                                              "\xBD\xEF\xBF\xBD</b><c/></a>")),
              SLICE_FMT, SLICE_ARG(buf_slice(&out)));
    arena_done(&arena);
}

Test(xml, reader_gives_back_what_the_writer_wrote)
{
    struct arena arena = {0};
    struct buf out;
    struct xml_writer w;
    struct xml_reader r;
    struct slice text = SLICE_NONE;
    struct slice wanted = SLICE("\t\n\r<>&\"' \xC3\xBC ]]>");
    buf_init_arena(&out, &arena, 1000);
    xml_writer_init(&w, &out);
    xml_write_declaration(&w);
    xml_write_element(&w, SLICE("a"), wanted);
    xml_reader_init(&r, buf_slice(&out), &arena);
    cr_expect(xml_next(&r) == XML_BEGIN && xml_content(&r, &text));
    cr_expect(slice_eq(text, wanted));
    arena_done(&arena);
}
