/* Finding secrets, and reading what hangs on them. */
#include "emulator/services/secretsmanager/secretsmanager_secret.h"

struct err secret_resolve(struct call *call, struct slice secret_id, struct secret *secret)
{
    if (slice_starts_with(secret_id, SLICE("arn:")))
        TRY(secret_store_find_by_arn(call, secret_id, secret));
    else
        TRY(secret_store_find(call, secret_id, secret));
    if (slice_is_set(secret->name))
        return OK;
    return fail(call, &SECRETSMANAGER_RESOURCE_NOT_FOUND_EXCEPTION,
                "Secrets Manager can't find the specified secret.");
}

struct err secret_require_usable(struct call *call, const struct secret *secret)
{
    if (!secret->deletion_due_micros)
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                "You can't perform this operation on the secret because it was marked for "
                "deletion.");
}

struct opt_time secret_time(int64_t micros)
{
    return (struct opt_time){.micros = micros, .is_set = micros != 0};
}

/* The rows come in order of version, so a version's stages are neighbours. */
struct err secret_version_stages(struct call *call, struct slice name,
                                 struct secretsmanager_secret_versions_to_stages_map_type *map)
{
    struct secret_pair *rows;
    size_t count;
    TRY(secret_store_stages(call, name, SLICE_NONE, &rows, &count));
    struct slice *stages = ARENA_ARRAY(call->arena, struct slice, count);
    map->items = ARENA_ARRAY(call->arena,
                             struct secretsmanager_secret_versions_to_stages_map_type_entry, count);
    map->count = 0;
    map->is_set = count > 0;
    for (size_t i = 0; i < count; i++) {
        stages[i] = rows[i].name;
        if (i == 0 || !slice_eq(rows[i].value, rows[i - 1].value))
            map->items[map->count++] =
                (struct secretsmanager_secret_versions_to_stages_map_type_entry){
                    rows[i].value, {&stages[i], 0, true}
            };
        map->items[map->count - 1].value.count++;
    }
    return OK;
}

struct err secret_stages_of(struct call *call, struct slice name, struct slice version_id,
                            struct secretsmanager_secret_version_stages_type *stages)
{
    struct secret_pair *rows;
    size_t count;
    TRY(secret_store_stages(call, name, version_id, &rows, &count));
    *stages = (struct secretsmanager_secret_version_stages_type){
        ARENA_ARRAY(call->arena, struct slice, count), count, count > 0};
    for (size_t i = 0; i < count; i++)
        stages->items[i] = rows[i].name;
    return OK;
}

struct err secret_tags_of(struct call *call, struct slice name,
                          struct secretsmanager_tag_list_type *tags)
{
    struct secret_pair *rows;
    size_t count;
    TRY(secret_store_tags(call, name, &rows, &count));
    *tags = (struct secretsmanager_tag_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_tag, count), count, count > 0};
    for (size_t i = 0; i < count; i++)
        tags->items[i] = (struct secretsmanager_tag){rows[i].name, rows[i].value};
    return OK;
}
