/* How AWS STS differs from other services. */
#include "emulator/services/sts_api.h"

const struct service sts_service = {
    .model = &sts_model,
    .skew_seconds = 15 * 60,
    .query_auth_faults = true,
    .fault_namespace = "",
    .common_fault_namespace = "",
    .message_member = "message",
};
