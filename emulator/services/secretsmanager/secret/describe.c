/* DescribeSecret. */
#include "emulator/services/secretsmanager/replica/replica.h"
#include "emulator/services/secretsmanager/secret/secret.h"

struct err secretsmanager_describe_secret(struct call *call,
                                          const struct secretsmanager_describe_secret_request *in,
                                          struct secretsmanager_describe_secret_response *out)
{
    struct secret secret;
    TRY(secret_resolve(call, in->secret_id, &secret));
    *out = (struct secretsmanager_describe_secret_response){
        .arn = secret.arn,
        .name = secret.name,
        .type = secret.type,
        .description = secret.description,
        .kms_key_id = secret.kms_key_id,
        .rotation_lambda_arn = secret.rotation.function,
        .rotation_rules = secret_rotation_rules(call, &secret),
        .last_rotated_date = secret_time(secret.rotation.rotated_micros),
        .last_changed_date = secret_time(secret.changed_micros),
        .last_accessed_date = secret_time(secret.accessed_micros),
        .deleted_date = secret_time(secret.deletion_due_micros),
        .next_rotation_date = secret_time(secret.rotation.closes_micros),
        .owning_service = secret.owning_service,
        .created_date = secret_time(secret.created_micros),
        .primary_region = secret.primary_region,
    };
    if (secret.rotation.state != ROTATION_NEVER_ON)
        out->rotation_enabled = SET_BOOL(secret.rotation.state == ROTATION_ON);
    TRY(secret_tags_of(call, secret.name, &out->tags));
    TRY(replica_statuses(call, &secret, &out->replication_status));
    TRY(replica_cross_account(call, &secret, out));
    return secret_version_stages(call, secret.name, &out->version_ids_to_stages);
}
