#pragma once
/* The canonical request and the string to sign: the texts that both sides of a signature build. */
#include "lib/base/arena.h"
#include "lib/sigv4/sigv4.h"

/*
 * `signed_headers` is the list as in the Authorization header, lower-case names joined by ';',
 * taken in its order. Values of a repeated header are joined by ','; runs of white space in them
 * become one space. A listed header that the request lacks counts as empty, which no signer does,
 * so that such a signature never holds.
 */
struct slice sigv4_canonical_request(const struct sigv4_request *request,
                                     struct slice signed_headers, struct arena *arena);

/* `amz_date` is the time of signing as in X-Amz-Date. */
struct slice sigv4_string_to_sign(struct slice canonical_request, struct slice amz_date,
                                  const struct sigv4_scope *scope, struct arena *arena);

/* SHA-256 of a body in hexadecimal. */
struct slice sigv4_payload_hash(struct slice body, struct arena *arena);
