/* How AWS KMS differs from other services. */
#include "emulator/services/kms/key/due.h"
#include "emulator/services/kms/store/key_store.h"
#include "emulator/services/kms_api.h"

const struct service kms_service = {
    .model = &kms_model,
    .schema = &kms_store_schema,
    .run_due = kms_run_due,
    .due_kind = OPERATION_WRITE,
    .keeps_secrets = true,
    .skew_seconds = 5 * 60,
    .fault_namespace = "",
    .common_fault_namespace = "",
    .message_member = "message",
};
