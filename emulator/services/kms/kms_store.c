/* KMS's SQL. */
#include "emulator/services/kms/kms_store.h"

#include "emulator/services/kms_api.h"

enum kms_sql {
    FIND_KEY,
    FIND_ALIAS,
    ADD_KEY,
    SET_KEY_STATE,
    ADD_ALIAS,
    ADD_TAG,
    ADD_MATERIAL,
    FIND_MATERIAL,
    LIST_KEYS,
    LIST_ALIASES,
    LIST_ALIASES_OF_KEY,
};

/* Parameters 1 and 2 of every statement are the account and the region. */
static const char *const statements[] = {
    [FIND_KEY] = "SELECT key_id, manager, state, description, usage, spec, origin, policy, created,"
                 " current_version FROM keys WHERE account = ?1 AND region = ?2 AND key_id = ?3",
    [FIND_ALIAS] = "SELECT alias_name, key_id, created, updated FROM aliases"
                   " WHERE account = ?1 AND region = ?2 AND alias_name = ?3",
    [ADD_KEY] = "INSERT INTO keys (account, region, key_id, manager, state, description, usage,"
                " spec, origin, policy, created, current_version)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [SET_KEY_STATE] = "UPDATE keys SET state = ?4"
                      " WHERE account = ?1 AND region = ?2 AND key_id = ?3",
    [ADD_ALIAS] = "INSERT INTO aliases (account, region, alias_name, key_id, created, updated)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [ADD_TAG] = "INSERT INTO tags (account, region, key_id, tag_key, tag_value)"
                " VALUES (?1, ?2, ?3, ?4, ?5)",
    [ADD_MATERIAL] = "INSERT INTO materials (account, region, key_id, version, material_id, sealed)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [FIND_MATERIAL] = "SELECT material_id, sealed FROM materials"
                      " WHERE account = ?1 AND region = ?2 AND key_id = ?3 AND version = ?4",
    [LIST_KEYS] = "SELECT key_id FROM keys WHERE account = ?1 AND region = ?2 AND key_id > ?3"
                  " ORDER BY key_id LIMIT ?4",
    [LIST_ALIASES] = "SELECT alias_name, key_id, created, updated FROM aliases"
                     " WHERE account = ?1 AND region = ?2 AND alias_name > ?3"
                     " ORDER BY alias_name LIMIT ?4",
    [LIST_ALIASES_OF_KEY] = "SELECT alias_name, key_id, created, updated FROM aliases"
                            " WHERE account = ?1 AND region = ?2 AND alias_name > ?3"
                            " AND key_id = ?5 ORDER BY alias_name LIMIT ?4",
};

const struct store_schema kms_store_schema = {
    .name = "kms",
    .migrations = kms_migrations,
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
};

static struct store_statement scoped(struct call *call, enum kms_sql id)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    return s;
}

struct err kms_store_find_key(struct call *call, struct slice key_id, struct kms_key *key)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_KEY);
    store_bind_text(&s, 3, key_id);
    *key = (struct kms_key){0};
    if (store_step(&s))
        *key = (struct kms_key){
            .key_id = store_text(&s, 0, call->arena),
            .manager = store_text(&s, 1, call->arena),
            .state = store_text(&s, 2, call->arena),
            .description = store_text(&s, 3, call->arena),
            .usage = store_text(&s, 4, call->arena),
            .spec = store_text(&s, 5, call->arena),
            .origin = store_text(&s, 6, call->arena),
            .policy = store_text(&s, 7, call->arena),
            .created_micros = store_i64(&s, 8),
            .current_version = store_i64(&s, 9),
        };
    return store_done(&s);
}

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
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_ALIAS);
    store_bind_text(&s, 3, name);
    *alias = (struct kms_alias){0};
    if (store_step(&s))
        *alias = read_alias(&s, call->arena);
    return store_done(&s);
}

struct err kms_store_add_key(struct call *call, const struct kms_key *key)
{
    struct store_statement s = scoped(call, ADD_KEY);
    store_bind_text(&s, 3, key->key_id);
    store_bind_text(&s, 4, key->manager);
    store_bind_text(&s, 5, key->state);
    store_bind_text(&s, 6, key->description);
    store_bind_text(&s, 7, key->usage);
    store_bind_text(&s, 8, key->spec);
    store_bind_text(&s, 9, key->origin);
    store_bind_text(&s, 10, key->policy);
    store_bind_i64(&s, 11, key->created_micros);
    store_bind_i64(&s, 12, key->current_version);
    return store_run(&s);
}

struct err kms_store_set_key_state(struct call *call, struct slice key_id, struct slice state)
{
    struct store_statement s = scoped(call, SET_KEY_STATE);
    store_bind_text(&s, 3, key_id);
    store_bind_text(&s, 4, state);
    return store_run(&s);
}

struct err kms_store_add_alias(struct call *call, const struct kms_alias *alias)
{
    struct store_statement s = scoped(call, ADD_ALIAS);
    store_bind_text(&s, 3, alias->name);
    store_bind_text(&s, 4, alias->key_id);
    store_bind_i64(&s, 5, alias->created_micros);
    store_bind_i64(&s, 6, alias->updated_micros);
    return store_run(&s);
}

struct err kms_store_add_tag(struct call *call, struct slice key_id, struct slice tag_key,
                             struct slice tag_value)
{
    struct store_statement s = scoped(call, ADD_TAG);
    store_bind_text(&s, 3, key_id);
    store_bind_text(&s, 4, tag_key);
    store_bind_text(&s, 5, tag_value);
    return store_run(&s);
}

struct err kms_store_add_material(struct call *call, struct slice key_id, int64_t version,
                                  struct slice material_id, struct slice sealed)
{
    struct store_statement s = scoped(call, ADD_MATERIAL);
    store_bind_text(&s, 3, key_id);
    store_bind_i64(&s, 4, version);
    store_bind_text(&s, 5, material_id);
    store_bind_blob(&s, 6, sealed);
    return store_run(&s);
}

struct err kms_store_find_material(struct call *call, struct slice key_id, int64_t version,
                                   struct slice *material_id, struct slice *sealed)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_MATERIAL);
    store_bind_text(&s, 3, key_id);
    store_bind_i64(&s, 4, version);
    *material_id = *sealed = SLICE_NONE;
    if (store_step(&s)) {
        *material_id = store_text(&s, 0, call->arena);
        *sealed = store_blob(&s, 1, call->arena);
    }
    return store_done(&s);
}

struct err kms_store_list_keys(struct call *call, struct slice after, int64_t limit,
                               struct slice *key_ids, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, LIST_KEYS);
    store_bind_text(&s, 3, after);
    store_bind_i64(&s, 4, limit);
    for (*count = 0; store_step(&s); (*count)++)
        key_ids[*count] = store_text(&s, 0, call->arena);
    return store_done(&s);
}

struct err kms_store_list_aliases(struct call *call, struct slice key_id, struct slice after,
                                  int64_t limit, struct kms_alias *aliases, size_t *count)
{
    bool of_key = slice_is_set(key_id);
    CLEANUP(store_statement_cleanup)
    struct store_statement s = scoped(call, of_key ? LIST_ALIASES_OF_KEY : LIST_ALIASES);
    store_bind_text(&s, 3, after);
    store_bind_i64(&s, 4, limit);
    if (of_key)
        store_bind_text(&s, 5, key_id);
    for (*count = 0; store_step(&s); (*count)++)
        aliases[*count] = read_alias(&s, call->arena);
    return store_done(&s);
}
