/* ExportTableToPointInTime, DescribeExport, ListExports. */
#include "emulator/core/page.h"
#include "emulator/services/dynamodb/backup/backup.h"
#include "emulator/services/dynamodb/backup/part_arn.h"
#include "emulator/services/dynamodb/backup/recovery.h"
#include "emulator/services/dynamodb/backup/transfer.h"
#include "emulator/services/dynamodb/store/transfer_store.h"

static const struct slice part_kind = SLICE_INIT("export");
static const int64_t increment_micros_min = 15 * 60 * MICROS_PER_SECOND;
static const int64_t increment_micros_max = 24 * 3600 * MICROS_PER_SECOND;

static struct dynamodb_incremental_export_specification *describe_increment(
    struct call *call, const struct ddb_export *export)
{
    struct dynamodb_incremental_export_specification *out =
        ARENA_NEW(call->arena, struct dynamodb_incremental_export_specification);
    int64_t to = export->to_micros ? export->to_micros : export->started_micros;
    out->export_from_time = SET_TIME(export->from_micros);
    out->export_to_time = SET_TIME(to);
    out->export_view_type = slice_is_set(export->view_type)
                                ? export->view_type
                                : DYNAMODB_EXPORT_VIEW_TYPE_NEW_AND_OLD_IMAGES;
    return out;
}

static struct dynamodb_export_description *describe(struct call *call,
                                                    const struct ddb_export *export)
{
    struct dynamodb_export_description *out =
        ARENA_NEW(call->arena, struct dynamodb_export_description);
    bool is_full = slice_eq(export->type, DYNAMODB_EXPORT_TYPE_FULL_EXPORT);
    int64_t moment = export->moment_micros ? export->moment_micros : export->started_micros;
    *out = (struct dynamodb_export_description){
        .export_arn = ddb_part_arn_format(call, part_kind, export->table_name, export->id),
        .export_status = DYNAMODB_EXPORT_STATUS_FAILED,
        .start_time = SET_TIME(export->started_micros),
        .end_time = SET_TIME(export->started_micros),
        .table_arn = ddb_table_arn(call, export->table_name),
        .table_id = export->table_id,
        .client_token = export->token,
        .s3_bucket = export->bucket,
        .s3_bucket_owner = export->bucket_owner,
        .s3_prefix = export->prefix,
        .s3_sse_algorithm = export->sse_algorithm,
        .s3_sse_kms_key_id = export->sse_key,
        .failure_code = TRANSFER_FAILURE_CODE,
        .failure_message = TRANSFER_FAILURE_MESSAGE,
        .export_format = export->format,
        .export_type = export->type,
        .incremental_export_specification = is_full ? NULL : describe_increment(call, export),
    };
    if (is_full)
        out->export_time = SET_TIME(moment);
    return out;
}

/* As AWS answers while the export is under way. */
static struct dynamodb_export_description *describe_start(struct call *call,
                                                          const struct ddb_export *export)
{
    struct dynamodb_export_description *out = describe(call, export);
    out->export_status = DYNAMODB_EXPORT_STATUS_IN_PROGRESS;
    out->end_time = (struct opt_time){0};
    out->failure_code = out->failure_message = SLICE_NONE;
    return out;
}

static struct err check_window(struct call *call, const struct ddb_table *table, int64_t micros)
{
    if (micros >= ddb_recovery_earliest(call, table) && micros <= call->now_micros)
        return OK;
    return fail(call, &DYNAMODB_INVALID_EXPORT_TIME_EXCEPTION,
                "The specified ExportTime is outside of the point in time recovery window.");
}

static struct err take_increment(struct call *call, const struct ddb_table *table,
                                 const struct dynamodb_incremental_export_specification *given,
                                 struct ddb_export *export)
{
    if (!given || !given->export_from_time.is_set)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "IncrementalExportSpecification with an ExportFromTime must be provided when "
                    "ExportType is INCREMENTAL_EXPORT");
    int64_t to = given->export_to_time.is_set ? given->export_to_time.micros : call->now_micros;
    int64_t length = to - given->export_from_time.micros;
    if (length < increment_micros_min || length > increment_micros_max)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The period between ExportFromTime and ExportToTime must be at least 15 "
                    "minutes and at most 24 hours");
    TRY(check_window(call, table, given->export_from_time.micros));
    TRY(check_window(call, table, to));
    export->from_micros = given->export_from_time.micros;
    export->to_micros = given->export_to_time.is_set ? to : 0;
    export->view_type = given->export_view_type;
    return OK;
}

static struct err take_period(struct call *call, const struct ddb_table *table,
                              const struct dynamodb_export_table_to_point_in_time_input *in,
                              struct ddb_export *export)
{
    if (slice_eq(export->type, DYNAMODB_EXPORT_TYPE_FULL_EXPORT)) {
        if (in->incremental_export_specification)
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        "IncrementalExportSpecification can only be provided when ExportType is "
                        "INCREMENTAL_EXPORT");
        export->moment_micros = in->export_time.micros;
        return in->export_time.is_set ? check_window(call, table, export->moment_micros) : OK;
    }
    if (in->export_time.is_set)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "ExportTime can only be provided when ExportType is FULL_EXPORT");
    return take_increment(call, table, in->incremental_export_specification, export);
}

static struct err require_table(struct call *call, struct slice arn, struct ddb_table *table)
{
    if (!slice_starts_with(arn, SLICE("arn:")))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid TableArn: Invalid ResourceArn provided as input " SLICE_FMT,
                    SLICE_ARG(arn));
    TRY(ddb_backup_require_table(call, arn, table));
    if (!table->history_micros)
        return fail(call, &DYNAMODB_POINT_IN_TIME_RECOVERY_UNAVAILABLE_EXCEPTION,
                    "Point in time recovery is not enabled for table '" SLICE_FMT "'",
                    SLICE_ARG(table->name));
    return OK;
}

static struct err take_request(struct call *call,
                               const struct dynamodb_export_table_to_point_in_time_input *in,
                               const struct ddb_table *table, struct ddb_export *export)
{
    *export = (struct ddb_export){
        .id = ddb_part_id(call),
        .table_name = table->name,
        .table_id = table->id,
        .started_micros = call->now_micros,
        .token = slice_is_set(in->client_token) ? in->client_token
                                                : rand_uuid4(call->platform->rand, call->arena),
        .type = slice_is_set(in->export_type) ? in->export_type : DYNAMODB_EXPORT_TYPE_FULL_EXPORT,
        .format = slice_is_set(in->export_format) ? in->export_format
                                                  : DYNAMODB_EXPORT_FORMAT_DYNAMODB_JSON,
        .bucket = in->s3_bucket,
        .bucket_owner = in->s3_bucket_owner,
        .prefix = in->s3_prefix,
        .sse_algorithm = in->s3_sse_algorithm,
        .sse_key = in->s3_sse_kms_key_id,
    };
    if (slice_is_set(export->sse_key) &&
        !slice_eq(export->sse_algorithm, DYNAMODB_S3_SSE_ALGORITHM_KMS))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "S3SseKmsKeyId can only be provided when S3SseAlgorithm is KMS");
    return take_period(call, table, in, export);
}

struct err dynamodb_export_table_to_point_in_time(
    struct call *call, const struct dynamodb_export_table_to_point_in_time_input *in,
    struct dynamodb_export_table_to_point_in_time_output *out)
{
    struct ddb_table table;
    struct ddb_export export;
    struct ddb_export earlier;
    bool repeated;
    if (in->filter_specification)
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement the parameter FilterSpecification of "
                    "ExportTableToPointInTime yet: leave it out");
    TRY(require_table(call, in->table_arn, &table));
    TRY(take_request(call, in, &table, &export));
    TRY(ddb_store_find_export_token(call, export.token, &earlier, &repeated));
    if (repeated && !ddb_export_same(&export, &earlier))
        return fail(call, &DYNAMODB_EXPORT_CONFLICT_EXCEPTION,
                    "There was a conflict when writing to the specified S3 bucket: the ClientToken "
                    "was used for another export within the last 8 hours");
    out->export_description = repeated ? describe(call, &earlier) : describe_start(call, &export);
    return repeated ? OK : ddb_store_add_export(call, &export);
}

struct err dynamodb_describe_export(struct call *call,
                                    const struct dynamodb_describe_export_input *in,
                                    struct dynamodb_describe_export_output *out)
{
    struct ddb_part_arn arn;
    struct ddb_export export;
    bool found = false;
    if (!ddb_part_arn_parse(in->export_arn, part_kind, &arn))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid ExportArn: Invalid ResourceArn provided as input " SLICE_FMT,
                    SLICE_ARG(in->export_arn));
    if (ddb_part_arn_is_here(call, &arn))
        TRY(ddb_store_find_export(call, arn.table_name, arn.id, &export, &found));
    if (!found)
        return fail(call, &DYNAMODB_EXPORT_NOT_FOUND_EXCEPTION,
                    "The specified export was not found: " SLICE_FMT, SLICE_ARG(in->export_arn));
    out->export_description = describe(call, &export);
    return OK;
}

struct err dynamodb_list_exports(struct call *call, const struct dynamodb_list_exports_input *in,
                                 struct dynamodb_list_exports_output *out)
{
    size_t limit = in->max_results.is_set ? (size_t)in->max_results.value : TRANSFER_PAGE_MAX;
    struct ddb_export *exports = ARENA_ARRAY(call->arena, struct ddb_export, limit + 1);
    struct slice after;
    struct slice table_name;
    size_t count;
    if (!page_token_read(call->arena, in->next_token, &after))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid NextToken");
    TRY(ddb_transfer_filter(call, in->table_arn, &table_name));
    TRY(ddb_store_list_exports(call, after, table_name, limit + 1, exports, &count));
    if (count > limit) {
        count = limit;
        out->next_token = page_token(call->arena, exports[count - 1].id);
    }
    out->export_summaries = (struct dynamodb_export_summaries){
        ARENA_ARRAY(call->arena, struct dynamodb_export_summary, count), count, true};
    for (size_t i = 0; i < count; i++) {
        const struct dynamodb_export_description *shown = describe(call, &exports[i]);
        out->export_summaries.items[i] = (struct dynamodb_export_summary){
            shown->export_arn, shown->export_status, shown->export_type};
    }
    return OK;
}
