/* Grants at rest. */
#include "emulator/services/kms/store/grant_store.h"

#include "emulator/services/kms/store/sql.h"

static struct kms_grant read_grant(struct store_statement *s, struct arena *arena)
{
    return (struct kms_grant){
        .key_id = store_text(s, 0, arena),
        .grant_id = store_text(s, 1, arena),
        .name = store_text(s, 2, arena),
        .created_micros = store_i64(s, 3),
        .grantee = store_text(s, 4, arena),
        .grantee_is_service = store_i64(s, 5) != 0,
        .retiring = store_text(s, 6, arena),
        .retiring_is_service = store_i64(s, 7) != 0,
        .operations = store_text(s, 8, arena),
        .constraints = store_text(s, 9, arena),
    };
}

static struct err read_one(struct call *call, struct store_statement *s, struct kms_grant *grant)
{
    *grant = store_step(s) ? read_grant(s, call->arena) : (struct kms_grant){0};
    return store_done(s);
}

static struct err read_all(struct call *call, struct store_statement *s, struct kms_grant *grants,
                           size_t *count)
{
    for (*count = 0; store_step(s); (*count)++)
        grants[*count] = read_grant(s, call->arena);
    return store_done(s);
}

struct err kms_store_add_grant(struct call *call, const struct kms_grant *grant)
{
    struct store_statement s = kms_of_key(call, ADD_GRANT, grant->key_id);
    store_bind_text(&s, 4, grant->grant_id);
    store_bind_text(&s, 5, grant->name);
    store_bind_i64(&s, 6, grant->created_micros);
    store_bind_text(&s, 7, grant->grantee);
    store_bind_i64(&s, 8, grant->grantee_is_service);
    store_bind_text(&s, 9, grant->retiring);
    store_bind_i64(&s, 10, grant->retiring_is_service);
    store_bind_text(&s, 11, grant->operations);
    store_bind_text(&s, 12, grant->constraints);
    return store_run(&s);
}

struct err kms_store_find_grant(struct call *call, struct slice key_id, struct slice grant_id,
                                struct kms_grant *grant)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_GRANT, key_id);
    store_bind_text(&s, 4, grant_id);
    return read_one(call, &s, grant);
}

struct err kms_store_find_same_grant(struct call *call, const struct kms_grant *like,
                                     struct kms_grant *grant)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, FIND_GRANT_NAMED, like->key_id);
    store_bind_text(&s, 4, like->name);
    store_bind_text(&s, 5, like->grantee);
    store_bind_i64(&s, 6, like->grantee_is_service);
    store_bind_text(&s, 7, like->retiring);
    store_bind_i64(&s, 8, like->retiring_is_service);
    store_bind_text(&s, 9, like->operations);
    store_bind_text(&s, 10, like->constraints);
    return read_one(call, &s, grant);
}

struct err kms_store_remove_grant(struct call *call, struct slice key_id, struct slice grant_id)
{
    struct store_statement s = kms_of_key(call, REMOVE_GRANT, key_id);
    store_bind_text(&s, 4, grant_id);
    return store_run(&s);
}

struct err kms_store_count_grants(struct call *call, struct slice key_id, int64_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, COUNT_GRANTS, key_id);
    return kms_count(&s, count);
}

struct err kms_store_list_grants(struct call *call, struct slice key_id,
                                 const struct kms_grant_filter *filter, struct slice after,
                                 int64_t limit, struct kms_grant *grants, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = kms_of_key(call, LIST_GRANTS, key_id);
    store_bind_text(&s, 4, after);
    store_bind_i64(&s, 5, limit);
    store_bind_text(&s, 6, filter->grant_id);
    store_bind_text(&s, 7, filter->grantee);
    store_bind_i64(&s, 8, filter->grantee_is_service);
    return read_all(call, &s, grants, count);
}

struct err kms_store_list_retirable(struct call *call, struct slice retiring, bool is_service,
                                    const struct kms_grant *after, int64_t limit,
                                    struct kms_grant *grants, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = kms_scoped(call, LIST_RETIRABLE);
    store_bind_text(&s, 3, retiring);
    store_bind_text(&s, 4, after->key_id);
    store_bind_text(&s, 5, after->grant_id);
    store_bind_i64(&s, 6, limit);
    store_bind_i64(&s, 7, is_service);
    return read_all(call, &s, grants, count);
}
