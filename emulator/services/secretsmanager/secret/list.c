/* ListSecrets. */
#include "emulator/services/secretsmanager/secret/filter.h"

enum { default_page = 100 };

static struct err write_entry(struct call *call, const struct secret *secret,
                              struct secretsmanager_secret_list_entry *entry)
{
    *entry = (struct secretsmanager_secret_list_entry){
        .arn = secret->arn,
        .name = secret->name,
        .type = secret->type,
        .description = secret->description,
        .kms_key_id = secret->kms_key_id,
        .rotation_lambda_arn = secret->rotation.function,
        .rotation_rules = secret_rotation_rules(call, secret),
        .last_rotated_date = secret_time(secret->rotation.rotated_micros),
        .last_changed_date = secret_time(secret->changed_micros),
        .last_accessed_date = secret_time(secret->accessed_micros),
        .deleted_date = secret_time(secret->deletion_due_micros),
        .next_rotation_date = secret_time(secret->rotation.closes_micros),
        .owning_service = secret->owning_service,
        .created_date = secret_time(secret->created_micros),
        .primary_region = secret->primary_region,
    };
    if (secret->rotation.state != ROTATION_NEVER_ON)
        entry->rotation_enabled = SET_BOOL(secret->rotation.state == ROTATION_ON);
    TRY(secret_tags_of(call, secret->name, &entry->tags));
    return secret_version_stages(call, secret->name, &entry->secret_versions_to_stages);
}

struct err secretsmanager_list_secrets(struct call *call,
                                       const struct secretsmanager_list_secrets_request *in,
                                       struct secretsmanager_list_secrets_response *out)
{
    struct secret_page page;
    const struct secret_query query = {
        .filters = &in->filters,
        .sort_by = in->sort_by,
        .ascending = slice_eq(in->sort_order, SECRETSMANAGER_SORT_ORDER_TYPE_ASC),
        .with_deleted = in->include_planned_deletion.value,
        .page = in->max_results.is_set ? (size_t)in->max_results.value : default_page,
        .token = in->next_token,
    };
    TRY(secret_select(call, &query, &page));
    out->next_token = page.next_token;
    out->secret_list = (struct secretsmanager_secret_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_secret_list_entry, page.count), page.count,
        true};
    for (size_t i = 0; i < page.count; i++)
        TRY(write_entry(call, &page.items[i], &out->secret_list.items[i]));
    return OK;
}
