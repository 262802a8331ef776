/* Secrets and their tags at rest. */
#include "emulator/services/secretsmanager/store/secret_store.h"

#include "emulator/services/secretsmanager/store/pairs.h"
#include "emulator/services/secretsmanager/store/sql.h"

static struct secret read_secret(struct store_statement *s, struct arena *arena)
{
    return (struct secret){
        .name = store_text(s, 0, arena),
        .arn = store_text(s, 1, arena),
        .description = store_text(s, 2, arena),
        .kms_key_id = store_text(s, 3, arena),
        .created_micros = store_i64(s, 4),
        .changed_micros = store_i64(s, 5),
        .accessed_micros = store_i64(s, 6),
        .deletion_due_micros = store_i64(s, 7),
        .type = store_text(s, 8, arena),
        .owning_service = store_text(s, 9, arena),
        .policy = store_text(s, 10, arena),
        .primary_region = store_text(s, 11, arena),
        .primary_arn = store_text(s, 12, arena),
        .primary_status = store_text(s, 13, arena),
        .rotation = {.state = (enum rotation_state)store_i64(s, 14),
                     .function = store_text(s, 15, arena),
                     .after_days = store_i64(s, 16),
                     .schedule = store_text(s, 17, arena),
                     .duration = store_text(s, 18, arena),
                     .rotated_micros = store_i64(s, 19),
                     .due_micros = store_i64(s, 20),
                     .closes_micros = store_i64(s, 21)},
    };
}

static struct err find_one(struct call *call, enum secret_sql id, struct slice named,
                           struct secret *secret)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, id, named);
    store_bind_i64(&s, 4, call->now_micros);
    *secret = (struct secret){0};
    if (store_step(&s))
        *secret = read_secret(&s, call->arena);
    return store_done(&s);
}

struct err secret_store_find(struct call *call, struct slice name, struct secret *secret)
{
    return find_one(call, FIND, name, secret);
}

struct err secret_store_find_by_arn(struct call *call, struct slice arn, struct secret *secret)
{
    return find_one(call, FIND_BY_ARN, arn, secret);
}

struct err secret_store_save(struct call *call, const struct secret *secret)
{
    const struct secret_rotation *rotation = &secret->rotation;
    struct store_statement s = secret_sql_scoped(call, SAVE, secret->name);
    store_bind_text(&s, 4, secret->arn);
    store_bind_text(&s, 5, secret->description);
    store_bind_text(&s, 6, secret->kms_key_id);
    store_bind_i64(&s, 7, secret->created_micros);
    store_bind_i64(&s, 8, secret->changed_micros);
    secret_sql_bind_time(&s, 9, secret->accessed_micros);
    secret_sql_bind_time(&s, 10, secret->deletion_due_micros);
    store_bind_text(&s, 11, secret->type);
    store_bind_text(&s, 12, secret->owning_service);
    store_bind_text(&s, 13, secret->policy);
    store_bind_text(&s, 14, secret->primary_region);
    store_bind_text(&s, 15, secret->primary_arn);
    store_bind_text(&s, 16, secret->primary_status);
    store_bind_i64(&s, 17, rotation->state);
    store_bind_text(&s, 18, rotation->function);
    store_bind_i64(&s, 19, rotation->after_days);
    store_bind_text(&s, 20, rotation->schedule);
    store_bind_text(&s, 21, rotation->duration);
    secret_sql_bind_time(&s, 22, rotation->rotated_micros);
    secret_sql_bind_time(&s, 23, rotation->due_micros);
    secret_sql_bind_time(&s, 24, rotation->closes_micros);
    return store_run(&s);
}

struct err secret_store_erase(struct call *call, struct slice name)
{
    struct store_statement s = secret_sql_scoped(call, ERASE, name);
    return store_run(&s);
}

static struct err count_secrets(struct call *call, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, COUNT_SECRETS, SLICE_NONE);
    *count = store_step(&s) ? (size_t)store_i64(&s, 0) : 0;
    return store_done(&s);
}

struct err secret_store_all(struct call *call, struct secret **secrets, size_t *count)
{
    size_t room;
    TRY(count_secrets(call, &room));
    *secrets = ARENA_ARRAY(call->arena, struct secret, room);
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, EACH, SLICE_NONE);
    store_bind_i64(&s, 4, call->now_micros);
    for (*count = 0; *count < room && store_step(&s); (*count)++)
        (*secrets)[*count] = read_secret(&s, call->arena);
    return store_done(&s);
}

struct err secret_store_save_tag(struct call *call, struct slice name,
                                 const struct secret_pair *tag)
{
    struct store_statement s = secret_sql_scoped(call, SAVE_TAG, name);
    store_bind_text(&s, 4, tag->name);
    store_bind_text(&s, 5, tag->value);
    return store_run(&s);
}

struct err secret_store_erase_tag(struct call *call, struct slice name, struct slice key)
{
    struct store_statement s = secret_sql_scoped(call, ERASE_TAG, name);
    store_bind_text(&s, 4, key);
    return store_run(&s);
}

struct err secret_store_erase_tags(struct call *call, struct slice name)
{
    struct store_statement s = secret_sql_scoped(call, ERASE_TAGS, name);
    return store_run(&s);
}

struct err secret_store_tags(struct call *call, struct slice name, struct secret_pairs *tags)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = secret_sql_scoped(call, TAGS, name);
    return secret_sql_pairs(call, &s, tags);
}
