#pragma once
/*
 * Throttling, where the emulator was started with --throttling on: provisioned units and on-demand
 * maximums are rates, of which 300 seconds' worth may be saved up ("Burst and adaptive capacity",
 * developer guide). Local indexes use their table's units, global ones their own.
 */
#include "emulator/services/dynamodb/item/capacity.h"

/*
 * Takes what something costs, `times` over; `kind` says whether it reads or writes.
 * ProvisionedThroughputExceededException or ThrottlingException, and nothing is taken, where a part
 * that it uses has nothing left.
 */
struct err ddb_throttle(struct call *call, const struct ddb_table *table,
                        const struct ddb_usage *usage, double times, enum capacity_kind kind);

/* Whether a failure is one of those two: a batch leaves such an action unprocessed. */
bool ddb_is_throttled(struct err e);
