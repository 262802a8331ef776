#pragma once
/* A balance as clients read it and as the cache holds it: the same bytes. */
#include "api/ledger/account.h"
#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct slice balance_render(struct arena *arena, struct slice account, struct slice currency,
                            int64_t version, const struct account_counters *counters);
