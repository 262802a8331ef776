/* Aliases: CreateAlias, UpdateAlias, DeleteAlias, ListAliases. */
#include "emulator/core/page.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/key/spec.h"
#include "emulator/services/kms/key/state.h"
#include "emulator/services/kms/store/alias_store.h"
#include "emulator/services/kms_api.h"

enum { default_page = 50, page_max = 100, aliases_max = 50 };

static struct err check_name(struct call *call, struct slice name)
{
    if (!slice_starts_with(name, SLICE("alias/")) || name.len == 6)
        return fail(call, &FAULT_VALIDATION,
                    "Alias must start with the prefix \"alias/\". Please see "
                    "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    if (slice_starts_with(name, SLICE("alias/aws/")))
        return fail(call, &FAULT_NOT_AUTHORIZED, "%s", "");
    return OK;
}

static struct err target_key(struct call *call, struct slice named, struct kms_key *key)
{
    if (slice_contains(named, SLICE("alias/")))
        return fail(call, &FAULT_VALIDATION, "Aliases must refer to keys. Not aliases");
    return kms_resolve_key(call, named, key);
}

static struct err require_room(struct call *call, const struct kms_key *key)
{
    int64_t count;
    TRY(kms_store_count_aliases(call, key->key_id, &count));
    if (count < aliases_max)
        return OK;
    return fail(call, &KMS_LIMIT_EXCEEDED_EXCEPTION,
                "The aliases of " SLICE_FMT " have reached their quota of %d.",
                SLICE_ARG(kms_key_arn(call, key->key_id)), aliases_max);
}

static struct err existing_alias(struct call *call, struct slice name, struct kms_alias *alias)
{
    TRY(kms_store_find_alias(call, name, alias));
    if (slice_is_set(alias->key_id))
        return OK;
    return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Alias " SLICE_FMT " is not found.",
                SLICE_ARG(kms_alias_arn(call, name)));
}

struct err kms_create_alias(struct call *call, const struct kms_create_alias_request *in, void *out)
{
    (void)out;
    struct kms_key key;
    struct kms_alias alias;
    TRY(check_name(call, in->alias_name));
    TRY(target_key(call, in->target_key_id, &key));
    TRY(kms_store_find_alias(call, in->alias_name, &alias));
    if (slice_is_set(alias.key_id))
        return fail(call, &KMS_ALREADY_EXISTS_EXCEPTION,
                    "An alias with the name " SLICE_FMT " already exists",
                    SLICE_ARG(kms_alias_arn(call, in->alias_name)));
    TRY(kms_require_state(call, &key));
    TRY(require_room(call, &key));
    alias = (struct kms_alias){in->alias_name, key.key_id, call->now_micros, call->now_micros};
    return kms_store_put_alias(call, &alias);
}

/* An alias moves between keys that do the same work: one usage, both pairs or neither. */
static bool are_alike(const struct kms_key *a, const struct kms_key *b)
{
    return slice_eq(a->usage, b->usage) && kms_spec_is_asymmetric(kms_spec_find(a->spec)) ==
                                               kms_spec_is_asymmetric(kms_spec_find(b->spec));
}

struct err kms_update_alias(struct call *call, const struct kms_update_alias_request *in, void *out)
{
    (void)out;
    struct kms_key target;
    struct kms_key current;
    struct kms_alias alias;
    TRY(check_name(call, in->alias_name));
    TRY(existing_alias(call, in->alias_name, &alias));
    TRY(target_key(call, in->target_key_id, &target));
    TRY(kms_require_state(call, &target));
    TRY(kms_store_find_key(call, alias.key_id, &current));
    if (!are_alike(&current, &target))
        return fail(call, &FAULT_VALIDATION,
                    "Alias must refer to a key of the same type and usage: " SLICE_FMT
                    " is " SLICE_FMT " for " SLICE_FMT ".",
                    SLICE_ARG(kms_key_arn(call, current.key_id)), SLICE_ARG(current.spec),
                    SLICE_ARG(current.usage));
    if (!slice_eq(alias.key_id, target.key_id))
        TRY(require_room(call, &target));
    alias.key_id = target.key_id;
    alias.updated_micros = call->now_micros;
    return kms_store_put_alias(call, &alias);
}

struct err kms_delete_alias(struct call *call, const struct kms_delete_alias_request *in, void *out)
{
    (void)out;
    struct kms_alias alias;
    TRY(check_name(call, in->alias_name));
    TRY(existing_alias(call, in->alias_name, &alias));
    return kms_store_remove_alias(call, in->alias_name);
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
