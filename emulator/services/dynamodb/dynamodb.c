/* How DynamoDB differs from other services. */
#include "emulator/services/dynamodb/due.h"
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/store/dynamodb_store.h"
#include "emulator/services/dynamodb_api.h"

const struct fault DDB_VALIDATION_EXCEPTION = {
    .info = {"ValidationException", "the input is not valid", 400},
    .space = "com.amazon.coral.validate#",
};

const struct service dynamodb_service = {
    .model = &dynamodb_model,
    .schema = &dynamodb_store_schema,
    .run_due = ddb_run_due,
    .due_kind = OPERATION_WRITE,
    .skew_seconds = 15 * 60,
    .syntax_before_signature = true,
    .fault_namespace = "com.amazonaws.dynamodb.v20120810#",
    .common_fault_namespace = "com.amazon.coral.service#",
    .validation_fault = &DDB_VALIDATION_EXCEPTION,
    .message_member = "message",
    .crc32_header = true,
    .greets = true,
};
