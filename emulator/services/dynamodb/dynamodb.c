/* How DynamoDB differs from other services. */
#include "emulator/services/dynamodb/backup/copy.h"
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/store/backup_store.h"
#include "emulator/services/dynamodb/store/history_store.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb_api.h"

const struct fault DDB_VALIDATION_EXCEPTION = {
    .info = {"ValidationException", "the input is not valid", 400},
    .space = "com.amazon.coral.validate#",
};

typedef struct err (*duty)(struct call *call, int64_t *next_micros);

/* What falls due here is of several kinds, each with a next moment of its own. */
static struct err run_due(struct call *call, int64_t *next_micros)
{
    static const duty duties[] = {ddb_copy_run_due, ddb_store_expire_backups,
                                  ddb_store_trim_history, ddb_stream_run_due};
    *next_micros = INT64_MAX;
    for (size_t i = 0; i < ARRAY_LEN(duties); i++) {
        int64_t next;
        TRY(duties[i](call, &next));
        if (next < *next_micros)
            *next_micros = next;
    }
    return OK;
}

const struct service dynamodb_service = {
    .model = &dynamodb_model,
    .schema = &dynamodb_store_schema,
    .run_due = run_due,
    .due_kind = OPERATION_WRITE,
    .skew_seconds = 15 * 60,
    .syntax_before_signature = true,
    .fault_namespace = "com.amazonaws.dynamodb.v20120810#",
    .common_fault_namespace = "com.amazon.coral.service#",
    .validation_fault = &DDB_VALIDATION_EXCEPTION,
    .message_member = "message",
    .crc32_header = true,
};
