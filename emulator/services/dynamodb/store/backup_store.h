#pragma once
/*
 * Backups at rest: what is known of each, the definition that its table had, and a copy of the
 * table's items. Copies are made within SQLite, so that memory does not grow with the table. What
 * is returned lives in the call's arena.
 */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

struct ddb_backup {
    int64_t number; /* given by the store */
    struct slice id;
    struct slice name;
    struct slice type; /* one of BackupType */
    int64_t created_micros;
    int64_t expires_micros; /* 0: never */
    int64_t items;
    int64_t bytes;
    struct ddb_table table; /* as it was; its name stands in the backup's ARN */
};

/* Copies the table's items as they are now. */
struct err ddb_store_add_backup(struct call *call, struct ddb_backup *backup);
/* `found` is false for one that has expired by the call's time, too. */
struct err ddb_store_find_backup(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_backup *backup, bool *found);
struct err ddb_store_remove_backup(struct call *call, const struct ddb_backup *backup);

struct ddb_backup_filter {
    struct slice after_table; /* the backup after which the list begins; empty: from the first */
    struct slice after_id;
    struct slice table_name; /* absent: of all tables */
    struct slice type;       /* absent: of all types */
    int64_t from_micros;
    int64_t until_micros; /* exclusive */
    int64_t limit;
};
/* In the order of their ARNs. */
struct err ddb_store_list_backups(struct call *call, const struct ddb_backup_filter *filter,
                                  struct ddb_backup *backups, size_t *count);

/* Puts the backup's items into a table that has none. Its sizes and indexes are the caller's. */
struct err ddb_store_copy_backup(struct call *call, const struct ddb_backup *backup,
                                 const struct ddb_table *table);

/* Removes a part of what expired at or before the call's time; `next_micros` is when to come again.
 */
struct err ddb_store_expire_backups(struct call *call, int64_t *next_micros);
