/* RestoreTableToPointInTime. */
#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/backup/copy.h"
#include "emulator/services/dynamodb/backup/recovery.h"
#include "emulator/services/dynamodb/backup/restore.h"

/* The table of an ARN may lie in another of the account's regions. */
static struct err look_up(struct call *call,
                          const struct dynamodb_restore_table_to_point_in_time_input *in,
                          struct slice *name, struct ddb_table *source, bool *found)
{
    struct arn arn;
    struct slice region = call->region;
    struct slice parameter =
        slice_is_set(in->source_table_name) ? in->source_table_name : in->source_table_arn;
    if (arn_parse(parameter, &arn))
        call->region = arn.region;
    struct err e = ddb_table_name(call, parameter, name);
    if (!failed(e))
        e = ddb_store_find_table(call, *name, source, found);
    call->region = region;
    return e;
}

static struct err find_source(struct call *call,
                              const struct dynamodb_restore_table_to_point_in_time_input *in,
                              struct ddb_table *source)
{
    struct slice name;
    bool found;
    if (slice_is_set(in->source_table_name) == slice_is_set(in->source_table_arn))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Exactly one of SourceTableName and SourceTableArn must be specified");
    TRY(look_up(call, in, &name, source, &found));
    if (!found)
        return fail(call, &DYNAMODB_TABLE_NOT_FOUND_EXCEPTION, "Source table not found: " SLICE_FMT,
                    SLICE_ARG(name));
    if (!source->history_micros)
        return fail(call, &DYNAMODB_POINT_IN_TIME_RECOVERY_UNAVAILABLE_EXCEPTION,
                    "Point in time recovery is not enabled for table '" SLICE_FMT "'",
                    SLICE_ARG(name));
    return OK;
}

static struct err find_moment(struct call *call, const struct ddb_table *source,
                              const struct dynamodb_restore_table_to_point_in_time_input *in,
                              int64_t *moment)
{
    int64_t latest = ddb_recovery_latest(call, source);
    if (in->restore_date_time.is_set == in->use_latest_restorable_time.value)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Exactly one of RestoreDateTime and UseLatestRestorableTime must be specified");
    *moment = in->restore_date_time.is_set ? in->restore_date_time.micros : latest;
    if (*moment < ddb_recovery_earliest(call, source) || *moment > latest)
        return fail(call, &DYNAMODB_INVALID_RESTORE_TIME_EXCEPTION,
                    "An invalid restore time was specified. RestoreDateTime must be between "
                    "EarliestRestorableDateTime and LatestRestorableDateTime.");
    return OK;
}

struct err dynamodb_restore_table_to_point_in_time(
    struct call *call, const struct dynamodb_restore_table_to_point_in_time_input *in,
    struct dynamodb_restore_table_to_point_in_time_output *out)
{
    const struct ddb_overrides overrides = {
        .target_name = in->target_table_name,
        .billing_mode = in->billing_mode_override,
        .throughput = in->provisioned_throughput_override,
        .global_indexes = &in->global_secondary_index_override,
        .local_indexes = &in->local_secondary_index_override,
        .encryption = in->sse_specification_override,
        .on_demand_throughput = in->on_demand_throughput_override,
        .has_vector_indexes = in->vector_index_override.is_set,
    };
    struct ddb_table source;
    struct ddb_table table;
    struct ddb_origin origin = {0};
    TRY(find_source(call, in, &source));
    TRY(find_moment(call, &source, in, &origin.moment_micros));
    origin.table_arn = slice_is_set(in->source_table_arn) ? in->source_table_arn
                                                          : ddb_table_arn(call, source.name);
    TRY(ddb_restore_begin(call, &source, &overrides, &origin, &table, &out->table_description));
    struct ddb_copy copy = {.target = table.number, .source = source.number};
    int64_t moment = origin.moment_micros;
    return ddb_copy_moment(call, &copy, moment < call->now_micros ? moment : call->now_micros);
}
