#pragma once
/* Signing a request: what to add to it so that AWS accepts it. */
#include "lib/base/arena.h"
#include "lib/sigv4/sigv4.h"

#define SIGV4_ADDED_HEADERS_MAX 4

struct sigv4_signed {
    /* X-Amz-Date, X-Amz-Security-Token, x-amz-content-sha256 as asked for, Authorization last. */
    struct http_header headers[SIGV4_ADDED_HEADERS_MAX];
    size_t header_count;
    struct slice canonical_request; /* the texts that were signed, for tests and error reports */
    struct slice string_to_sign;
};

enum sigv4_content_hash {
    SIGV4_HASH_NOT_SENT,
    SIGV4_HASH_SENT /* as x-amz-content-sha256, which S3 asks for */
};

/*
 * The request's headers must hold Host and none of those that are added. All are signed but those
 * that a proxy may add or change (Connection, Expect, Te, Trailer, Transfer-Encoding, Upgrade,
 * User-Agent, trace context and their like). `region` and `service` name the scope; its date comes
 * from `now_micros`.
 */
void sigv4_sign(const struct sigv4_request *request, const struct sigv4_credentials *credentials,
                struct slice region, struct slice service, int64_t now_micros,
                enum sigv4_content_hash content_hash, struct arena *arena,
                struct sigv4_signed *result);

/* The signature of a canonical request under a derived key: 64 hexadecimal digits. */
struct slice sigv4_signature(const unsigned char key[SIGV4_KEY_BYTES],
                             struct slice canonical_request, struct slice amz_date,
                             const struct sigv4_scope *scope, struct arena *arena);
