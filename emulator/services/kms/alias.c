/* Aliases: CreateAlias, ListAliases. */
#include "emulator/core/page.h"
#include "emulator/services/kms/kms_resolve.h"
#include "emulator/services/kms_api.h"

enum { default_page = 50, page_max = 100 };

struct err kms_create_alias(struct call *call, const struct kms_create_alias_request *in, void *out)
{
    (void)out;
    struct kms_key key;
    struct kms_alias alias;
    if (!slice_starts_with(in->alias_name, SLICE("alias/")) || in->alias_name.len == 6)
        return fail(call, &FAULT_VALIDATION,
                    "Alias must start with the prefix \"alias/\". Please see "
                    "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    if (slice_starts_with(in->alias_name, SLICE("alias/aws/")))
        return fail(call, &FAULT_NOT_AUTHORIZED, "%s", "");
    if (slice_contains(in->target_key_id, SLICE("alias/")))
        return fail(call, &FAULT_VALIDATION, "Aliases must refer to keys. Not aliases");
    TRY(kms_resolve_key(call, in->target_key_id, &key));
    TRY(kms_store_find_alias(call, in->alias_name, &alias));
    if (slice_is_set(alias.key_id))
        return fail(call, &KMS_ALREADY_EXISTS_EXCEPTION,
                    "An alias with the name " SLICE_FMT " already exists",
                    SLICE_ARG(kms_alias_arn(call, in->alias_name)));
    TRY(kms_require_not_pending_deletion(call, &key));
    alias = (struct kms_alias){in->alias_name, key.key_id, call->now_micros, call->now_micros};
    return kms_store_add_alias(call, &alias);
}

static struct kms_alias_list_entry entry(struct call *call, const struct kms_alias *alias)
{
    return (struct kms_alias_list_entry){
        .alias_name = alias->name,
        .alias_arn = kms_alias_arn(call, alias->name),
        .target_key_id = alias->key_id,
        .creation_date = SET_TIME(alias->created_micros),
        .last_updated_date = SET_TIME(alias->updated_micros),
    };
}

struct err kms_list_aliases(struct call *call, const struct kms_list_aliases_request *in,
                            struct kms_list_aliases_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    page = page > page_max ? page_max : page; /* the model allows 1,000; AWS gives 100 */
    struct kms_alias *aliases = ARENA_ARRAY(call->arena, struct kms_alias, page + 1);
    struct kms_key key = {0};
    struct slice after;
    size_t count;
    if (!page_token_read(call->arena, in->marker, &after))
        return fail(call, &KMS_INVALID_MARKER_EXCEPTION, "Invalid marker");
    if (slice_is_set(in->key_id))
        TRY(kms_resolve_key(call, in->key_id, &key));
    TRY(kms_store_list_aliases(call, key.key_id, after, (int64_t)page + 1, aliases, &count));
    out->truncated = SET_BOOL(count > page);
    if (count > page) {
        count = page;
        out->next_marker = page_token(call->arena, aliases[count - 1].name);
    }
    out->aliases = (struct kms_alias_list){
        ARENA_ARRAY(call->arena, struct kms_alias_list_entry, count), count, true};
    for (size_t i = 0; i < count; i++)
        out->aliases.items[i] = entry(call, &aliases[i]);
    return OK;
}
