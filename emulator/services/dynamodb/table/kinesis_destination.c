/*
 * Kinesis data streams as destinations of a table's changes: kept and described. There is no
 * Kinesis here yet that would take them, so any stream of the account and region is believed in.
 */
#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/item/request.h"

#define WRONG_STATE "Table is not in a valid state to %s Kinesis Streaming Destination: "

static struct err check_arn(struct call *call, struct slice text)
{
    struct arn arn;
    struct slice kind;
    struct slice name;
    bool is_stream = arn_parse(text, &arn) && slice_eq(arn.service, SLICE("kinesis")) &&
                     slice_eq(arn.region, call->region) && slice_eq(arn.account, call->account) &&
                     slice_split_once(arn.resource, '/', &kind, &name) &&
                     slice_eq(kind, SLICE("stream")) && name.len > 0;
    if (!is_stream)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: StreamArn is not the ARN of a "
                    "Kinesis data stream of this account and region: " SLICE_FMT,
                    SLICE_ARG(text));
    return OK;
}

static struct ddb_destination *find(const struct ddb_table *table, struct slice stream_arn)
{
    for (size_t i = 0; i < table->destination_count; i++)
        if (slice_eq(table->destinations[i].stream_arn, stream_arn))
            return &table->destinations[i];
    return NULL;
}

static bool is_active(const struct ddb_destination *destination)
{
    return destination && slice_eq(destination->status, DYNAMODB_DESTINATION_STATUS_ACTIVE);
}

/* Disabling and updating need the destination; a table sends its changes to one at a time. */
static struct err require_active(struct call *call, const struct ddb_table *table,
                                 struct slice stream_arn, const char *doing, const char *operation,
                                 struct ddb_destination **destination)
{
    *destination = find(table, stream_arn);
    if (!is_active(*destination))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WRONG_STATE "KinesisStreamingDestination must be ACTIVE to perform %s "
                                "operation.",
                    doing, operation);
    return OK;
}

static struct err require_none_active(struct call *call, const struct ddb_table *table)
{
    for (size_t i = 0; i < table->destination_count; i++)
        if (is_active(&table->destinations[i]))
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        WRONG_STATE "EnableKinesisStreamingDestination must be DISABLED or "
                                    "ENABLE_FAILED to perform ENABLE operation.",
                        "enable");
    return OK;
}

/* The destination of that stream, made when it is new. */
static struct ddb_destination *take(struct arena *arena, struct ddb_table *table,
                                    struct slice stream_arn)
{
    struct ddb_destination *found = find(table, stream_arn);
    if (found)
        return found;
    struct ddb_destination *all =
        ARENA_ARRAY(arena, struct ddb_destination, table->destination_count + 1);
    for (size_t i = 0; i < table->destination_count; i++)
        all[i] = table->destinations[i];
    table->destinations = all;
    all[table->destination_count].stream_arn = stream_arn;
    return &all[table->destination_count++];
}

static struct dynamodb_enable_kinesis_streaming_configuration *configuration(
    struct arena *arena, const struct ddb_destination *destination)
{
    struct dynamodb_enable_kinesis_streaming_configuration *out =
        ARENA_NEW(arena, struct dynamodb_enable_kinesis_streaming_configuration);
    out->approximate_creation_date_time_precision = destination->precision;
    return out;
}

struct err dynamodb_enable_kinesis_streaming_destination(
    struct call *call, const struct dynamodb_kinesis_streaming_destination_input *in,
    struct dynamodb_kinesis_streaming_destination_output *out)
{
    const struct dynamodb_enable_kinesis_streaming_configuration *wanted =
        in->enable_kinesis_streaming_configuration;
    struct ddb_table table;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    TRY(check_arn(call, in->stream_arn));
    TRY(require_none_active(call, &table));
    struct ddb_destination *destination = take(call->arena, &table, in->stream_arn);
    destination->status = DYNAMODB_DESTINATION_STATUS_ACTIVE;
    destination->precision =
        wanted && slice_is_set(wanted->approximate_creation_date_time_precision)
            ? wanted->approximate_creation_date_time_precision
            : DYNAMODB_APPROXIMATE_CREATION_DATE_TIME_PRECISION_MILLISECOND;
    *out = (struct dynamodb_kinesis_streaming_destination_output){
        .table_name = table.name,
        .stream_arn = in->stream_arn,
        .destination_status = DYNAMODB_DESTINATION_STATUS_ENABLING,
        .enable_kinesis_streaming_configuration = configuration(call->arena, destination),
    };
    return ddb_store_update_table(call, &table);
}

struct err dynamodb_disable_kinesis_streaming_destination(
    struct call *call, const struct dynamodb_kinesis_streaming_destination_input *in,
    struct dynamodb_kinesis_streaming_destination_output *out)
{
    struct ddb_table table;
    struct ddb_destination *destination;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    TRY(check_arn(call, in->stream_arn));
    TRY(require_active(call, &table, in->stream_arn, "disable", "DISABLE", &destination));
    destination->status = DYNAMODB_DESTINATION_STATUS_DISABLED;
    *out = (struct dynamodb_kinesis_streaming_destination_output){
        .table_name = table.name,
        .stream_arn = in->stream_arn,
        .destination_status = DYNAMODB_DESTINATION_STATUS_DISABLING,
        .enable_kinesis_streaming_configuration = configuration(call->arena, destination),
    };
    return ddb_store_update_table(call, &table);
}

struct err dynamodb_update_kinesis_streaming_destination(
    struct call *call, const struct dynamodb_update_kinesis_streaming_destination_input *in,
    struct dynamodb_update_kinesis_streaming_destination_output *out)
{
    const struct dynamodb_update_kinesis_streaming_configuration *wanted =
        in->update_kinesis_streaming_configuration;
    struct ddb_table table;
    struct ddb_destination *destination;
    if (!wanted || !slice_is_set(wanted->approximate_creation_date_time_precision))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Streaming destination cannot be updated with given parameters: "
                    "UpdateKinesisStreamingConfiguration cannot be null or contain only null "
                    "values");
    TRY(ddb_require_named_table(call, in->table_name, &table));
    TRY(check_arn(call, in->stream_arn));
    TRY(require_active(call, &table, in->stream_arn, "update", "UPDATE", &destination));
    if (slice_eq(destination->precision, wanted->approximate_creation_date_time_precision))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid Request: Precision is already set to the desired value of " SLICE_FMT
                    " for tableId: " SLICE_FMT ", kdsArn: " SLICE_FMT,
                    SLICE_ARG(destination->precision), SLICE_ARG(table.id),
                    SLICE_ARG(in->stream_arn));
    destination->precision = wanted->approximate_creation_date_time_precision;
    *out = (struct dynamodb_update_kinesis_streaming_destination_output){
        .table_name = table.name,
        .stream_arn = in->stream_arn,
        .destination_status = DYNAMODB_DESTINATION_STATUS_UPDATING,
        .update_kinesis_streaming_configuration = in->update_kinesis_streaming_configuration,
    };
    return ddb_store_update_table(call, &table);
}

struct err dynamodb_describe_kinesis_streaming_destination(
    struct call *call, const struct dynamodb_describe_kinesis_streaming_destination_input *in,
    struct dynamodb_describe_kinesis_streaming_destination_output *out)
{
    struct ddb_table table;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    struct dynamodb_kinesis_data_stream_destination *all = ARENA_ARRAY(
        call->arena, struct dynamodb_kinesis_data_stream_destination, table.destination_count);
    for (size_t i = 0; i < table.destination_count; i++) {
        all[i].stream_arn = table.destinations[i].stream_arn;
        all[i].destination_status = table.destinations[i].status;
        all[i].approximate_creation_date_time_precision = table.destinations[i].precision;
    }
    out->table_name = table.name;
    out->kinesis_data_stream_destinations.items = all;
    out->kinesis_data_stream_destinations.count = table.destination_count;
    out->kinesis_data_stream_destinations.is_set = true;
    return OK;
}
