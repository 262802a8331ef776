#pragma once
/* KMS's work by the clock: the service's run_due (emulator/core/service.h), in a write. */
#include "emulator/core/call.h"

struct err kms_run_due(struct call *call, int64_t *next_micros);
