/* How DynamoDB Streams differs from other services: it is a second door to DynamoDB's store. */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/store/dynamodb_store.h"
#include "emulator/services/dynamodbstreams_api.h"

const struct service dynamodbstreams_service = {
    .model = &dynamodbstreams_model,
    .schema = &dynamodb_store_schema,
    .skew_seconds = 15 * 60,
    .syntax_before_signature = true,
    .fault_namespace = "com.amazonaws.dynamodb.v20120810#",
    .common_fault_namespace = "com.amazon.coral.service#",
    .validation_fault = &DDB_VALIDATION_EXCEPTION,
    .message_member = "message",
    .crc32_header = true,
    .greets = true,
};
