/* Keys at rest. */
#include "emulator/services/kms/store/key_store.h"

#include "emulator/services/kms/store/sql.h"

struct err kms_store_find_key(struct call *call, struct slice key_id, struct kms_key *key)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_KEY, key_id);
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
            .created_micros = store_i64(&s, 7),
            .current_version = store_i64(&s, 8),
            .primary_region = store_text(&s, 9, call->arena),
            .deletion_micros = store_i64(&s, 10),
            .window_days = store_i64(&s, 11),
            .rotation_days = store_i64(&s, 12),
            .next_rotation_micros = store_i64(&s, 13),
            .used_micros = store_i64(&s, 14),
        };
    return store_done(&s);
}

struct err kms_store_add_key(struct call *call, const struct kms_key *key, struct slice policy)
{
    struct store_statement s = kms_of_key(call, ADD_KEY, key->key_id);
    store_bind_text(&s, 4, key->manager);
    store_bind_text(&s, 5, key->state);
    store_bind_text(&s, 6, key->description);
    store_bind_text(&s, 7, key->usage);
    store_bind_text(&s, 8, key->spec);
    store_bind_text(&s, 9, key->origin);
    store_bind_i64(&s, 10, key->created_micros);
    store_bind_i64(&s, 11, key->current_version);
    store_bind_text(&s, 12, key->primary_region);
    kms_bind_or_null(&s, 13, key->deletion_micros);
    store_bind_i64(&s, 14, key->window_days);
    store_bind_i64(&s, 15, key->rotation_days);
    kms_bind_or_null(&s, 16, key->next_rotation_micros);
    store_bind_text(&s, 17, policy);
    return store_run(&s);
}

struct err kms_store_update_key(struct call *call, const struct kms_key *key)
{
    struct store_statement s = kms_of_key(call, UPDATE_KEY, key->key_id);
    store_bind_text(&s, 4, key->state);
    store_bind_text(&s, 5, key->description);
    store_bind_i64(&s, 6, key->current_version);
    store_bind_text(&s, 7, key->primary_region);
    kms_bind_or_null(&s, 8, key->deletion_micros);
    store_bind_i64(&s, 9, key->window_days);
    store_bind_i64(&s, 10, key->rotation_days);
    kms_bind_or_null(&s, 11, key->next_rotation_micros);
    return store_run(&s);
}

struct err kms_store_remove_key(struct call *call, struct slice key_id)
{
    static const enum kms_sql rows[] = {REMOVE_MATERIALS, REMOVE_ALIASES, REMOVE_TAGS,
                                        REMOVE_GRANTS, REMOVE_KEY};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_statement s = kms_of_key(call, rows[i], key_id);
        TRY(store_run(&s));
    }
    return OK;
}

struct err kms_store_list_keys(struct call *call, struct slice after, int64_t limit,
                               struct slice *key_ids, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, LIST_KEYS, after);
    store_bind_i64(&s, 4, limit);
    for (*count = 0; store_step(&s); (*count)++)
        key_ids[*count] = store_text(&s, 0, call->arena);
    return store_done(&s);
}

struct err kms_store_list_regions(struct call *call, struct slice key_id, size_t limit,
                                  struct slice *regions, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, LIST_REGIONS);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, key_id);
    for (*count = 0; *count < limit && store_step(&s); (*count)++)
        regions[*count] = store_text(&s, 0, call->arena);
    return store_done(&s);
}

struct err kms_store_find_policy(struct call *call, struct slice key_id, struct slice *policy)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_POLICY, key_id);
    *policy = store_step(&s) ? store_text(&s, 0, call->arena) : SLICE_NONE;
    return store_done(&s);
}

struct err kms_store_set_policy(struct call *call, struct slice key_id, struct slice policy)
{
    struct store_statement s = kms_of_key(call, SET_POLICY, key_id);
    store_bind_text(&s, 4, policy);
    return store_run(&s);
}

struct err kms_store_find_usage(struct call *call, struct slice key_id, struct kms_usage *usage)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_USAGE, key_id);
    *usage = (struct kms_usage){0};
    if (store_step(&s))
        *usage = (struct kms_usage){
            .used_micros = store_i64(&s, 0),
            .operation = store_text(&s, 1, call->arena),
            .request_id = store_text(&s, 2, call->arena),
        };
    return store_done(&s);
}

struct err kms_store_set_usage(struct call *call, struct slice key_id,
                               const struct kms_usage *usage)
{
    struct store_statement s = kms_of_key(call, SET_USAGE, key_id);
    store_bind_i64(&s, 4, usage->used_micros);
    store_bind_text(&s, 5, usage->operation);
    store_bind_text(&s, 6, usage->request_id);
    return store_run(&s);
}

struct err kms_store_next_due(struct call *call, struct kms_due *due, bool *found)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, NEXT_DUE);
    *found = store_step(&s);
    if (*found)
        *due = (struct kms_due){
            .kind = (enum kms_due_kind)store_i64(&s, 0),
            .account = store_text(&s, 1, call->arena),
            .region = store_text(&s, 2, call->arena),
            .key_id = store_text(&s, 3, call->arena),
            .version = store_i64(&s, 4),
            .due_micros = store_i64(&s, 5),
        };
    return store_done(&s);
}
