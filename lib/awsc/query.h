#pragma once
/* The query protocol, as far as it can be spoken without a service's model. */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

/*
 * A JSON object as form parameters behind Action and Version: members join by '.', lists by
 * ".member.N". False when the text is not a JSON object.
 */
bool awsc_query_encode(struct slice json, struct slice operation, struct slice version,
                       struct arena *arena, struct buf *out);

struct awsc_query_answer {
    struct slice result; /* the <OperationResult> as a JSON object; "{}" without one */
    struct slice code;   /* of <Error>; absent without one */
    struct slice message;
    struct slice request_id;
};

/*
 * Element to member: one without elements inside is a string, one whose first child is <member> is
 * a list. False when the text is not XML.
 */
bool awsc_query_decode(struct slice xml, struct arena *arena, struct awsc_query_answer *answer);
