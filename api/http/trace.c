/* traceparent: "00-<32 hex>-<16 hex>-<2 hex>" (W3C Trace Context level 1, section 3.2). */
#include "api/http/trace.h"

#include <string.h>

#include "lib/enc/hex.h"

enum { traceparent_bytes = 55, trace_id_at = 3, span_id_at = 36, flags_at = 53 };

static bool all_of(struct slice text, bool zero_counts)
{
    bool other = zero_counts;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        other |= c != '0';
    }
    return other;
}

static bool is_traceparent(struct slice text)
{
    return text.len == traceparent_bytes && slice_starts_with(text, SLICE("00-")) &&
           all_of(slice_sub(text, trace_id_at, 32), false) && text.ptr[35] == '-' &&
           all_of(slice_sub(text, span_id_at, 16), false) && text.ptr[52] == '-' &&
           all_of(slice_sub(text, flags_at, 2), true);
}

static struct slice random_hex(struct arena *arena, struct rand *rand, size_t bytes)
{
    char raw[16];
    rand_fill(rand, raw, bytes);
    return hex_encode(arena, (struct slice){raw, bytes});
}

struct trace trace_begin(struct arena *arena, struct rand *rand, struct slice incoming)
{
    bool joined = is_traceparent(incoming);
    struct trace trace = {.id = joined ? slice_sub(incoming, trace_id_at, 32)
                                       : random_hex(arena, rand, 16)};
    struct slice flags = joined ? slice_sub(incoming, flags_at, 2) : SLICE("01");
    trace.traceparent =
        arena_printf(arena, "00-" SLICE_FMT "-" SLICE_FMT "-" SLICE_FMT, SLICE_ARG(trace.id),
                     SLICE_ARG(random_hex(arena, rand, 8)), SLICE_ARG(flags));
    return trace;
}
