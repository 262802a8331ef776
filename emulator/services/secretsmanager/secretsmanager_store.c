/* Secrets Manager's SQL. */
#include "emulator/services/secretsmanager/secretsmanager_store.h"

#include <string.h>

#include "emulator/services/secretsmanager_api.h"

#define SECRET_COLUMNS                                                                             \
    "name, arn, description, kms_key_id, created, changed, accessed, deletion_due"
#define SCOPE "account = ?1 AND region = ?2"
#define NOT_GONE "(deletion_due IS NULL OR deletion_due > ?4)"

enum secret_sql {
    FIND,
    FIND_BY_ARN,
    ADD,
    UPDATE,
    ERASE,
    EACH_ASCENDING,
    EACH_DESCENDING,
    ADD_VERSION,
    FIND_VERSION,
    PRUNE_VERSIONS,
    FIND_STAGE,
    SET_STAGE,
    CLEAR_STAGE,
    STAGES,
    STAGES_OF_VERSION,
    ADD_TAG,
    TAGS,
};

/* Parameters 1 and 2 of every statement are the account and the region. */
static const char *const statements[] = {
    [FIND] = "SELECT " SECRET_COLUMNS " FROM secrets WHERE " SCOPE " AND name = ?3 AND " NOT_GONE,
    [FIND_BY_ARN] = "SELECT " SECRET_COLUMNS " FROM secrets WHERE " SCOPE
                    " AND (arn = ?3 OR substr(arn, 1, length(arn) - 7) = ?3) AND " NOT_GONE
                    " ORDER BY arn = ?3 DESC LIMIT 1",
    [ADD] = "INSERT INTO secrets (account, region, " SECRET_COLUMNS
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [UPDATE] = "UPDATE secrets SET description = ?5, kms_key_id = ?6, changed = ?8, accessed = ?9,"
               " deletion_due = ?10 WHERE " SCOPE " AND name = ?3",
    [ERASE] = "DELETE FROM secrets WHERE " SCOPE " AND name = ?3",
    [EACH_ASCENDING] = "SELECT " SECRET_COLUMNS " FROM secrets WHERE " SCOPE " AND " NOT_GONE
                       " ORDER BY created, name",
    [EACH_DESCENDING] = "SELECT " SECRET_COLUMNS " FROM secrets WHERE " SCOPE " AND " NOT_GONE
                        " ORDER BY created DESC, name DESC",
    [ADD_VERSION] = "INSERT INTO versions (account, region, name, version_id, created, is_binary,"
                    " data_key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [FIND_VERSION] = "SELECT version_id, created, is_binary, data_key, sealed FROM versions"
                     " WHERE " SCOPE " AND name = ?3 AND version_id = ?4",
    [PRUNE_VERSIONS] =
        "DELETE FROM versions WHERE " SCOPE " AND name = ?3 AND created < ?4 AND version_id IN ("
        "  SELECT v.version_id FROM versions v LEFT JOIN stages s USING"
        "    (account, region, name, version_id)"
        "  WHERE v.account = ?1 AND v.region = ?2 AND v.name = ?3 AND s.stage IS NULL"
        "  ORDER BY v.created DESC, v.version_id LIMIT -1 OFFSET 100)",
    [FIND_STAGE] = "SELECT version_id FROM stages WHERE " SCOPE " AND name = ?3 AND stage = ?4",
    [SET_STAGE] = "INSERT INTO stages (account, region, name, stage, version_id)"
                  " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account, region, name, stage)"
                  " DO UPDATE SET version_id = excluded.version_id",
    [CLEAR_STAGE] = "DELETE FROM stages WHERE " SCOPE " AND name = ?3 AND stage = ?4",
    [STAGES] = "SELECT stage, version_id FROM stages WHERE " SCOPE
               " AND name = ?3 ORDER BY version_id, stage",
    [STAGES_OF_VERSION] = "SELECT stage, version_id FROM stages WHERE " SCOPE
                          " AND name = ?3 AND version_id = ?4 ORDER BY stage",
    [ADD_TAG] = "INSERT INTO tags (account, region, name, tag_key, tag_value)"
                " VALUES (?1, ?2, ?3, ?4, ?5)",
    [TAGS] = "SELECT tag_key, tag_value FROM tags WHERE " SCOPE " AND name = ?3 ORDER BY tag_key",
};

const struct store_schema secretsmanager_store_schema = {
    .name = "secretsmanager",
    .migrations = secretsmanager_migrations,
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
};

static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

static struct store_statement scoped(struct call *call, enum secret_sql id, struct slice name)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    if (slice_is_set(name))
        store_bind_text(&s, 3, name);
    return s;
}

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
    };
}

static struct err find_one(struct call *call, enum secret_sql id, struct slice named,
                           struct secret *secret)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, id, named);
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

static void bind_time(struct store_statement *s, int at, int64_t micros)
{
    if (micros)
        store_bind_i64(s, at, micros);
}

static struct err write_secret(struct call *call, enum secret_sql id, const struct secret *secret)
{
    struct store_statement s = scoped(call, id, secret->name);
    if (id == ADD) {
        store_bind_text(&s, 4, secret->arn);
        store_bind_i64(&s, 7, secret->created_micros);
    }
    store_bind_text(&s, 5, secret->description);
    store_bind_text(&s, 6, secret->kms_key_id);
    store_bind_i64(&s, 8, secret->changed_micros);
    bind_time(&s, 9, secret->accessed_micros);
    bind_time(&s, 10, secret->deletion_due_micros);
    return store_run(&s);
}

struct err secret_store_add(struct call *call, const struct secret *secret)
{
    return write_secret(call, ADD, secret);
}

struct err secret_store_update(struct call *call, const struct secret *secret)
{
    return write_secret(call, UPDATE, secret);
}

struct err secret_store_erase(struct call *call, struct slice name)
{
    struct store_statement s = scoped(call, ERASE, name);
    return store_run(&s);
}

struct err secret_store_each(struct call *call, bool descending, void *context,
                             bool (*visit)(void *context, const struct secret *secret))
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s =
        scoped(call, descending ? EACH_DESCENDING : EACH_ASCENDING, SLICE_NONE);
    store_bind_i64(&s, 4, call->now_micros);
    bool go_on = true;
    while (go_on && store_step(&s)) {
        struct secret secret = read_secret(&s, call->arena);
        go_on = visit(context, &secret);
    }
    return store_done(&s);
}

struct err secret_store_add_version(struct call *call, struct slice name,
                                    const struct secret_version *version)
{
    struct store_statement s = scoped(call, ADD_VERSION, name);
    store_bind_text(&s, 4, version->version_id);
    store_bind_i64(&s, 5, version->created_micros);
    store_bind_i64(&s, 6, version->is_binary);
    store_bind_blob(&s, 7, version->data_key);
    store_bind_blob(&s, 8, version->sealed);
    return store_run(&s);
}

struct err secret_store_find_version(struct call *call, struct slice name, struct slice version_id,
                                     struct secret_version *version)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_VERSION, name);
    store_bind_text(&s, 4, version_id);
    *version = (struct secret_version){0};
    if (store_step(&s))
        *version = (struct secret_version){
            .version_id = store_text(&s, 0, call->arena),
            .created_micros = store_i64(&s, 1),
            .is_binary = store_i64(&s, 2) != 0,
            .data_key = store_blob(&s, 3, call->arena),
            .sealed = store_blob(&s, 4, call->arena),
        };
    return store_done(&s);
}

struct err secret_store_prune_versions(struct call *call, struct slice name)
{
    struct store_statement s = scoped(call, PRUNE_VERSIONS, name);
    store_bind_i64(&s, 4, call->now_micros - day_micros);
    return store_run(&s);
}

struct err secret_store_find_stage(struct call *call, struct slice name, struct slice stage,
                                   struct slice *version_id)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_STAGE, name);
    store_bind_text(&s, 4, stage);
    *version_id = store_step(&s) ? store_text(&s, 0, call->arena) : SLICE_NONE;
    return store_done(&s);
}

struct err secret_store_set_stage(struct call *call, struct slice name, struct slice stage,
                                  struct slice version_id)
{
    struct store_statement s = scoped(call, SET_STAGE, name);
    store_bind_text(&s, 4, stage);
    store_bind_text(&s, 5, version_id);
    return store_run(&s);
}

struct err secret_store_clear_stage(struct call *call, struct slice name, struct slice stage)
{
    struct store_statement s = scoped(call, CLEAR_STAGE, name);
    store_bind_text(&s, 4, stage);
    return store_run(&s);
}

/* All rows of a statement with two text columns. */
static struct err read_pairs(struct call *call, struct store_statement *s,
                             struct secret_pair **pairs, size_t *count)
{
    size_t capacity = 0;
    *pairs = NULL;
    for (*count = 0; store_step(s); (*count)++) {
        if (*count == capacity) {
            struct secret_pair *bigger =
                ARENA_ARRAY(call->arena, struct secret_pair, capacity * 2 + 4);
            if (*count)
                memcpy(bigger, *pairs, *count * sizeof *bigger);
            *pairs = bigger;
            capacity = capacity * 2 + 4;
        }
        (*pairs)[*count] =
            (struct secret_pair){store_text(s, 0, call->arena), store_text(s, 1, call->arena)};
    }
    return store_done(s);
}

struct err secret_store_stages(struct call *call, struct slice name, struct slice version_id,
                               struct secret_pair **stages, size_t *count)
{
    bool of_one = slice_is_set(version_id);
    CLEANUP(store_statement_cleanup)
    struct store_statement s = scoped(call, of_one ? STAGES_OF_VERSION : STAGES, name);
    if (of_one)
        store_bind_text(&s, 4, version_id);
    return read_pairs(call, &s, stages, count);
}

struct err secret_store_add_tag(struct call *call, struct slice name, const struct secret_pair *tag)
{
    struct store_statement s = scoped(call, ADD_TAG, name);
    store_bind_text(&s, 4, tag->name);
    store_bind_text(&s, 5, tag->value);
    return store_run(&s);
}

struct err secret_store_tags(struct call *call, struct slice name, struct secret_pair **tags,
                             size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, TAGS, name);
    return read_pairs(call, &s, tags, count);
}
