/* SQLSTATEs to the ledger's faults. */
#include "api/adapters/pg/errors.h"

#include <string.h>

#include "lib/base/attributes.h"

/* The first row whose state starts the SQLSTATE and whose word the error's place contains. */
static const struct {
    const char *state;
    const char *word; /* NULL: any place */
    const struct err_info *info;
    enum pg_advice advice;
} verdicts[] = {
    {"FL001", NULL,          &IDEMPOTENCY_KEY_REUSED,  PG_GIVE_UP  },
    {"FL002", NULL,          &NOT_FOUND,               PG_GIVE_UP  },
    {"FL003", NULL,          &CURRENCY_MISMATCH,       PG_GIVE_UP  },
    {"23505", "reference",   &DUPLICATE_REFERENCE,     PG_GIVE_UP  },
    {"23503", "customer",    &NOT_FOUND,               PG_GIVE_UP  },
    {"40001", NULL,          &DATABASE_UNAVAILABLE,    PG_RETRY    },
    {"40P01", NULL,          &DATABASE_UNAVAILABLE,    PG_RETRY    },
    {"55P03", "idempotency", &IDEMPOTENCY_IN_PROGRESS, PG_GIVE_UP  },
    {"55P03", NULL,          &DATABASE_UNAVAILABLE,    PG_GIVE_UP  },
    {"25006", NULL,          &DATABASE_UNAVAILABLE,    PG_RECONNECT}, /* a writer no more */
    {"57014", NULL,          &DATABASE_UNAVAILABLE,    PG_GIVE_UP  }, /* statement_timeout */
    {"57P",   NULL,          &DATABASE_UNAVAILABLE,    PG_RECONNECT}, /* shutting down */
    {"08",    NULL,          &DATABASE_UNAVAILABLE,    PG_RECONNECT},
    {"53",    NULL,          &DATABASE_UNAVAILABLE,    PG_GIVE_UP  }, /* out of resources */
};

static bool names(const PGresult *result, const char *word)
{
    static const int places[] = {PG_DIAG_CONTEXT, PG_DIAG_CONSTRAINT_NAME};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *text = PQresultErrorField(result, places[i]);
        if (text && strstr(text, word))
            return true;
    }
    return false;
}

struct pg_verdict pg_judge(const PGresult *result)
{
    struct slice state = slice_from_cstr(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    for (size_t i = 0; slice_is_set(state) && i < ARRAY_LEN(verdicts); i++)
        if (slice_starts_with(state, slice_from_cstr(verdicts[i].state)) &&
            (!verdicts[i].word || names(result, verdicts[i].word)))
            return (struct pg_verdict){verdicts[i].info, verdicts[i].advice};
    return (struct pg_verdict){&INTERNAL_ERROR, PG_GIVE_UP};
}
