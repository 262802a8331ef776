/* Packing dimensions. */
#include "emulator/services/cloudwatch/dimensions.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"

enum { length_bytes = 2, packed_bytes_max = 1024 * 1024 };

static int by_name(const void *a, const void *b)
{
    return slice_compare(((const struct cloudwatch_dimension *)a)->name,
                         ((const struct cloudwatch_dimension *)b)->name);
}

static void append_text(struct buf *buf, struct slice text)
{
    buf_append_char(buf, (char)(text.len >> 8));
    buf_append_char(buf, (char)(text.len & 0xFF));
    buf_append(buf, text);
}

struct slice cloudwatch_dimensions_pack(struct arena *arena,
                                        const struct cloudwatch_dimensions *dimensions)
{
    struct buf buf;
    struct cloudwatch_dimension *sorted =
        ARENA_ARRAY(arena, struct cloudwatch_dimension, dimensions->count);
    if (dimensions->count == 0)
        return SLICE("");
    memcpy(sorted, dimensions->items, dimensions->count * sizeof *sorted);
    qsort(sorted, dimensions->count, sizeof *sorted, by_name);
    buf_init_arena(&buf, arena, packed_bytes_max);
    for (size_t i = 0; i < dimensions->count; i++) {
        append_text(&buf, sorted[i].name);
        append_text(&buf, sorted[i].value);
    }
    return buf_slice(&buf);
}

static struct slice take_text(struct slice *rest)
{
    size_t len = (size_t)(unsigned char)rest->ptr[0] << 8 | (unsigned char)rest->ptr[1];
    struct slice text = slice_sub(*rest, length_bytes, len);
    *rest = slice_from(*rest, length_bytes + len);
    return text;
}

struct cloudwatch_dimensions cloudwatch_dimensions_unpack(struct arena *arena, struct slice packed)
{
    struct cloudwatch_dimensions dimensions = {.is_set = true};
    size_t count = 0;
    for (struct slice rest = packed; rest.len >= length_bytes; count++) {
        take_text(&rest);
        take_text(&rest);
    }
    dimensions.items = ARENA_ARRAY(arena, struct cloudwatch_dimension, count);
    dimensions.count = count;
    for (size_t i = 0; i < count; i++) {
        dimensions.items[i].name = take_text(&packed);
        dimensions.items[i].value = take_text(&packed);
    }
    return dimensions;
}

static bool has_match(const struct cloudwatch_dimensions *dimensions,
                      const struct cloudwatch_dimension_filter *filter)
{
    for (size_t i = 0; i < dimensions->count; i++)
        if (slice_eq(dimensions->items[i].name, filter->name))
            return !slice_is_set(filter->value) ||
                   slice_eq(dimensions->items[i].value, filter->value);
    return false;
}

bool cloudwatch_dimensions_match(const struct cloudwatch_dimensions *dimensions,
                                 const struct cloudwatch_dimension_filters *filters)
{
    for (size_t i = 0; i < filters->count; i++)
        if (!has_match(dimensions, &filters->items[i]))
            return false;
    return true;
}
