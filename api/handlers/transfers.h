#pragma once
/* /v1/transfers: create (once for each Idempotency-Key), get, list. */
#include "api/http/call.h"

handler transfers_create;
handler transfers_get;
handler transfers_list;
