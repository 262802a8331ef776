/* The canonical request: method, path, query, headers, their names, payload hash, a line each. */
#include "lib/sigv4/canonical.h"

#include <stdint.h>
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/enc/hash.h"
#include "lib/enc/hex.h"
#include "lib/enc/uri.h"

/* Inputs are capped where they are read; the texts here grow at most ninefold. */
#define TEXT_BYTES_MAX (SIZE_MAX / 4)

enum { usual_bytes = 1024 };

/*
 * A path segment or query part in AWS's one spelling. A malformed escape has no decoded form: its
 * '%' is taken as itself.
 */
static void append_recoded(struct buf *out, struct slice text, struct arena *arena)
{
    struct slice plain = text;
    if (slice_index(text, '%') >= 0)
        uri_decode(arena, text, false, &plain);
    buf_append_uri_encoded(out, plain, false);
}

/* Segment by segment, so that an encoded slash stays one. */
static void append_kept_path(struct buf *out, struct slice path, struct arena *arena)
{
    struct slice segment;
    bool first = true;
    while (slice_next(&path, '/', &segment)) {
        if (!first)
            buf_append_char(out, '/');
        append_recoded(out, segment, arena);
        first = false;
    }
}

/* Segments that "." and ".." and empty ones do not remove (RFC 3986 section 5.2.4). */
static size_t resolve_segments(struct slice path, struct slice *segments)
{
    size_t count = 0;
    struct slice segment;
    while (slice_next(&path, '/', &segment)) {
        if (slice_eq(segment, SLICE("..")))
            count -= count > 0;
        else if (segment.len > 0 && !slice_eq(segment, SLICE(".")))
            segments[count++] = segment;
    }
    return count;
}

static bool is_resolved(struct slice path)
{
    return !slice_contains(path, SLICE("//")) && !slice_contains(path, SLICE("/."));
}

static void append_normalized_path(struct buf *out, struct slice path, struct arena *arena)
{
    if (is_resolved(path)) {
        buf_append_uri_encoded(out, path, true);
        return;
    }
    struct slice *segments = ARENA_ARRAY(arena, struct slice, path.len + 1);
    size_t count = resolve_segments(path, segments);
    buf_append_char(out, '/');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_char(out, '/');
        buf_append_uri_encoded(out, segments[i], true);
    }
    if (count > 0 && slice_ends_with(path, SLICE("/")))
        buf_append_char(out, '/');
}

static void append_path(struct buf *out, const struct sigv4_request *request, struct arena *arena)
{
    if (request->path.len == 0)
        buf_append_char(out, '/');
    else if (request->keep_path)
        append_kept_path(out, request->path, arena);
    else
        append_normalized_path(out, request->path, arena);
}

struct parameter {
    struct slice name; /* both encoded */
    struct slice value;
};

static int compare_parameters(const void *left, const void *right)
{
    const struct parameter *a = left;
    const struct parameter *b = right;
    int order = slice_compare(a->name, b->name);
    return order != 0 ? order : slice_compare(a->value, b->value);
}

static struct slice recoded(struct slice text, struct arena *arena)
{
    struct buf out;
    buf_init_arena(&out, arena, TEXT_BYTES_MAX);
    append_recoded(&out, text, arena);
    return buf_slice(&out);
}

static size_t count_parameters(struct slice query)
{
    size_t count = 1;
    for (size_t i = 0; i < query.len; i++)
        count += query.ptr[i] == '&';
    return count;
}

static void append_query(struct buf *out, struct slice query, struct arena *arena)
{
    if (query.len == 0)
        return;
    struct parameter *parameters = ARENA_ARRAY(arena, struct parameter, count_parameters(query));
    size_t count = 0;
    struct slice pair;
    while (slice_next(&query, '&', &pair)) {
        struct slice name = pair;
        struct slice value = SLICE("");
        if (pair.len == 0)
            continue;
        slice_split_once(pair, '=', &name, &value);
        parameters[count++] = (struct parameter){recoded(name, arena), recoded(value, arena)};
    }
    qsort(parameters, count, sizeof *parameters, compare_parameters);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_char(out, '&');
        buf_append(out, parameters[i].name);
        buf_append_char(out, '=');
        buf_append(out, parameters[i].value);
    }
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void append_folded(struct buf *out, struct slice value)
{
    value = slice_trim(value);
    size_t word = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!is_space(value.ptr[i]))
            continue;
        buf_append(out, slice_sub(value, word, i - word));
        buf_append_char(out, ' ');
        while (is_space(value.ptr[i + 1])) /* trimmed: the last byte is none */
            i++;
        word = i + 1;
    }
    buf_append(out, slice_from(value, word));
}

static void append_header(struct buf *out, const struct sigv4_request *request, struct slice name)
{
    bool repeated = false;
    buf_append(out, name);
    buf_append_char(out, ':');
    for (size_t i = 0; i < request->header_count; i++) {
        if (!slice_eq_nocase(request->headers[i].name, name))
            continue;
        if (repeated)
            buf_append_char(out, ',');
        append_folded(out, request->headers[i].value);
        repeated = true;
    }
    buf_append_char(out, '\n');
}

struct slice sigv4_canonical_request(const struct sigv4_request *request,
                                     struct slice signed_headers, struct arena *arena)
{
    struct buf out;
    struct slice name;
    struct slice names = signed_headers;
    buf_init_arena(&out, arena, TEXT_BYTES_MAX);
    buf_reserve(&out, usual_bytes); /* once, rather than by doubling */
    buf_append(&out, request->method);
    buf_append_char(&out, '\n');
    append_path(&out, request, arena);
    buf_append_char(&out, '\n');
    append_query(&out, request->query, arena);
    buf_append_char(&out, '\n');
    while (slice_next(&names, ';', &name))
        append_header(&out, request, name);
    buf_append_char(&out, '\n');
    buf_append(&out, signed_headers);
    buf_append_char(&out, '\n');
    buf_append(&out, request->payload_hash);
    return buf_slice(&out);
}

struct slice sigv4_string_to_sign(struct slice canonical_request, struct slice amz_date,
                                  const struct sigv4_scope *scope, struct arena *arena)
{
    struct buf out;
    buf_init_arena(&out, arena, TEXT_BYTES_MAX);
    buf_append(&out, SLICE("AWS4-HMAC-SHA256\n"));
    buf_append(&out, amz_date);
    buf_append_char(&out, '\n');
    buf_append(&out, scope->date);
    buf_append_char(&out, '/');
    buf_append(&out, scope->region);
    buf_append_char(&out, '/');
    buf_append(&out, scope->service);
    buf_append(&out, SLICE("/aws4_request\n"));
    buf_append(&out, sigv4_payload_hash(canonical_request, arena));
    return buf_slice(&out);
}

struct slice sigv4_payload_hash(struct slice body, struct arena *arena)
{
    unsigned char digest[SHA256_BYTES];
    sha256(body, digest);
    return hex_encode(arena, (struct slice){(const char *)digest, sizeof digest});
}
