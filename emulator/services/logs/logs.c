/* How Amazon CloudWatch Logs differs from other services. */
#include "emulator/services/logs/logs_store.h"
#include "emulator/services/logs_api.h"

const struct service logs_service = {
    .model = &logs_model,
    .schema = &logs_store_schema,
    .skew_seconds = 5 * 60,
    .fault_namespace = "",
    .common_fault_namespace = "",
    .validation_fault = &LOGS_INVALID_PARAMETER_EXCEPTION,
    .message_member = "message",
};
