#pragma once
/*
 * Backups at rest: what is known of each, and the definition that its table had. Its items lie
 * beside those of the tables, under a number that no table has. What is returned lives in the
 * call's arena.
 */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

struct ddb_backup {
    int64_t number; /* of its items; 0: to be given by the store */
    struct slice id;
    struct slice name;
    struct slice type; /* one of BackupType */
    int64_t created_micros;
    int64_t expires_micros; /* 0: never */
    int64_t items;
    int64_t bytes;
    bool is_copied_to;      /* it is being made */
    bool is_copied_from;    /* a table is being restored from it */
    struct ddb_table table; /* as it was; its name stands in the backup's ARN */
};

/* With the number of a table that is removed in the same transaction, it keeps the table's items.
 */
struct err ddb_store_add_backup(struct call *call, struct ddb_backup *backup);
/* `found` is false for one that has expired by the call's time, too. */
struct err ddb_store_find_backup(struct call *call, struct slice table_name, struct slice id,
                                 struct ddb_backup *backup, bool *found);
/* Its items go with it, or by and by (rubbish_store.h). */
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

/* Removes one that expired by the call's time; `next_micros` is when to come again. */
struct err ddb_store_expire_backups(struct call *call, int64_t *next_micros);
