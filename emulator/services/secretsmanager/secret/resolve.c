/* Finding secrets, saving what changed in them, and reading what hangs on them. */
#include "emulator/services/secretsmanager/replica/replica.h"
#include "emulator/services/secretsmanager/secret/secret.h"

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

struct err secret_find_usable(struct call *call, struct slice secret_id, struct secret *secret)
{
    TRY(secret_resolve(call, secret_id, secret));
    if (!secret->deletion_due_micros)
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                "You can't perform this operation on the secret because it was marked for "
                "deletion.");
}

bool secret_is_replica(const struct call *call, const struct secret *secret)
{
    return slice_is_set(secret->primary_arn) || (slice_is_set(secret->primary_region) &&
                                                 !slice_eq(secret->primary_region, call->region));
}

struct err secret_find_writable(struct call *call, struct slice secret_id, struct secret *secret)
{
    TRY(secret_find_usable(call, secret_id, secret));
    if (secret_is_replica(call, secret))
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "Operation not permitted on a replica secret. Call must be made in primary "
                    "secret's region.");
    struct slice owner = secret->owning_service;
    bool is_owner =
        call->caller.is_service && (slice_eq(owner, call->caller.user_id) ||
                                    slice_eq_cstr(call->caller.user_id, "secretsmanager"));
    if (slice_is_set(owner) && !is_owner)
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You can't perform this operation on the secret because it is managed by the "
                    "service " SLICE_FMT ". Use that service to change it.",
                    SLICE_ARG(owner));
    return OK;
}

struct err secret_save_changed(struct call *call, struct secret *secret)
{
    secret->changed_micros = call->now_micros;
    TRY(secret_store_save(call, secret));
    return replica_update_all(call, secret);
}

struct slice secret_new_arn(struct call *call, struct slice name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char suffix[6];
    for (size_t i = 0; i < sizeof suffix; i++)
        suffix[i] = letters[rand_below(call->platform->rand, sizeof letters - 1)];
    return arena_printf(
        call->arena, "arn:aws:secretsmanager:" SLICE_FMT ":" SLICE_FMT ":secret:" SLICE_FMT "-%.*s",
        SLICE_ARG(call->region), SLICE_ARG(call->account), SLICE_ARG(name), (int)sizeof suffix,
        suffix);
}

struct slice secret_version_id(struct call *call, struct slice token)
{
    return slice_is_set(token) ? token : rand_uuid4(call->platform->rand, call->arena);
}

struct opt_time secret_time(int64_t micros)
{
    return (struct opt_time){.micros = micros, .is_set = micros != 0};
}

/* The rows come in order of version, so a version's stages are neighbours. */
struct err secret_version_stages(struct call *call, struct slice name,
                                 struct secretsmanager_secret_versions_to_stages_map_type *map)
{
    struct secret_pairs rows;
    TRY(secret_store_stages(call, name, SLICE_NONE, &rows));
    struct slice *stages = ARENA_ARRAY(call->arena, struct slice, rows.count);
    map->items = ARENA_ARRAY(
        call->arena, struct secretsmanager_secret_versions_to_stages_map_type_entry, rows.count);
    map->count = 0;
    map->is_set = rows.count > 0;
    for (size_t i = 0; i < rows.count; i++) {
        struct slice version_id = rows.items[i].value;
        stages[i] = rows.items[i].name;
        if (i == 0 || !slice_eq(version_id, rows.items[i - 1].value))
            map->items[map->count++] =
                (struct secretsmanager_secret_versions_to_stages_map_type_entry){
                    version_id, {&stages[i], 0, true}
            };
        map->items[map->count - 1].value.count++;
    }
    return OK;
}

struct err secret_stages_of(struct call *call, struct slice name, struct slice version_id,
                            struct secretsmanager_secret_version_stages_type *stages)
{
    struct secret_pairs rows;
    TRY(secret_store_stages(call, name, version_id, &rows));
    *stages = (struct secretsmanager_secret_version_stages_type){
        ARENA_ARRAY(call->arena, struct slice, rows.count), rows.count, rows.count > 0};
    for (size_t i = 0; i < rows.count; i++)
        stages->items[i] = rows.items[i].name;
    return OK;
}

struct err secret_tags_of(struct call *call, struct slice name,
                          struct secretsmanager_tag_list_type *tags)
{
    struct secret_pairs rows;
    TRY(secret_store_tags(call, name, &rows));
    *tags = (struct secretsmanager_tag_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_tag, rows.count), rows.count,
        rows.count > 0};
    for (size_t i = 0; i < rows.count; i++)
        tags->items[i] = (struct secretsmanager_tag){rows.items[i].name, rows.items[i].value};
    return OK;
}

struct secretsmanager_rotation_rules_type *secret_rotation_rules(struct call *call,
                                                                 const struct secret *secret)
{
    const struct secret_rotation *rotation = &secret->rotation;
    if (!rotation->after_days && !slice_is_set(rotation->schedule))
        return NULL;
    struct secretsmanager_rotation_rules_type *rules =
        ARENA_NEW(call->arena, struct secretsmanager_rotation_rules_type);
    *rules = (struct secretsmanager_rotation_rules_type){
        .duration = rotation->duration,
        .schedule_expression = rotation->schedule,
    };
    if (rotation->after_days)
        rules->automatically_after_days = SET_I64(rotation->after_days);
    return rules;
}
