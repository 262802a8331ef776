#pragma once
/*
 * Requests into typed structs, by const tables: one line a member says its name, kind, limits and
 * place. Everything wrong with a body is collected, so that a client learns it all at once.
 *
 *   static const struct field fields[] = {
 *       {"from", FIELD_ID, .required = true, .prefix = "acc_", FIELD_AT(struct transfer_input,
 * from)},
 *   };
 *
 * A member that the table does not name is refused, and so is one that comes twice. A member that
 * is left out keeps what the struct holds before the call.
 */
#include <stddef.h>

#include "api/http/call.h"

enum field_kind {
    FIELD_TEXT,     /* slice; min..max characters, no control characters */
    FIELD_SECRET,   /* slice; min..max bytes, anything; never in a canonical form */
    FIELD_ID,       /* slice; the prefix, then lower-case letters and digits */
    FIELD_AMOUNT,   /* int64_t; a JSON integer, 1..2^53-1 */
    FIELD_LIMIT,    /* int64_t; a JSON integer, 0..2^53-1 */
    FIELD_CURRENCY, /* slice; a code that the ledger keeps */
    FIELD_TIME,     /* int64_t, microseconds; RFC 3339 */
    FIELD_DATE,     /* slice; "1990-02-28" */
    FIELD_EMAIL,    /* slice; something@something, max characters */
    FIELD_CHOICE,   /* int64_t, the index; one of `choices` */
    FIELD_METADATA, /* slice, compact JSON; an object of texts */
    FIELD_NUMBER,   /* int64_t; min..max; in queries alone */
};

struct field {
    const char *name;
    enum field_kind kind;
    bool required;
    size_t min, max;
    const char *prefix;         /* FIELD_ID */
    const char *const *choices; /* FIELD_CHOICE; NULL-terminated */
    bool nullable;              /* null sets the bool at null_offset */
    size_t offset;
    size_t null_offset;
};

#define FIELD_AT(type, member) .offset = offsetof(type, member)
#define FIELD_NULL_AT(type, member) .nullable = true, .null_offset = offsetof(type, member)

/* The call's body, one JSON object. `out` may be half filled after a failure. */
struct err fields_read_body(struct call *call, const struct field *fields, size_t count, void *out);

/* The call's query; names and values percent-decoded. */
struct err fields_read_query(struct call *call, const struct field *fields, size_t count,
                             void *out);

/*
 * What the struct says, as JSON in the table's order: the same for two bodies that differ in white
 * space, order of members or spelling of escapes alone.
 */
struct slice fields_canonical(struct arena *arena, const struct field *fields, size_t count,
                              const void *in);
