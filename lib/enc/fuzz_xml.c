/* Fuzz target: the XML reader's events, and the writer's escaping of whatever text they carry. */
#include <stdint.h>
#include <stdlib.h>

#include "lib/enc/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_escaping(struct slice text, struct arena *arena)
{
    struct buf out;
    struct xml_writer w;
    struct xml_reader r;
    struct slice back;
    buf_init_arena(&out, arena, SIZE_MAX / 4);
    xml_writer_init(&w, &out);
    xml_write_element(&w, SLICE("a"), text);
    xml_reader_init(&r, buf_slice(&out), arena);
    if (xml_next(&r) != XML_BEGIN || !xml_content(&r, &back) || xml_next(&r) != XML_FINISHED)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct xml_reader r;
    enum xml_event event;
    size_t begun = 0;
    size_t ended = 0;
    xml_reader_init(&r, (struct slice){(const char *)data, size}, &arena);
    while ((event = xml_next(&r)) != XML_FINISHED && event != XML_FAILED) {
        begun += event == XML_BEGIN;
        ended += event == XML_END;
    }
    if ((event == XML_FINISHED && (begun != ended || begun == 0)) || r.error_offset > size)
        abort();
    check_escaping((struct slice){(const char *)data, size}, &arena);
    arena_done(&arena);
    return 0;
}
