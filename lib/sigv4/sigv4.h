#pragma once
/*
 * What the parts of AWS Signature Version 4 pass to each other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * Everything in lib/sigv4 is pure: no clock, no socket, no state; any thread. Slices are borrowed
 * from the caller, results live in the arena that the caller gives.
 */
#include <stddef.h>

#include "lib/base/http_header.h"
#include "lib/base/slice.h"

#define SIGV4_KEY_BYTES 32

/* The request as it goes over the wire. */
struct sigv4_request {
    struct slice method;
    struct slice path;  /* as sent, percent-encoded; empty means "/" */
    struct slice query; /* as sent, without '?'; absent or empty: none */
    const struct http_header *headers;
    size_t header_count;
    /* SHA-256 of the body in hexadecimal (sigv4_payload_hash), or a word such as
     * UNSIGNED-PAYLOAD. */
    struct slice payload_hash;
    /* S3 signs the path with its segments as they are, encoded once; every other service resolves
     * dots and double slashes and encodes the encoded path once more. */
    bool keep_path;
};

struct sigv4_credentials {
    struct slice access_key;
    struct slice secret_key;
    struct slice session_token; /* absent for long-term keys */
};

/* Where a signature holds: date/region/service/aws4_request. */
struct sigv4_scope {
    struct slice date; /* "20261122" */
    struct slice region;
    struct slice service;
};
