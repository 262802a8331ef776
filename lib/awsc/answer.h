#pragma once
/* An HTTP response as an awsc_response, and what its error means for a retry. */
#include "lib/awsc/awsc.h"
#include "lib/awsc/service.h"
#include "lib/httpc/httpc.h"

/* OK, AWSC_REFUSED or AWSC_BAD_ANSWER; fills all but `attempts`. */
struct err awsc_answer_decode(const struct awsc_service *service, const struct httpc_response *http,
                              struct arena *arena, struct awsc_response *response);

enum awsc_verdict {
    AWSC_FINAL,
    AWSC_TRANSIENT, /* the server's trouble: soon again */
    AWSC_THROTTLED, /* more slowly again */
    AWSC_SKEWED     /* the time of the request was wrong: once again with the server's */
};

enum awsc_verdict awsc_answer_judge(const struct awsc_response *response);
