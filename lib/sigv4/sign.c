/* Signing: choose the headers, build the canonical request, sign it. */
#include "lib/sigv4/sign.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/enc/hash.h"
#include "lib/enc/hex.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/derive.h"

enum { scope_date_len = 8 };

static bool is_signed(struct slice name)
{
    static const struct slice unsigned_names[] = {
        SLICE_INIT("authorization"),
        SLICE_INIT("baggage"),
        SLICE_INIT("connection"),
        SLICE_INIT("expect"),
        SLICE_INIT("keep-alive"),
        SLICE_INIT("proxy-authenticate"),
        SLICE_INIT("proxy-authorization"),
        SLICE_INIT("te"),
        SLICE_INIT("traceparent"),
        SLICE_INIT("tracestate"),
        SLICE_INIT("trailer"),
        SLICE_INIT("transfer-encoding"),
        SLICE_INIT("upgrade"),
        SLICE_INIT("user-agent"),
        SLICE_INIT("x-amzn-trace-id"),
    };
    for (size_t i = 0; i < ARRAY_LEN(unsigned_names); i++)
        if (slice_eq_nocase(name, unsigned_names[i]))
            return false;
    return true;
}

static struct slice lower_case(struct slice name, struct arena *arena)
{
    char *copy = arena_cstr(arena, name);
    for (size_t i = 0; i < name.len; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + ('a' - 'A'));
    return (struct slice){copy, name.len};
}

static int compare_names(const void *left, const void *right)
{
    return slice_compare(*(const struct slice *)left, *(const struct slice *)right);
}

/* "content-type;host;x-amz-date": sorted, each name once. */
static struct slice choose_headers(const struct http_header *headers, size_t count,
                                   struct arena *arena)
{
    struct slice *names = ARENA_ARRAY(arena, struct slice, count);
    size_t chosen = 0;
    struct buf list;
    for (size_t i = 0; i < count; i++)
        if (is_signed(headers[i].name))
            names[chosen++] = lower_case(headers[i].name, arena);
    qsort(names, chosen, sizeof *names, compare_names);
    buf_init_arena(&list, arena, SIZE_MAX / 4);
    for (size_t i = 0; i < chosen; i++) {
        if (i > 0 && slice_eq(names[i], names[i - 1]))
            continue;
        if (i > 0)
            buf_append_char(&list, ';');
        buf_append(&list, names[i]);
    }
    return buf_slice(&list);
}

static void add_header(struct sigv4_signed *result, struct slice name, struct slice value)
{
    result->headers[result->header_count++] = (struct http_header){name, value};
}

/* The request with the added headers behind its own. */
static struct sigv4_request with_headers(const struct sigv4_request *request,
                                         const struct sigv4_signed *added, struct arena *arena)
{
    struct sigv4_request whole = *request;
    struct http_header *headers =
        ARENA_ARRAY(arena, struct http_header, request->header_count + added->header_count);
    if (request->header_count > 0)
        memcpy(headers, request->headers, request->header_count * sizeof *headers);
    memcpy(headers + request->header_count, added->headers, added->header_count * sizeof *headers);
    whole.headers = headers;
    whole.header_count += added->header_count;
    return whole;
}

static struct slice sign_text(const unsigned char key[SIGV4_KEY_BYTES], struct slice text,
                              struct arena *arena)
{
    unsigned char code[SHA256_BYTES];
    hmac_sha256((struct slice){(const char *)key, SIGV4_KEY_BYTES}, text, code);
    return hex_encode(arena, (struct slice){(const char *)code, sizeof code});
}

struct slice sigv4_signature(const unsigned char key[SIGV4_KEY_BYTES],
                             struct slice canonical_request, struct slice amz_date,
                             const struct sigv4_scope *scope, struct arena *arena)
{
    return sign_text(key, sigv4_string_to_sign(canonical_request, amz_date, scope, arena), arena);
}

void sigv4_sign(const struct sigv4_request *request, const struct sigv4_credentials *credentials,
                struct slice region, struct slice service, int64_t now_micros,
                enum sigv4_content_hash content_hash, struct arena *arena,
                struct sigv4_signed *result)
{
    unsigned char key[SIGV4_KEY_BYTES];
    struct slice amz_date = clock_format_amz(arena, now_micros);
    struct sigv4_scope scope = {slice_sub(amz_date, 0, scope_date_len), region, service};
    *result = (struct sigv4_signed){0};
    add_header(result, SLICE("X-Amz-Date"), amz_date);
    if (slice_is_set(credentials->session_token))
        add_header(result, SLICE("X-Amz-Security-Token"), credentials->session_token);
    if (content_hash == SIGV4_HASH_SENT)
        add_header(result, SLICE("X-Amz-Content-SHA256"), request->payload_hash);
    struct sigv4_request whole = with_headers(request, result, arena);
    struct slice names = choose_headers(whole.headers, whole.header_count, arena);
    result->canonical_request = sigv4_canonical_request(&whole, names, arena);
    result->string_to_sign =
        sigv4_string_to_sign(result->canonical_request, amz_date, &scope, arena);
    sigv4_derive_key(credentials->secret_key, &scope, key);
    struct slice signature = sign_text(key, result->string_to_sign, arena);
    explicit_bzero(key, sizeof key);
    add_header(result, SLICE("Authorization"),
               arena_printf(
                   arena,
                   "AWS4-HMAC-SHA256 Credential=" SLICE_FMT "/" SLICE_FMT "/" SLICE_FMT
                   "/" SLICE_FMT "/aws4_request, SignedHeaders=" SLICE_FMT ", Signature=" SLICE_FMT,
                   SLICE_ARG(credentials->access_key), SLICE_ARG(scope.date), SLICE_ARG(region),
                   SLICE_ARG(service), SLICE_ARG(names), SLICE_ARG(signature)));
}
