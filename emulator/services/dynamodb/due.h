#pragma once
/* What DynamoDB does by itself: the list of due.c, each by the contract of service.h's run_due. */
#include "emulator/core/call.h"

struct err ddb_run_due(struct call *call, int64_t *next_micros);
