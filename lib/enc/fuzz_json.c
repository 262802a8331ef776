/* Fuzz target: the JSON reader (json_skip, json_raw, json_string) and the writer's quoting. */
#include <stdint.h>
#include <stdlib.h>

#include "lib/enc/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text that the writer quotes reads back as the same text. */
static void check_quoting(struct slice text, struct arena *arena)
{
    struct json_reader r;
    struct slice back;
    struct buf out;
    if (!slice_is_utf8(text))
        return;
    buf_init_arena(&out, arena, SIZE_MAX / 4);
    buf_append_quoted(&out, text);
    json_reader_init(&r, buf_slice(&out), arena);
    if (!json_string(&r, &back) || !json_finish(&r) || !slice_eq(back, text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice text = {(const char *)data, size};
    struct slice raw;
    struct json_reader r;
    json_reader_init(&r, text, &arena);
    if (json_raw(&r, &raw) && json_finish(&r)) {
        struct json_reader again; /* what was accepted once is accepted again */
        json_reader_init(&again, raw, &arena);
        if (!json_skip(&again) || !json_finish(&again))
            abort();
    } else if (r.error_offset > size) {
        abort();
    }
    check_quoting(text, &arena);
    arena_done(&arena);
    return 0;
}
