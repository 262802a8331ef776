/* Gzip by zlib's inflate. */
#include "lib/enc/gzip.h"

#include <limits.h>

#include <zlib.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"

enum { window_bits = 15, gzip_wrapper = 16, step_bytes = 16 * 1024 };

static void end_inflate(z_stream *stream)
{
    inflateEnd(stream);
}

enum gzip_result gzip_decode(struct arena *arena, struct slice compressed, size_t max_bytes,
                             struct slice *bytes)
{
    struct buf out;
    CLEANUP(end_inflate) z_stream stream = {0};
    int state = Z_OK;
    if (compressed.len > UINT_MAX || inflateInit2(&stream, window_bits + gzip_wrapper) != Z_OK)
        return GZIP_MALFORMED;
    stream.next_in = (Bytef *)(uintptr_t)compressed.ptr;
    stream.avail_in = (uInt)compressed.len;
    buf_init_arena(&out, arena, max_bytes + step_bytes);
    while (state == Z_OK && out.len <= max_bytes) {
        stream.next_out = (Bytef *)buf_reserve(&out, step_bytes);
        stream.avail_out = step_bytes;
        state = inflate(&stream, Z_NO_FLUSH);
        buf_advance(&out, step_bytes - stream.avail_out);
    }
    if (out.len > max_bytes)
        return GZIP_TOO_LARGE;
    if (state != Z_STREAM_END || stream.avail_in > 0)
        return GZIP_MALFORMED;
    *bytes = out.ptr ? buf_slice(&out) : SLICE("");
    return GZIP_OK;
}
