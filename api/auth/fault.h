#pragma once
/* Why the API does not know a caller, or does not let one in. None tells which part was wrong. */
#include "lib/base/err.h"

extern const struct err_info BAD_CREDENTIALS; /* unknown user, wrong password, locked: the same */
extern const struct err_info UNAUTHENTICATED;
extern const struct err_info TOKEN_EXPIRED;
extern const struct err_info SESSION_REVOKED;
extern const struct err_info SESSION_REUSE_DETECTED;
extern const struct err_info FORBIDDEN;
extern const struct err_info RATE_LIMITED;
extern const struct err_info SESSION_STORE_UNAVAILABLE;
