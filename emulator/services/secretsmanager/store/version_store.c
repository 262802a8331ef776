/* Versions and their staging labels at rest. */
#include <string.h>

#include "emulator/services/secretsmanager/store/pairs.h"
#include "emulator/services/secretsmanager/store/sql.h"

static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

struct err secret_store_save_version(struct call *call, struct slice name,
                                     const struct secret_version *version)
{
    struct store_statement s = secret_sql_scoped(call, SAVE_VERSION, name);
    store_bind_text(&s, 4, version->version_id);
    store_bind_i64(&s, 5, version->created_micros);
    store_bind_i64(&s, 6, version->is_binary);
    store_bind_blob(&s, 7, version->data_key.ptr ? version->data_key : SLICE(""));
    store_bind_blob(&s, 8, version->sealed.ptr ? version->sealed : SLICE(""));
    secret_sql_bind_time(&s, 9, version->accessed_micros);
    store_bind_text(&s, 10, version->kms_key);
    return store_run(&s);
}

static struct secret_version read_version(struct store_statement *s, struct arena *arena)
{
    return (struct secret_version){
        .version_id = store_text(s, 0, arena),
        .created_micros = store_i64(s, 1),
        .is_binary = store_i64(s, 2) != 0,
        .data_key = store_blob(s, 3, arena),
        .sealed = store_blob(s, 4, arena),
        .accessed_micros = store_i64(s, 5),
        .kms_key = store_text(s, 6, arena),
    };
}

struct err secret_store_find_version(struct call *call, struct slice name, struct slice version_id,
                                     struct secret_version *version)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, FIND_VERSION, name);
    store_bind_text(&s, 4, version_id);
    *version = (struct secret_version){0};
    if (store_step(&s))
        *version = read_version(&s, call->arena);
    return store_done(&s);
}

struct err secret_store_versions(struct call *call, struct slice name,
                                 struct secret_version **versions, size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, VERSIONS, name);
    size_t room = 0;
    *versions = NULL;
    for (*count = 0; store_step(&s); (*count)++) {
        if (*count == room) {
            struct secret_version *more =
                ARENA_ARRAY(call->arena, struct secret_version, room * 2 + 8);
            if (*count)
                memcpy(more, *versions, *count * sizeof *more);
            *versions = more;
            room = room * 2 + 8;
        }
        (*versions)[*count] = read_version(&s, call->arena);
    }
    return store_done(&s);
}

struct err secret_store_erase_version(struct call *call, struct slice name, struct slice version_id)
{
    struct store_statement s = secret_sql_scoped(call, ERASE_VERSION, name);
    store_bind_text(&s, 4, version_id);
    return store_run(&s);
}

struct err secret_store_prune_versions(struct call *call, struct slice name)
{
    struct store_statement s = secret_sql_scoped(call, PRUNE_VERSIONS, name);
    store_bind_i64(&s, 4, call->now_micros - day_micros);
    return store_run(&s);
}

struct err secret_store_find_stage(struct call *call, struct slice name, struct slice stage,
                                   struct slice *version_id)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, FIND_STAGE, name);
    store_bind_text(&s, 4, stage);
    *version_id = store_step(&s) ? store_text(&s, 0, call->arena) : SLICE_NONE;
    return store_done(&s);
}

struct err secret_store_set_stage(struct call *call, struct slice name, struct slice stage,
                                  struct slice version_id)
{
    struct store_statement s = secret_sql_scoped(call, SET_STAGE, name);
    store_bind_text(&s, 4, stage);
    store_bind_text(&s, 5, version_id);
    return store_run(&s);
}

struct err secret_store_clear_stage(struct call *call, struct slice name, struct slice stage)
{
    struct store_statement s = secret_sql_scoped(call, CLEAR_STAGE, name);
    store_bind_text(&s, 4, stage);
    return store_run(&s);
}

struct err secret_store_clear_stages(struct call *call, struct slice name)
{
    struct store_statement s = secret_sql_scoped(call, CLEAR_STAGES, name);
    return store_run(&s);
}

struct err secret_sql_pairs(struct call *call, struct store_statement *s,
                            struct secret_pairs *pairs)
{
    size_t room = 0;
    *pairs = (struct secret_pairs){0};
    for (; store_step(s); pairs->count++) {
        if (pairs->count == room) {
            struct secret_pair *more = ARENA_ARRAY(call->arena, struct secret_pair, room * 2 + 4);
            if (pairs->count)
                memcpy(more, pairs->items, pairs->count * sizeof *more);
            pairs->items = more;
            room = room * 2 + 4;
        }
        pairs->items[pairs->count] =
            (struct secret_pair){store_text(s, 0, call->arena), store_text(s, 1, call->arena)};
    }
    return store_done(s);
}

struct err secret_store_stages(struct call *call, struct slice name, struct slice version_id,
                               struct secret_pairs *stages)
{
    bool of_one = slice_is_set(version_id);
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, of_one ? STAGES_OF_VERSION : STAGES, name);
    if (of_one)
        store_bind_text(&s, 4, version_id);
    return secret_sql_pairs(call, &s, stages);
}
