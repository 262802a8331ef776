#pragma once
/* What a failed statement means. */
#include <libpq-fe.h>

#include "api/ledger/fault.h"

enum pg_advice {
    PG_GIVE_UP,
    PG_RETRY,     /* a serialization failure or a deadlock: run it again */
    PG_RECONNECT, /* this connection is of no use any more */
};

struct pg_verdict {
    const struct err_info *info;
    enum pg_advice advice;
};

struct pg_verdict pg_judge(const PGresult *result);
