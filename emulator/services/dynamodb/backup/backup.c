/* CreateBackup, DescribeBackup, DeleteBackup. */
#include "emulator/services/dynamodb/backup/backup.h"

#include "emulator/core/arn.h"

enum { micros_per_milli = 1000 };

struct err ddb_backup_require_table(struct call *call, struct slice parameter,
                                    struct ddb_table *table)
{
    struct slice name;
    bool found;
    TRY(ddb_table_name(call, parameter, &name));
    TRY(ddb_store_find_table(call, name, table, &found));
    if (!found)
        return fail(call, &DYNAMODB_TABLE_NOT_FOUND_EXCEPTION, "Table not found: " SLICE_FMT,
                    SLICE_ARG(name));
    return OK;
}

/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID */
static bool split_arn(struct slice text, struct arn *arn, struct slice *table_name,
                      struct slice *id)
{
    struct slice rest;
    struct slice kind;
    struct slice backup;
    return arn_parse(text, arn) && slice_eq(arn->service, SLICE("dynamodb")) &&
           slice_split_once(arn->resource, '/', &kind, &rest) && slice_eq(kind, SLICE("table")) &&
           slice_split_once(rest, '/', table_name, &rest) &&
           slice_split_once(rest, '/', &backup, id) && slice_eq(backup, SLICE("backup")) &&
           id->len > 0 && slice_index(*id, '/') < 0;
}

static struct err refuse_missing(struct call *call, struct slice arn)
{
    return fail(call, &DYNAMODB_BACKUP_NOT_FOUND_EXCEPTION, "Backup not found: " SLICE_FMT,
                SLICE_ARG(arn));
}

struct err ddb_backup_arn_parse(struct call *call, struct slice text, struct slice *table_name,
                                struct slice *id)
{
    struct arn arn;
    if (!split_arn(text, &arn, table_name, id))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid BackupArn: Invalid ResourceArn provided as input " SLICE_FMT,
                    SLICE_ARG(text));
    if (!slice_eq(arn.account, call->account) || !slice_eq(arn.region, call->region))
        return refuse_missing(call, text);
    return OK;
}

struct slice ddb_backup_arn(struct call *call, const struct ddb_backup *backup)
{
    return arena_printf(call->arena, SLICE_FMT "/backup/" SLICE_FMT,
                        SLICE_ARG(ddb_table_arn(call, backup->table.name)), SLICE_ARG(backup->id));
}

struct err ddb_backup_require(struct call *call, struct slice arn, struct ddb_backup *backup)
{
    struct slice table_name;
    struct slice id;
    bool found;
    TRY(ddb_backup_arn_parse(call, arn, &table_name, &id));
    TRY(ddb_store_find_backup(call, table_name, id, backup, &found));
    return found ? OK : refuse_missing(call, arn);
}

/* The time in milliseconds and eight random digits: "01489602797149-73d8d5bc". */
static struct slice make_id(struct call *call)
{
    return arena_printf(call->arena, "%014lld-%08llx",
                        (long long)(call->now_micros / micros_per_milli),
                        (unsigned long long)rand_below(call->platform->rand, UINT64_C(1) << 32));
}

struct err ddb_backup_make(struct call *call, const struct ddb_table *table, struct slice name,
                           struct slice type, int64_t expires_micros, struct ddb_backup *backup)
{
    *backup = (struct ddb_backup){
        .id = make_id(call),
        .name = name,
        .type = type,
        .created_micros = call->now_micros,
        .expires_micros = expires_micros,
        .table = *table,
    };
    TRY(ddb_store_find_size(call, table, NULL, &backup->items, &backup->bytes));
    return ddb_store_add_backup(call, backup);
}

struct err dynamodb_create_backup(struct call *call, const struct dynamodb_create_backup_input *in,
                                  struct dynamodb_create_backup_output *out)
{
    struct ddb_table table;
    struct ddb_backup backup;
    TRY(ddb_backup_require_table(call, in->table_name, &table));
    TRY(ddb_backup_make(call, &table, in->backup_name, DYNAMODB_BACKUP_TYPE_USER, 0, &backup));
    out->backup_details = ddb_backup_details(call, &backup, DYNAMODB_BACKUP_STATUS_CREATING);
    return OK;
}

struct err dynamodb_describe_backup(struct call *call,
                                    const struct dynamodb_describe_backup_input *in,
                                    struct dynamodb_describe_backup_output *out)
{
    struct ddb_backup backup;
    TRY(ddb_backup_require(call, in->backup_arn, &backup));
    out->backup_description = ddb_backup_describe(call, &backup, DYNAMODB_BACKUP_STATUS_AVAILABLE);
    return OK;
}

struct err dynamodb_delete_backup(struct call *call, const struct dynamodb_delete_backup_input *in,
                                  struct dynamodb_delete_backup_output *out)
{
    struct ddb_backup backup;
    TRY(ddb_backup_require(call, in->backup_arn, &backup));
    out->backup_description = ddb_backup_describe(call, &backup, DYNAMODB_BACKUP_STATUS_DELETED);
    return ddb_store_remove_backup(call, &backup);
}
