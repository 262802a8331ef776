#pragma once
/* What one request of a step came to. Everything lives in the step's arena. */
#include <stdint.h>

#include "lib/base/http_header.h"
#include "scenarios/runner/value.h"

struct outcome {
    bool answered;           /* false: nothing came back; `note` says why */
    bool succeeded;          /* the answer is not an error in its protocol's terms */
    int status;              /* HTTP status; 0 where there is none */
    struct slice error_code; /* "ConditionalCheckFailedException", "insufficient_funds", "23505" */
    struct slice note;       /* the error's own words */
    const struct http_header *headers;
    size_t header_count;
    const struct value *document; /* what $ stands for; never NULL once answered */
    int64_t elapsed_micros;
};
