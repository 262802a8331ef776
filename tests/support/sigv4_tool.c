/*
 * Signs and checks requests for tests/sdk/test_sigv4.py: a JSON object a line on stdin, one on
 * stdout.
 *
 *   in:  method, path, query, headers [[name, value] ...], body, access_key, secret_key, token,
 *        region, service, time ("20261122T102030Z"), keep_path, send_hash, authorization
 *   out: canonical_request, string_to_sign, authorization, verified
 *
 * `verified` tells whether the authorization of the input holds for the request with the headers
 * that signing adds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/enc/json.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/derive.h"
#include "lib/sigv4/sign.h"
#include "lib/sigv4/verify.h"

enum { headers_max = 64 };

struct input {
    struct sigv4_request request;
    struct sigv4_credentials credentials;
    struct http_header headers[headers_max + SIGV4_ADDED_HEADERS_MAX];
    struct slice body;
    struct slice region;
    struct slice service;
    struct slice time;
    struct slice authorization;
    bool send_hash;
};

static void read_headers(struct json_reader *r, struct input *input)
{
    size_t count = 0;
    json_array_begin(r);
    while (json_array_next(r) && count < headers_max) {
        struct http_header *header = &input->headers[count++];
        json_array_begin(r);
        if (json_array_next(r) && json_string(r, &header->name) && json_array_next(r))
            json_string(r, &header->value);
        if (json_array_next(r))
            json_reject(r);
    }
    input->request.headers = input->headers;
    input->request.header_count = count;
}

static void read_member(struct json_reader *r, struct slice key, struct input *input)
{
    const struct {
        struct slice name;
        struct slice *text;
    } texts[] = {
        {SLICE("method"),        &input->request.method           },
        {SLICE("path"),          &input->request.path             },
        {SLICE("query"),         &input->request.query            },
        {SLICE("body"),          &input->body                     },
        {SLICE("access_key"),    &input->credentials.access_key   },
        {SLICE("secret_key"),    &input->credentials.secret_key   },
        {SLICE("token"),         &input->credentials.session_token},
        {SLICE("region"),        &input->region                   },
        {SLICE("service"),       &input->service                  },
        {SLICE("time"),          &input->time                     },
        {SLICE("authorization"), &input->authorization            },
    };
    if (json_peek(r) == JSON_KIND_NULL) {
        json_null(r);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (slice_eq(key, texts[i].name)) {
            json_string(r, texts[i].text);
            return;
        }
    }
    if (slice_eq(key, SLICE("headers")))
        read_headers(r, input);
    else if (slice_eq(key, SLICE("keep_path")))
        json_bool(r, &input->request.keep_path);
    else if (slice_eq(key, SLICE("send_hash")))
        json_bool(r, &input->send_hash);
    else
        json_reject(r);
}

static bool read_input(struct slice line, struct arena *arena, struct input *input)
{
    struct json_reader r;
    struct slice key;
    json_reader_init(&r, line, arena);
    json_object_begin(&r);
    while (json_object_next(&r, &key))
        read_member(&r, key, input);
    return json_finish(&r);
}

static bool verify(const struct sigv4_request *request, struct slice header, struct slice amz_date,
                   struct slice secret, struct arena *arena)
{
    struct sigv4_authorization authorization;
    unsigned char key[SIGV4_KEY_BYTES];
    if (failed(sigv4_parse_authorization(header, &authorization)))
        return false;
    sigv4_derive_key(secret, &authorization.scope, key);
    return sigv4_verify(request, &authorization, amz_date, key, arena);
}

static void write_member(struct json_writer *w, const char *name, struct slice value)
{
    json_write_key(w, slice_from_cstr(name));
    json_write_string(w, value);
}

static void print_result(const struct sigv4_signed *result, bool verified, struct arena *arena)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, 1 << 20);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    write_member(&w, "canonical_request", result->canonical_request);
    write_member(&w, "string_to_sign", result->string_to_sign);
    write_member(&w, "authorization", result->headers[result->header_count - 1].value);
    json_write_key(&w, SLICE("verified"));
    json_write_bool(&w, verified);
    json_write_object_end(&w);
    printf(SLICE_FMT "\n", SLICE_ARG(buf_slice(&out)));
}

static bool run(struct slice line, struct arena *arena)
{
    struct input input = {0};
    struct sigv4_signed result;
    struct sigv4_request *request = &input.request;
    int64_t now;
    if (!read_input(line, arena, &input) || !clock_parse_amz(input.time, &now))
        return false;
    request->payload_hash = sigv4_payload_hash(input.body, arena);
    sigv4_sign(request, &input.credentials, input.region, input.service, now,
               input.send_hash ? SIGV4_HASH_SENT : SIGV4_HASH_NOT_SENT, arena, &result);
    for (size_t i = 0; i < result.header_count; i++)
        input.headers[request->header_count++] = result.headers[i];
    print_result(
        &result,
        verify(request, input.authorization, input.time, input.credentials.secret_key, arena),
        arena);
    return true;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    bool fine = true;
    struct arena arena = {0};
    while (fine && getline(&line, &room, stdin) > 0) {
        fine = run(slice_from_cstr(line), &arena);
        arena_reset(&arena);
    }
    arena_done(&arena);
    free(line);
    if (!fine)
        fprintf(stderr, "a line of the input is not a request: it must be a JSON object with a "
                        "time such as 20261122T102030Z\n");
    return fine ? 0 : 1;
}
