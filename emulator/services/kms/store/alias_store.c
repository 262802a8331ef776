/* Aliases and tags at rest. */
#include "emulator/services/kms/store/alias_store.h"

#include "emulator/services/kms/store/sql.h"

static struct kms_alias read_alias(struct store_statement *s, struct arena *arena)
{
    return (struct kms_alias){
        .name = store_text(s, 0, arena),
        .key_id = store_text(s, 1, arena),
        .created_micros = store_i64(s, 2),
        .updated_micros = store_i64(s, 3),
    };
}

struct err kms_store_find_alias(struct call *call, struct slice name, struct kms_alias *alias)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = kms_scoped(call, FIND_ALIAS);
    store_bind_text(&s, 3, name);
    *alias = store_step(&s) ? read_alias(&s, call->arena) : (struct kms_alias){0};
    return store_done(&s);
}

struct err kms_store_put_alias(struct call *call, const struct kms_alias *alias)
{
    struct store_statement s = kms_scoped(call, PUT_ALIAS);
    store_bind_text(&s, 3, alias->name);
    store_bind_text(&s, 4, alias->key_id);
    store_bind_i64(&s, 5, alias->created_micros);
    store_bind_i64(&s, 6, alias->updated_micros);
    return store_run(&s);
}

struct err kms_store_remove_alias(struct call *call, struct slice name)
{
    struct store_statement s = kms_scoped(call, REMOVE_ALIAS);
    store_bind_text(&s, 3, name);
    return store_run(&s);
}

struct err kms_store_count_aliases(struct call *call, struct slice key_id, int64_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, COUNT_ALIASES, key_id);
    return kms_count(&s, count);
}

struct err kms_store_list_aliases(struct call *call, struct slice key_id, struct slice after,
                                  int64_t limit, struct kms_alias *aliases, size_t *count)
{
    bool of_key = slice_is_set(key_id);
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_scoped(call, of_key ? LIST_ALIASES_OF_KEY : LIST_ALIASES);
    store_bind_text(&s, 3, after);
    store_bind_i64(&s, 4, limit);
    if (of_key)
        store_bind_text(&s, 5, key_id);
    for (*count = 0; store_step(&s); (*count)++)
        aliases[*count] = read_alias(&s, call->arena);
    return store_done(&s);
}

struct err kms_store_put_tag(struct call *call, struct slice key_id, struct kms_tag_row tag)
{
    struct store_statement s = kms_of_key(call, PUT_TAG, key_id);
    store_bind_text(&s, 4, tag.key);
    store_bind_text(&s, 5, tag.value);
    return store_run(&s);
}

struct err kms_store_remove_tag(struct call *call, struct slice key_id, struct slice tag_key)
{
    struct store_statement s = kms_of_key(call, REMOVE_TAG, key_id);
    store_bind_text(&s, 4, tag_key);
    return store_run(&s);
}

struct err kms_store_count_tags(struct call *call, struct slice key_id, int64_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, COUNT_TAGS, key_id);
    return kms_count(&s, count);
}

struct err kms_store_list_tags(struct call *call, struct slice key_id, struct slice after,
                               int64_t limit, struct kms_tag_row *tags, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, LIST_TAGS, key_id);
    store_bind_text(&s, 4, after);
    store_bind_i64(&s, 5, limit);
    for (*count = 0; store_step(&s); (*count)++)
        tags[*count] = (struct kms_tag_row){.key = store_text(&s, 0, call->arena),
                                            .value = store_text(&s, 1, call->arena)};
    return store_done(&s);
}
