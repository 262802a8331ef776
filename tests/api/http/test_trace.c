#include <criterion/criterion.h>

#include "api/http/trace.h"
#include "lib/base/attributes.h"

static const char *const incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

Test(trace, goes_on_with_the_callers_trace_under_a_new_span)
{
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    struct trace trace = trace_begin(&arena, &rand, slice_from_cstr(incoming));
    cr_expect(slice_eq(trace.id, SLICE("0af7651916cd43dd8448eb211c80319c")));
    cr_expect_eq(trace.traceparent.len, 55);
    cr_expect(slice_starts_with(trace.traceparent, SLICE("00-0af7651916cd43dd8448eb211c80319c-")));
    cr_expect_not(slice_contains(trace.traceparent, SLICE("b7ad6b7169203331")));
    cr_expect(slice_ends_with(trace.traceparent, SLICE("-00")), "its sampling flag is kept");
    arena_done(&arena);
}

Test(trace, begins_one_where_the_header_is_absent_or_malformed)
{
    static const char *const bad[] = {
        NULL,
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "00-00000000000000000000000000000000-b7ad6b7169203331-00",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-00",
        "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-00",
    };
    struct arena arena = {0};
    struct rand rand = rand_seeded(1);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct trace trace = trace_begin(&arena, &rand, slice_from_cstr(bad[i]));
        cr_expect_eq(trace.id.len, 32);
        cr_expect_not(slice_eq(trace.id, SLICE("0af7651916cd43dd8448eb211c80319c")));
        cr_expect(slice_ends_with(trace.traceparent, SLICE("-01")));
    }
    arena_done(&arena);
}
