#pragma once
/*
 * What Secrets Manager asks of a resource policy before it attaches it: the grammar of a policy
 * with principals, and whether it lets anybody in. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct policy_findings {
    const char *problem; /* NULL: it is well formed */
    bool allows_anybody; /* an Allow for the principal "*" without a condition */
};

void policy_document_check(struct arena *arena, struct slice text,
                           struct policy_findings *findings);
