/* Streams that CreateTable and UpdateTable ask for. */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/stream/stream.h"

static struct err check_change(struct call *call, const struct ddb_table *table,
                               const struct dynamodb_stream_specification *given)
{
    bool has_one = table->stream.number != 0;
    if (given->stream_enabled.value && has_one)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Table already has an enabled stream: TableName: " SLICE_FMT,
                    SLICE_ARG(table->name));
    if (!given->stream_enabled.value && !has_one)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Table has no stream to disable: TableName: " SLICE_FMT,
                    SLICE_ARG(table->name));
    return OK;
}

struct err ddb_stream_check_specification(struct call *call, const struct ddb_table *table,
                                          const struct dynamodb_stream_specification *given)
{
    bool is_new = table->number == 0;
    const char *doing = is_new ? "created" : "updated";
    if (!given)
        return OK;
    if (given->stream_enabled.value && !slice_is_set(given->stream_view_type))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: Table is being %s with a stream "
                    "enabled, UpdateViewType is required",
                    doing);
    if (!given->stream_enabled.value && slice_is_set(given->stream_view_type))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: Table is being %s with a stream "
                    "disabled, UpdateViewType should not be specified",
                    doing);
    return is_new ? OK : check_change(call, table, given);
}

struct err ddb_stream_take_specification(struct call *call, struct ddb_table *table,
                                         const struct dynamodb_stream_specification *given)
{
    if (!given)
        return OK;
    return given->stream_enabled.value ? ddb_stream_open(call, table, given->stream_view_type)
                                       : ddb_stream_close(call, table);
}
