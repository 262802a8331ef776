#pragma once
/* Checking the signature of a request: the Authorization header read and computed again. */
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/sigv4/sigv4.h"

struct sigv4_authorization {
    struct slice credential; /* whole, as in the header */
    struct slice access_key;
    struct sigv4_scope scope;
    struct slice terminator; /* "aws4_request", or what stands in its place: the caller's check */
    struct slice signed_headers;
    struct slice signature;
};

/* The `code` of the missing-parameter errors is the parameter's name. */
extern const struct err_info SIGV4_NOT_SIGV4; /* another algorithm, or none */
extern const struct err_info SIGV4_NO_CREDENTIAL;
extern const struct err_info SIGV4_NO_SIGNATURE;
extern const struct err_info SIGV4_NO_SIGNED_HEADERS;
extern const struct err_info SIGV4_BAD_CREDENTIAL; /* not of five parts */
extern const struct err_info SIGV4_BAD_PARAMETER;  /* a part is not name=value */

/*
 * The slices are parts of `header`. When several parameters are missing, the first in the order
 * above is told. `authorization` holds what could be read even then, with the rest absent, so that
 * an error can name everything that is wrong.
 */
struct err sigv4_parse_authorization(struct slice header,
                                     struct sigv4_authorization *authorization);

/* True when SignedHeaders names the header; `name` in lower case. */
bool sigv4_signs_header(const struct sigv4_authorization *authorization, struct slice name);

/*
 * True when the authorization's signature is that of the request under `key`, the derived key of
 * the authorization's secret and scope. The time that it takes does not depend on where a wrong
 * signature differs. Skew, scope and the payload hash against the body are the caller's to check.
 */
bool sigv4_verify(const struct sigv4_request *request,
                  const struct sigv4_authorization *authorization, struct slice amz_date,
                  const unsigned char key[SIGV4_KEY_BYTES], struct arena *arena);
