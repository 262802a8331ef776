/* JSON to form parameters, XML to JSON. */
#include "lib/awsc/query.h"

#include "lib/enc/json.h"
#include "lib/enc/uri.h"
#include "lib/enc/xml.h"

enum { json_bytes_max = 16 * 1024 * 1024 };

static void append_parameter(struct buf *out, struct slice name, struct slice value)
{
    if (out->len > 0)
        buf_append_char(out, '&');
    buf_append_uri_encoded(out, name, false);
    buf_append_char(out, '=');
    buf_append_uri_encoded(out, value, false);
}

static void encode_value(struct json_reader *r, struct slice name, struct buf *out);

static void encode_object(struct json_reader *r, struct slice prefix, struct buf *out)
{
    struct slice key;
    json_object_begin(r);
    while (json_object_next(r, &key)) {
        struct slice name = prefix.len == 0 ? key
                                            : arena_printf(r->arena, SLICE_FMT "." SLICE_FMT,
                                                           SLICE_ARG(prefix), SLICE_ARG(key));
        encode_value(r, name, out);
    }
}

static void encode_list(struct json_reader *r, struct slice prefix, struct buf *out)
{
    unsigned count = 0;
    json_array_begin(r);
    while (json_array_next(r))
        encode_value(r, arena_printf(r->arena, SLICE_FMT ".member.%u", SLICE_ARG(prefix), ++count),
                     out);
    if (count == 0)
        append_parameter(out, prefix, SLICE(""));
}

static void encode_value(struct json_reader *r, struct slice name, struct buf *out)
{
    struct slice text = SLICE_NONE;
    switch (json_peek(r)) {
    case JSON_KIND_OBJECT:
        encode_object(r, name, out);
        return;
    case JSON_KIND_ARRAY:
        encode_list(r, name, out);
        return;
    case JSON_KIND_NULL:
        json_null(r);
        return;
    case JSON_KIND_STRING:
        json_string(r, &text);
        break;
    case JSON_KIND_NUMBER:
    case JSON_KIND_BOOL:
    case JSON_KIND_INVALID:
        json_raw(r, &text);
        break;
    }
    append_parameter(out, name, text);
}

bool awsc_query_encode(struct slice json, struct slice operation, struct slice version,
                       struct arena *arena, struct buf *out)
{
    struct json_reader r;
    append_parameter(out, SLICE("Action"), operation);
    append_parameter(out, SLICE("Version"), version);
    json_reader_init(&r, json, arena);
    encode_object(&r, SLICE(""), out);
    return json_finish(&r);
}

/* After the element's begin; the first child tells what the element is. */
static bool write_element(struct xml_reader *r, struct json_writer *w)
{
    struct buf text;
    enum xml_event event;
    buf_init_arena(&text, r->arena, json_bytes_max);
    while ((event = xml_next(r)) == XML_TEXT)
        buf_append(&text, r->text);
    if (event == XML_END) {
        json_write_string(w, buf_slice(&text));
        return true;
    }
    bool is_list = event == XML_BEGIN && slice_eq(r->name, SLICE("member"));
    is_list ? json_write_array_begin(w) : json_write_object_begin(w);
    while (event == XML_BEGIN || event == XML_TEXT) {
        if (event == XML_BEGIN) {
            if (!is_list)
                json_write_key(w, r->name);
            if (!write_element(r, w))
                return false;
        }
        event = xml_next(r);
    }
    is_list ? json_write_array_end(w) : json_write_object_end(w);
    return event == XML_END;
}

static bool decode_error(struct xml_reader *r, struct awsc_query_answer *answer)
{
    enum xml_event event;
    while ((event = xml_next(r)) == XML_BEGIN || event == XML_TEXT) {
        if (event == XML_TEXT)
            continue;
        bool fine = slice_eq(r->name, SLICE("Code"))      ? xml_content(r, &answer->code)
                    : slice_eq(r->name, SLICE("Message")) ? xml_content(r, &answer->message)
                                                          : xml_skip(r);
        if (!fine)
            return false;
    }
    return event == XML_END;
}

static bool decode_child(struct xml_reader *r, struct awsc_query_answer *answer)
{
    if (slice_eq(r->name, SLICE("Error")))
        return decode_error(r, answer);
    if (slice_eq(r->name, SLICE("RequestId")))
        return xml_content(r, &answer->request_id);
    if (slice_eq(r->name, SLICE("ResponseMetadata")))
        return true; /* its RequestId comes up as the next element */
    if (!slice_ends_with(r->name, SLICE("Result")))
        return xml_skip(r);
    struct buf json;
    struct json_writer w;
    buf_init_arena(&json, r->arena, json_bytes_max);
    json_writer_init(&w, &json);
    if (!write_element(r, &w))
        return false;
    if (slice_starts_with(buf_slice(&json), SLICE("{")))
        answer->result = buf_slice(&json);
    return true;
}

bool awsc_query_decode(struct slice xml, struct arena *arena, struct awsc_query_answer *answer)
{
    struct xml_reader r;
    enum xml_event event;
    *answer = (struct awsc_query_answer){.result = SLICE("{}")};
    xml_reader_init(&r, xml, arena);
    if (xml_next(&r) != XML_BEGIN)
        return false;
    while ((event = xml_next(&r)) != XML_FINISHED && event != XML_FAILED)
        if (event == XML_BEGIN && !decode_child(&r, answer))
            return false;
    return event == XML_FINISHED;
}
