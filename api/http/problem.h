#pragma once
/* Errors as application/problem+json (RFC 9457). */
#include "api/http/call.h"

/* True where the same request may succeed later. */
bool problem_is_retryable(const struct err_info *info);

/* Renders `why`, with the details that the call collected, as the call's reply. */
void problem_reply(struct call *call, const struct err_info *why);
