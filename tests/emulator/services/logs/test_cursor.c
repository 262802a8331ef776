#include <criterion/criterion.h>

#include "emulator/services/logs/cursor.h"
#include "lib/base/attributes.h"

Test(cursor, text_comes_back_as_the_same_place)
{
    static const struct logs_cursor cursors[] = {
        {false, 1795350896123,  42       },
        {true,  0,              0        },
        {false, 0,              INT64_MAX},
        {true,  99999999999999, 1        }
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(cursors); i++) {
        struct logs_cursor read = {0};
        cr_assert(logs_cursor_parse(logs_cursor_text(&arena, &cursors[i]), &read));
        cr_expect_eq(read.backward, cursors[i].backward);
        cr_expect_eq(read.timestamp, cursors[i].timestamp);
        cr_expect_eq(read.id, cursors[i].id);
    }
    arena_done(&arena);
}

Test(cursor, text_has_awss_form)
{
    struct arena arena = {0};
    cr_expect(slice_eq(logs_cursor_text(&arena, &(struct logs_cursor){false, 1795350896000, 42}),
                       SLICE("f/00001795350896000000000000000000000000000000000000000042/s")));
    cr_expect(slice_starts_with(logs_cursor_text(&arena, &(struct logs_cursor){true, -5, 1}),
                                SLICE("b/00000000000000000000")));
    arena_done(&arena);
}

Test(cursor, event_ids_sort_as_time_and_arrival)
{
    struct arena arena = {0};
    struct slice first = logs_event_id(&arena, 999, 7);
    struct slice second = logs_event_id(&arena, 1000, 6);
    struct slice third = logs_event_id(&arena, 1000, 10);
    cr_expect_eq(first.len, 56);
    cr_expect_lt(slice_compare(first, second), 0);
    cr_expect_lt(slice_compare(second, third), 0);
    arena_done(&arena);
}

Test(cursor, refuses_other_texts)
{
    static const char *const texts[] = {
        "",
        "junk",
        "f/1/s",
        "x/00001795350896000000000000000000000000000000000000000042/s",
        "f/00001795350896000000000000000000000000000000000000000042/x",
        "f/0000179535089600000000000000000000000000000000000000004/s",
        "f/000017953508960000000000000000000000000000000000000000420/s",
        "f/00001795350896000000000000000000000000000000000000000a42/s",
        "f/-0001795350896000000000000000000000000000000000000000042/s",
        "f/00001795350896000999999999999999999999999999999999999999/s",
    };
    struct logs_cursor read;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_expect_not(logs_cursor_parse(slice_from_cstr(texts[i]), &read), "%s", texts[i]);
}
