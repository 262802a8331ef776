/* ListBackups. */
#include "emulator/services/dynamodb/backup/backup.h"

enum { list_max = 100 };

static struct err take_filter(struct call *call, const struct dynamodb_list_backups_input *in,
                              struct ddb_backup_filter *filter)
{
    *filter = (struct ddb_backup_filter){
        .after_table = SLICE(""),
        .after_id = SLICE(""),
        .type = slice_is_set(in->backup_type) ? in->backup_type : DYNAMODB_BACKUP_TYPE_USER,
        .from_micros = in->time_range_lower_bound.is_set ? in->time_range_lower_bound.micros : 0,
        .until_micros =
            in->time_range_upper_bound.is_set ? in->time_range_upper_bound.micros : INT64_MAX,
    };
    if (slice_eq(filter->type, DYNAMODB_BACKUP_TYPE_FILTER_ALL))
        filter->type = SLICE_NONE;
    if (filter->from_micros > filter->until_micros)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "TimeRangeLowerBound must not be later than TimeRangeUpperBound");
    if (slice_is_set(in->table_name))
        TRY(ddb_table_name(call, in->table_name, &filter->table_name));
    if (slice_is_set(in->exclusive_start_backup_arn))
        TRY(ddb_backup_arn_parse(call, in->exclusive_start_backup_arn, &filter->after_table,
                                 &filter->after_id));
    return OK;
}

static struct dynamodb_backup_summary summarize(struct call *call, const struct ddb_backup *backup)
{
    const struct dynamodb_backup_details *details =
        ddb_backup_details(call, backup, ddb_backup_status(backup));
    return (struct dynamodb_backup_summary){
        .table_name = backup->table.name,
        .table_id = backup->table.id,
        .table_arn = ddb_table_arn(call, backup->table.name),
        .backup_arn = details->backup_arn,
        .backup_name = details->backup_name,
        .backup_creation_date_time = details->backup_creation_date_time,
        .backup_expiry_date_time = details->backup_expiry_date_time,
        .backup_status = details->backup_status,
        .backup_type = details->backup_type,
        .backup_size_bytes = details->backup_size_bytes,
    };
}

struct err dynamodb_list_backups(struct call *call, const struct dynamodb_list_backups_input *in,
                                 struct dynamodb_list_backups_output *out)
{
    struct ddb_backup_filter filter;
    size_t limit = in->limit.is_set ? (size_t)in->limit.value : list_max;
    struct ddb_backup *backups = ARENA_ARRAY(call->arena, struct ddb_backup, limit + 1);
    size_t count;
    TRY(take_filter(call, in, &filter));
    filter.limit = (int64_t)limit + 1;
    TRY(ddb_store_list_backups(call, &filter, backups, &count));
    bool more = count > limit;
    count -= more;
    out->backup_summaries = (struct dynamodb_backup_summaries){
        ARENA_ARRAY(call->arena, struct dynamodb_backup_summary, count), count, true};
    for (size_t i = 0; i < count; i++)
        out->backup_summaries.items[i] = summarize(call, &backups[i]);
    if (more)
        out->last_evaluated_backup_arn = ddb_backup_arn(call, &backups[limit - 1]);
    return OK;
}
