/* The CBOR pull reader and the writer. */
#include "lib/enc/cbor.h"

#include <math.h>
#include <string.h>

enum major {
    MAJOR_UNSIGNED,
    MAJOR_NEGATIVE,
    MAJOR_BYTES,
    MAJOR_TEXT,
    MAJOR_ARRAY,
    MAJOR_MAP,
    MAJOR_TAG,
    MAJOR_SIMPLE
};

enum {
    info_one_byte = 24, /* the argument follows in 1, 2, 4 or 8 bytes */
    info_eight_bytes = 27,
    info_indefinite = 31,
    simple_false = 20,
    simple_true = 21,
    simple_null = 22,
    simple_undefined = 23,
    simple_half = 25,
    simple_single = 26,
    simple_double = 27,
    tag_epoch = 1,
    byte_break = 0xFF,
    byte_epoch_tag = 0xC1
};

#define INDEFINITE UINT64_MAX

/* The initial byte of a data item and its argument (RFC 8949 section 3). */
struct head {
    enum major major;
    unsigned info;
    uint64_t argument;
};

void cbor_reader_init(struct cbor_reader *r, struct slice bytes, struct arena *arena)
{
    r->start = (const unsigned char *)(bytes.ptr ? bytes.ptr : "");
    r->next = r->start;
    r->end = r->start + bytes.len;
    r->arena = arena;
    r->error_offset = 0;
    r->depth = 0;
    r->failed = false;
}

bool cbor_reject(struct cbor_reader *r)
{
    if (!r->failed) {
        r->failed = true;
        r->error_offset = (size_t)(r->next - r->start);
    }
    return false;
}

static size_t bytes_left(const struct cbor_reader *r)
{
    return (size_t)(r->end - r->next);
}

static bool take_head(struct cbor_reader *r, struct head *head)
{
    if (r->failed || r->next == r->end)
        return cbor_reject(r);
    head->major = (enum major)(*r->next >> 5);
    head->info = *r->next & 31;
    head->argument = head->info;
    if (head->info == info_indefinite) {
        head->argument = INDEFINITE;
    } else if (head->info >= info_one_byte) {
        size_t width = (size_t)1 << (head->info - info_one_byte);
        if (head->info > info_eight_bytes || bytes_left(r) <= width)
            return cbor_reject(r);
        head->argument = 0;
        for (size_t i = 1; i <= width; i++)
            head->argument = head->argument << 8 | r->next[i];
        r->next += width;
    }
    r->next++;
    return true;
}

/* Passes over tags but tag 1; the same time may be tagged in a longer form, which is passed too. */
static bool skip_tags(struct cbor_reader *r)
{
    struct head tag = {0};
    while (!r->failed && r->next < r->end && *r->next >> 5 == MAJOR_TAG &&
           *r->next != byte_epoch_tag)
        if (take_head(r, &tag) && tag.info == info_indefinite)
            return cbor_reject(r);
    return !r->failed;
}

static bool take(struct cbor_reader *r, enum major major, struct head *head)
{
    if (!skip_tags(r) || r->next == r->end || *r->next >> 5 != (int)major)
        return cbor_reject(r);
    return take_head(r, head);
}

enum cbor_kind cbor_peek(struct cbor_reader *r)
{
    static const enum cbor_kind kinds[] = {
        [MAJOR_UNSIGNED] = CBOR_KIND_INTEGER, [MAJOR_NEGATIVE] = CBOR_KIND_INTEGER,
        [MAJOR_BYTES] = CBOR_KIND_BYTES,      [MAJOR_TEXT] = CBOR_KIND_STRING,
        [MAJOR_ARRAY] = CBOR_KIND_ARRAY,      [MAJOR_MAP] = CBOR_KIND_MAP,
        [MAJOR_TAG] = CBOR_KIND_TIMESTAMP,    [MAJOR_SIMPLE] = CBOR_KIND_INVALID,
    };
    static const enum cbor_kind simple_kinds[32] = {
        [simple_false] = CBOR_KIND_BOOL,   [simple_true] = CBOR_KIND_BOOL,
        [simple_null] = CBOR_KIND_NULL,    [simple_undefined] = CBOR_KIND_NULL,
        [simple_half] = CBOR_KIND_FLOAT,   [simple_single] = CBOR_KIND_FLOAT,
        [simple_double] = CBOR_KIND_FLOAT,
    };
    if (!skip_tags(r) || r->next == r->end)
        return CBOR_KIND_INVALID;
    unsigned major = *r->next >> 5;
    return major == MAJOR_SIMPLE ? simple_kinds[*r->next & 31] : kinds[major];
}

static bool begin(struct cbor_reader *r, enum major major)
{
    struct head head = {0};
    if (!take(r, major, &head))
        return false;
    /* Each element takes a byte at least, so a larger count is a lie. */
    if (r->depth == CBOR_DEPTH_MAX ||
        (head.argument != INDEFINITE && head.argument > bytes_left(r)))
        return cbor_reject(r);
    if (head.argument == INDEFINITE && head.info != info_indefinite)
        return cbor_reject(r);
    r->left[r->depth++] = head.argument;
    return true;
}

static bool next_element(struct cbor_reader *r)
{
    if (r->failed || r->depth == 0)
        return false;
    uint64_t *left = &r->left[r->depth - 1];
    bool indefinite = *left == INDEFINITE;
    bool at_break = indefinite && r->next < r->end && *r->next == byte_break;
    if (at_break || *left == 0) {
        r->next += at_break;
        r->depth--;
        return false;
    }
    if (!indefinite)
        (*left)--;
    return r->next < r->end || cbor_reject(r);
}

bool cbor_map_begin(struct cbor_reader *r)
{
    return begin(r, MAJOR_MAP);
}

bool cbor_map_next(struct cbor_reader *r, struct slice *key)
{
    return next_element(r) && cbor_string(r, key);
}

bool cbor_array_begin(struct cbor_reader *r)
{
    return begin(r, MAJOR_ARRAY);
}

bool cbor_array_next(struct cbor_reader *r)
{
    return next_element(r);
}

static bool take_run(struct cbor_reader *r, const struct head *head, struct slice *run)
{
    if (head->argument > bytes_left(r))
        return cbor_reject(r);
    *run = (struct slice){(const char *)r->next, (size_t)head->argument};
    if (head->major == MAJOR_TEXT && !slice_is_utf8(*run))
        return cbor_reject(r);
    r->next += run->len;
    return true;
}

/* Chunks of the same major type, each of definite length, up to a break (section 3.2.3). */
static bool take_chunks(struct cbor_reader *r, enum major major, struct slice *value)
{
    struct buf joined;
    struct head head = {0};
    struct slice run;
    buf_init_arena(&joined, r->arena, bytes_left(r));
    while (r->next < r->end && *r->next != byte_break) {
        if (*r->next >> 5 != (int)major || !take_head(r, &head) || head.info == info_indefinite ||
            !take_run(r, &head, &run))
            return cbor_reject(r);
        buf_append(&joined, run);
    }
    if (r->next == r->end)
        return cbor_reject(r);
    r->next++;
    *value = buf_slice(&joined);
    return true;
}

static bool take_string(struct cbor_reader *r, enum major major, struct slice *value)
{
    struct head head = {0};
    if (!take(r, major, &head))
        return false;
    return head.info == info_indefinite ? take_chunks(r, major, value) : take_run(r, &head, value);
}

bool cbor_string(struct cbor_reader *r, struct slice *value)
{
    return take_string(r, MAJOR_TEXT, value);
}

bool cbor_bytes(struct cbor_reader *r, struct slice *value)
{
    return take_string(r, MAJOR_BYTES, value);
}

static bool take_integer(struct cbor_reader *r, struct head *head)
{
    if (cbor_peek(r) != CBOR_KIND_INTEGER || !take_head(r, head) || head->info == info_indefinite)
        return cbor_reject(r);
    return true;
}

bool cbor_i64(struct cbor_reader *r, int64_t *value)
{
    struct head head = {0};
    if (!take_integer(r, &head) || head.argument > INT64_MAX)
        return cbor_reject(r);
    *value = head.major == MAJOR_NEGATIVE ? -1 - (int64_t)head.argument : (int64_t)head.argument;
    return true;
}

/* RFC 8949 appendix D. */
static double half_value(unsigned half)
{
    int exponent = (int)(half >> 10 & 31);
    double fraction = half & 1023;
    double value = exponent == 0    ? ldexp(fraction, -24)
                   : exponent != 31 ? ldexp(fraction + 1024, exponent - 25)
                   : fraction == 0  ? INFINITY
                                    : NAN;
    return half & 0x8000 ? -value : value;
}

static bool take_float(struct cbor_reader *r, double *value)
{
    struct head head = {0};
    if (!take(r, MAJOR_SIMPLE, &head))
        return false;
    uint32_t bits = (uint32_t)head.argument;
    float single;
    switch (head.info) {
    case simple_half:
        *value = half_value((unsigned)head.argument);
        return true;
    case simple_single:
        memcpy(&single, &bits, sizeof single);
        *value = single;
        return true;
    case simple_double:
        memcpy(value, &head.argument, sizeof *value);
        return true;
    default:
        return cbor_reject(r);
    }
}

bool cbor_double(struct cbor_reader *r, double *value)
{
    struct head head = {0};
    if (cbor_peek(r) != CBOR_KIND_INTEGER)
        return take_float(r, value);
    if (!take_integer(r, &head))
        return false;
    double magnitude = (double)head.argument;
    *value = head.major == MAJOR_NEGATIVE ? -1.0 - magnitude : magnitude;
    return true;
}

bool cbor_timestamp(struct cbor_reader *r, int64_t *micros)
{
    static const double seconds_max = 9e11;
    struct head tag = {0};
    double seconds;
    int64_t whole;
    if (!take(r, MAJOR_TAG, &tag) || tag.argument != tag_epoch)
        return cbor_reject(r);
    if (cbor_peek(r) == CBOR_KIND_INTEGER) {
        if (!cbor_i64(r, &whole) || __builtin_mul_overflow(whole, INT64_C(1000000), micros))
            return cbor_reject(r);
        return true;
    }
    if (!take_float(r, &seconds) || !(fabs(seconds) <= seconds_max))
        return cbor_reject(r);
    *micros = llround(seconds * 1e6);
    return true;
}

bool cbor_bool(struct cbor_reader *r, bool *value)
{
    if (cbor_peek(r) != CBOR_KIND_BOOL)
        return cbor_reject(r);
    *value = (*r->next++ & 31) == simple_true;
    return true;
}

bool cbor_null(struct cbor_reader *r)
{
    if (cbor_peek(r) != CBOR_KIND_NULL)
        return cbor_reject(r);
    r->next++;
    return true;
}

bool cbor_skip(struct cbor_reader *r)
{
    struct slice ignored;
    struct head head = {0};
    double number;
    bool flag;
    switch (cbor_peek(r)) {
    case CBOR_KIND_MAP:
        if (cbor_map_begin(r))
            while (cbor_map_next(r, &ignored))
                cbor_skip(r);
        return !r->failed;
    case CBOR_KIND_ARRAY:
        if (cbor_array_begin(r))
            while (cbor_array_next(r))
                cbor_skip(r);
        return !r->failed;
    case CBOR_KIND_STRING:
        return cbor_string(r, &ignored);
    case CBOR_KIND_BYTES:
        return cbor_bytes(r, &ignored);
    case CBOR_KIND_INTEGER:
        return take_integer(r, &head);
    case CBOR_KIND_FLOAT:
        return take_float(r, &number);
    case CBOR_KIND_TIMESTAMP:
        take_head(r, &head);
        return cbor_double(r, &number);
    case CBOR_KIND_BOOL:
        return cbor_bool(r, &flag);
    case CBOR_KIND_NULL:
        return cbor_null(r);
    case CBOR_KIND_INVALID:
        break;
    }
    return cbor_reject(r);
}

bool cbor_raw(struct cbor_reader *r, struct slice *bytes)
{
    const unsigned char *first = r->next;
    if (!cbor_skip(r))
        return false;
    *bytes = (struct slice){(const char *)first, (size_t)(r->next - first)};
    return true;
}

bool cbor_finish(struct cbor_reader *r)
{
    return !r->failed && (r->next == r->end || cbor_reject(r));
}

void cbor_writer_init(struct cbor_writer *w, struct buf *out)
{
    *w = (struct cbor_writer){.out = out};
}

static void write_initial(struct cbor_writer *w, enum major major, unsigned info)
{
    buf_append_char(w->out, (char)((unsigned)major << 5 | info));
}

static void write_big_endian(struct cbor_writer *w, uint64_t value, size_t width)
{
    char bytes[8];
    for (size_t i = 0; i < width; i++)
        bytes[i] = (char)(value >> 8 * (width - 1 - i));
    buf_append(w->out, (struct slice){bytes, width});
}

/* The shortest head, as section 4.2.1 asks of a deterministic encoder. */
static void write_head(struct cbor_writer *w, enum major major, uint64_t argument)
{
    if (argument < info_one_byte) {
        write_initial(w, major, (unsigned)argument);
        return;
    }
    unsigned power = argument <= UINT8_MAX    ? 0
                     : argument <= UINT16_MAX ? 1
                     : argument <= UINT32_MAX ? 2
                                              : 3;
    write_initial(w, major, info_one_byte + power);
    write_big_endian(w, argument, (size_t)1 << power);
}

void cbor_write_map_begin(struct cbor_writer *w)
{
    write_initial(w, MAJOR_MAP, info_indefinite);
}

void cbor_write_map_end(struct cbor_writer *w)
{
    write_initial(w, MAJOR_SIMPLE, info_indefinite);
}

void cbor_write_array_begin(struct cbor_writer *w)
{
    write_initial(w, MAJOR_ARRAY, info_indefinite);
}

void cbor_write_array_end(struct cbor_writer *w)
{
    write_initial(w, MAJOR_SIMPLE, info_indefinite);
}

void cbor_write_key(struct cbor_writer *w, struct slice key)
{
    cbor_write_string(w, key);
}

void cbor_write_string(struct cbor_writer *w, struct slice value)
{
    write_head(w, MAJOR_TEXT, value.len);
    buf_append(w->out, value);
}

void cbor_write_bytes(struct cbor_writer *w, struct slice value)
{
    write_head(w, MAJOR_BYTES, value.len);
    buf_append(w->out, value);
}

void cbor_write_i64(struct cbor_writer *w, int64_t value)
{
    if (value < 0)
        write_head(w, MAJOR_NEGATIVE, (uint64_t)(-1 - value));
    else
        write_head(w, MAJOR_UNSIGNED, (uint64_t)value);
}

void cbor_write_double(struct cbor_writer *w, double value)
{
    float single = fabs(value) <= 3.4028234663852886e38 || isinf(value) ? (float)value : 0;
    if ((double)single == value) {
        uint32_t bits;
        memcpy(&bits, &single, sizeof bits);
        write_initial(w, MAJOR_SIMPLE, simple_single);
        write_big_endian(w, bits, sizeof bits);
    } else {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        write_initial(w, MAJOR_SIMPLE, simple_double);
        write_big_endian(w, bits, sizeof bits);
    }
}

void cbor_write_timestamp(struct cbor_writer *w, int64_t micros)
{
    write_head(w, MAJOR_TAG, tag_epoch);
    if (micros % 1000000 == 0)
        cbor_write_i64(w, micros / 1000000);
    else
        cbor_write_double(w, (double)micros / 1e6);
}

void cbor_write_bool(struct cbor_writer *w, bool value)
{
    write_initial(w, MAJOR_SIMPLE, value ? simple_true : simple_false);
}

void cbor_write_null(struct cbor_writer *w)
{
    write_initial(w, MAJOR_SIMPLE, simple_null);
}

void cbor_write_raw(struct cbor_writer *w, struct slice cbor)
{
    buf_append(w->out, cbor);
}
