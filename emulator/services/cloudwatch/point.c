/* Packing data. */
#include "emulator/services/cloudwatch/point.h"

#include <string.h>

#include <endian.h>

#include "lib/base/buf.h"

enum point_kind { SINGLE = '1', SAMPLES = 'n', SUMMARY = 's' };
enum { number_bytes = 8, packed_bytes_max = 64 * 1024 };

static void append_number(struct buf *buf, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bits = htole64(bits);
    buf_append(buf, (struct slice){(const char *)&bits, sizeof bits});
}

static double number_at(struct slice packed, size_t index)
{
    uint64_t bits;
    double number;
    memcpy(&bits, packed.ptr + 1 + index * number_bytes, sizeof bits);
    bits = le64toh(bits);
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void append_samples(struct buf *buf, const struct cloudwatch_point *point)
{
    if (point->sample_count == 1 && point->samples[0].count == 1) {
        buf_append_char(buf, SINGLE);
        append_number(buf, point->samples[0].value);
        return;
    }
    buf_append_char(buf, SAMPLES);
    for (size_t i = 0; i < point->sample_count; i++) {
        append_number(buf, point->samples[i].value);
        append_number(buf, point->samples[i].count);
    }
}

struct slice cloudwatch_point_pack(struct arena *arena, const struct cloudwatch_point *point)
{
    const struct cloudwatch_summary *summary = &point->summary;
    struct buf buf;
    buf_init_arena(&buf, arena, packed_bytes_max);
    if (point->samples) {
        append_samples(&buf, point);
        return buf_slice(&buf);
    }
    buf_append_char(&buf, SUMMARY);
    append_number(&buf, summary->sample_count);
    append_number(&buf, summary->sum);
    append_number(&buf, summary->minimum);
    append_number(&buf, summary->maximum);
    return buf_slice(&buf);
}

static void unpack_samples(struct arena *arena, struct slice packed, size_t count,
                           struct cloudwatch_point *point)
{
    bool is_single = packed.ptr[0] == SINGLE;
    struct cloudwatch_sample *samples = ARENA_ARRAY(arena, struct cloudwatch_sample, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = is_single ? (struct cloudwatch_sample){number_at(packed, 0), 1}
                               : (struct cloudwatch_sample){number_at(packed, 2 * i),
                                                            number_at(packed, 2 * i + 1)};
    *point = cloudwatch_point_of_samples(samples, count);
}

bool cloudwatch_point_unpack(struct arena *arena, struct slice packed,
                             struct cloudwatch_point *point)
{
    size_t numbers = packed.len ? (packed.len - 1) / number_bytes : 0;
    if (packed.len != 1 + numbers * number_bytes || numbers == 0)
        return false;
    if (packed.ptr[0] == SUMMARY && numbers == 4) {
        *point = (struct cloudwatch_point){
            .summary = {number_at(packed, 0), number_at(packed, 1), number_at(packed, 2),
                        number_at(packed, 3)}
        };
        return true;
    }
    if (packed.ptr[0] == SINGLE && numbers == 1) {
        unpack_samples(arena, packed, 1, point);
        return true;
    }
    if (packed.ptr[0] != SAMPLES || numbers % 2 != 0)
        return false;
    unpack_samples(arena, packed, numbers / 2, point);
    return true;
}
