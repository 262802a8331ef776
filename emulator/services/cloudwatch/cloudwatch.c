/* How Amazon CloudWatch differs from other services. */
#include "emulator/services/cloudwatch/cloudwatch_store.h"
#include "emulator/services/cloudwatch_api.h"

const struct service cloudwatch_service = {
    .model = &cloudwatch_model,
    .schema = &cloudwatch_store_schema,
    .skew_seconds = 5 * 60,
    .query_auth_faults = true,
    .fault_namespace = "com.amazonaws.cloudwatch.v2010_08_01#",
    .common_fault_namespace = "",
    .validation_fault = &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
    .missing_fault = &CLOUDWATCH_MISSING_REQUIRED_PARAMETER_EXCEPTION,
    .parameter_words = true,
    .message_member = "message",
};
