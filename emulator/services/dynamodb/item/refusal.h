#pragma once
/*
 * How the pure parts of DynamoDB (values, numbers, keys, expressions) say no: one of two constants
 * as the error and AWS's sentence in a place that the caller gives. They know neither a call nor
 * the wire; the operations turn a refusal into the call's fault in one place.
 */
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

struct ddb_refusal {
    struct arena *arena;  /* where the message is made */
    struct slice message; /* absent until something was refused */
};

extern const struct err_info DDB_INVALID;        /* ValidationException */
extern const struct err_info DDB_UNSERIALIZABLE; /* SerializationException */

/* Writes the sentence and returns &DDB_INVALID. The first refusal stays: later ones are dropped. */
struct err ddb_refuse(struct ddb_refusal *refusal, const char *format, ...) PRINTF_LIKE(2, 3);
/* The same for JSON of the wrong type, which AWS tells before anything else: it replaces. */
struct err ddb_refuse_type(struct ddb_refusal *refusal, const char *format, ...) PRINTF_LIKE(2, 3);
