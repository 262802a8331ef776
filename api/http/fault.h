#pragma once
/* What is wrong with a request before anybody looks at what it asks for. */
#include "lib/base/err.h"

extern const struct err_info MALFORMED_REQUEST;
extern const struct err_info MALFORMED_JSON;
extern const struct err_info UNKNOWN_FIELD;
extern const struct err_info DUPLICATE_FIELD;
extern const struct err_info MISSING_FIELD;
extern const struct err_info INVALID_FIELD;
extern const struct err_info UNKNOWN_PARAMETER;
extern const struct err_info INVALID_PARAMETER;
extern const struct err_info MISSING_IDEMPOTENCY_KEY;
extern const struct err_info INVALID_IDEMPOTENCY_KEY;
extern const struct err_info CURSOR_MISMATCH;
extern const struct err_info UNKNOWN_API_VERSION;
extern const struct err_info UNKNOWN_ROUTE;
extern const struct err_info METHOD_NOT_ALLOWED;
extern const struct err_info NOT_ACCEPTABLE;
extern const struct err_info UNSUPPORTED_MEDIA_TYPE;
extern const struct err_info BODY_TOO_LARGE;
extern const struct err_info URL_TOO_LONG;
extern const struct err_info HEADERS_TOO_LARGE;
extern const struct err_info DRAINING;
extern const struct err_info OVERLOADED;
