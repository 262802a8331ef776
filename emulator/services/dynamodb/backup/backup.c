/* CreateBackup, DescribeBackup, DeleteBackup. */
#include "emulator/services/dynamodb/backup/backup.h"

#include "emulator/services/dynamodb/backup/copy.h"
#include "emulator/services/dynamodb/backup/part_arn.h"

static const struct slice part_kind = SLICE_INIT("backup");

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

static struct err refuse_missing(struct call *call, struct slice arn)
{
    return fail(call, &DYNAMODB_BACKUP_NOT_FOUND_EXCEPTION, "Backup not found: " SLICE_FMT,
                SLICE_ARG(arn));
}

struct err ddb_backup_arn_parse(struct call *call, struct slice text, struct slice *table_name,
                                struct slice *id)
{
    struct ddb_part_arn arn;
    if (!ddb_part_arn_parse(text, part_kind, &arn))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid BackupArn: Invalid ResourceArn provided as input " SLICE_FMT,
                    SLICE_ARG(text));
    if (!ddb_part_arn_is_here(call, &arn))
        return refuse_missing(call, text);
    *table_name = arn.table_name;
    *id = arn.id;
    return OK;
}

struct slice ddb_backup_arn(struct call *call, const struct ddb_backup *backup)
{
    return ddb_part_arn_format(call, part_kind, backup->table.name, backup->id);
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

struct err ddb_backup_make(struct call *call, const struct ddb_table *table, struct slice name,
                           struct slice type, int64_t expires_micros, struct ddb_backup *backup)
{
    *backup = (struct ddb_backup){
        .number = expires_micros ? table->number : 0,
        .id = ddb_part_id(call),
        .name = name,
        .type = type,
        .created_micros = call->now_micros,
        .expires_micros = expires_micros,
        .table = *table,
    };
    TRY(ddb_store_find_size(call, table, NULL, &backup->items, &backup->bytes));
    return ddb_store_add_backup(call, backup);
}

struct slice ddb_backup_status(const struct ddb_backup *backup)
{
    return backup->is_copied_to ? DYNAMODB_BACKUP_STATUS_CREATING
                                : DYNAMODB_BACKUP_STATUS_AVAILABLE;
}

struct err ddb_backup_check_idle(struct call *call, const struct ddb_backup *backup, bool restores)
{
    if (!backup->is_copied_to && (restores || !backup->is_copied_from))
        return OK;
    return fail(call, &DYNAMODB_BACKUP_IN_USE_EXCEPTION,
                "There is another ongoing conflicting backup control plane operation on the table. "
                "The backup is being %s: " SLICE_FMT,
                backup->is_copied_to ? "created" : "restored to a table",
                SLICE_ARG(ddb_backup_arn(call, backup)));
}

struct err dynamodb_create_backup(struct call *call, const struct dynamodb_create_backup_input *in,
                                  struct dynamodb_create_backup_output *out)
{
    struct ddb_table table;
    struct ddb_backup backup;
    TRY(ddb_backup_require_table(call, in->table_name, &table));
    if (table.state.status != DDB_ACTIVE)
        return fail(call, &DYNAMODB_TABLE_IN_USE_EXCEPTION, "Table is not ACTIVE: " SLICE_FMT,
                    SLICE_ARG(table.name));
    TRY(ddb_backup_make(call, &table, in->backup_name, DYNAMODB_BACKUP_TYPE_USER, 0, &backup));
    out->backup_details = ddb_backup_details(call, &backup, DYNAMODB_BACKUP_STATUS_CREATING);
    struct ddb_copy copy = {.target = backup.number, .source = table.number};
    return ddb_copy_now(call, &copy);
}

struct err dynamodb_describe_backup(struct call *call,
                                    const struct dynamodb_describe_backup_input *in,
                                    struct dynamodb_describe_backup_output *out)
{
    struct ddb_backup backup;
    TRY(ddb_backup_require(call, in->backup_arn, &backup));
    out->backup_description = ddb_backup_describe(call, &backup, ddb_backup_status(&backup));
    return OK;
}

struct err dynamodb_delete_backup(struct call *call, const struct dynamodb_delete_backup_input *in,
                                  struct dynamodb_delete_backup_output *out)
{
    struct ddb_backup backup;
    TRY(ddb_backup_require(call, in->backup_arn, &backup));
    TRY(ddb_backup_check_idle(call, &backup, false));
    out->backup_description = ddb_backup_describe(call, &backup, DYNAMODB_BACKUP_STATUS_DELETED);
    return ddb_store_remove_backup(call, &backup);
}
