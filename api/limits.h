#pragma once
/* Every limit of the API that a client or an operator can run into, in one place. */
#include <stddef.h>

#define API_VERSION "2026-11-22"

#define LIMIT_BODY_BYTES ((size_t)1024 * 1024)
#define LIMIT_REPLY_BYTES ((size_t)4 * 1024 * 1024)
#define LIMIT_JSON_DEPTH 16
#define LIMIT_URL_BYTES 4096
#define LIMIT_HEADER_BYTES 8192 /* of one field's value */
#define LIMIT_FIELD_ERRORS 16
#define LIMIT_PATH_PARAMS 2
#define LIMIT_PAGE 200
#define LIMIT_PAGE_DEFAULT 50
#define LIMIT_METADATA_KEYS 20
#define LIMIT_METADATA_KEY_CHARS 40
#define LIMIT_METADATA_VALUE_CHARS 500
#define LIMIT_KEY_BYTES 255 /* Idempotency-Key */
