#pragma once
/*
 * AutoScalingSettingsUpdate and AutoScalingSettingsDescription, which are the same for all that may
 * be scaled. A setting that an update leaves out stays as it was; AutoScalingDisabled ends all.
 */
#include "emulator/services/dynamodb/table/table_form.h"
#include "emulator/services/dynamodb_api.h"

/* `given` may be NULL: no change. `index` NULL: the table's own. */
struct err ddb_scaling_take_reads(struct call *call, struct ddb_table *table,
                                  struct ddb_index *index,
                                  const struct dynamodb_auto_scaling_settings_update *given);
struct err ddb_scaling_take_writes(struct call *call, struct ddb_table *table,
                                   struct ddb_index *index,
                                   const struct dynamodb_auto_scaling_settings_update *given);

/* Of NULL: AutoScalingDisabled. */
struct dynamodb_auto_scaling_settings_description *ddb_scaling_describe(
    struct arena *arena, const struct ddb_scaling *scaling);

/* What must hold for a provisioned table that is to have replicas, each of which takes the writes
 * of all: its writes, and those of its global indexes, are scaled. */
struct err ddb_scaling_check_writes(struct call *call, const struct ddb_table *table);
