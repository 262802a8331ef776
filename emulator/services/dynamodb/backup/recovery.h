#pragma once
/*
 * Continuous backups: tables whose changes are kept, so that the state of any moment within the
 * recovery period can be restored ("Point-in-time backups for DynamoDB", developer guide).
 */
#include "emulator/services/dynamodb/item/stored_change.h"

enum { RECOVERY_DAYS_MAX = 35 };

/* Keeps what the change replaced; a listener of stored_change.h. */
struct err ddb_history_note(struct call *call, const struct ddb_stored_change *change);

/* Between these moments, both included, the table can be restored. Recovery is on. */
int64_t ddb_recovery_earliest(const struct call *call, const struct ddb_table *table);
int64_t ddb_recovery_latest(const struct call *call, const struct ddb_table *table);

/* A table with recovery that is deleted leaves a backup that DynamoDB itself keeps for 35 days. */
struct err ddb_recovery_keep_deleted(struct call *call, const struct ddb_table *table);
