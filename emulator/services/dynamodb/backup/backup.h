#pragma once
/*
 * On-demand backups, and those that DynamoDB makes itself of deleted tables ("Backup and restore
 * for DynamoDB", developer guide).
 */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/store/backup_store.h"

/* The operations on backups have an error of their own for a table that is not there. */
struct err ddb_backup_require_table(struct call *call, struct slice parameter,
                                    struct ddb_table *table);

/* The parts of a backup's ARN: the table's name and the backup's id. */
struct err ddb_backup_arn_parse(struct call *call, struct slice text, struct slice *table_name,
                                struct slice *id);
struct slice ddb_backup_arn(struct call *call, const struct ddb_backup *backup);

/* BackupNotFoundException without it. */
struct err ddb_backup_require(struct call *call, struct slice arn, struct ddb_backup *backup);

/*
 * A backup without its items, which are the caller's to copy. One that expires is of a table that
 * is removed in the same transaction, and takes over that table's items. `type` is one of
 * BackupType.
 */
struct err ddb_backup_make(struct call *call, const struct ddb_table *table, struct slice name,
                           struct slice type, int64_t expires_micros, struct ddb_backup *backup);

/* CREATING while its items are copied, then AVAILABLE. */
struct slice ddb_backup_status(const struct ddb_backup *backup);
/* BackupInUseException while it is made or restored; several tables may be restored from it at the
 * same time (`restores`). */
struct err ddb_backup_check_idle(struct call *call, const struct ddb_backup *backup, bool restores);

/* `status` is one of BackupStatus. */
struct dynamodb_backup_details *ddb_backup_details(struct call *call,
                                                   const struct ddb_backup *backup,
                                                   struct slice status);
struct dynamodb_backup_description *ddb_backup_describe(struct call *call,
                                                        const struct ddb_backup *backup,
                                                        struct slice status);
