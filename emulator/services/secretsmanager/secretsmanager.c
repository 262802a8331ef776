/* How AWS Secrets Manager differs from other services. */
#include "emulator/services/secretsmanager/rotation/rotation.h"
#include "emulator/services/secretsmanager_api.h"

/* Of CloudTrail's request parameters: what was asked for, never a value. */
static const char *const audited[] = {
    "SecretId",
    "Name",
    "VersionId",
    "VersionStage",
    "MoveToVersionId",
    "RemoveFromVersionId",
    "ClientRequestToken",
    "SecretIdList",
    "KmsKeyId",
    "RotationLambdaARN",
    "RotationRules",
    "RotateImmediately",
    "RecoveryWindowInDays",
    "ForceDeleteWithoutRecovery",
    "AddReplicaRegions",
    "RemoveReplicaRegions",
    "CrossAccountReplicaARN",
    NULL,
};

const struct service secretsmanager_service = {
    .model = &secretsmanager_model,
    .schema = &secretsmanager_store_schema,
    .run_due = rotation_run_due,
    .due_kind = OPERATION_PLAIN,
    .keeps_secrets = true,
    .skew_seconds = 5 * 60,
    .fault_namespace = "",
    .common_fault_namespace = "",
    .message_member = "Message",
    .audited = audited,
};
