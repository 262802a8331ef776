/*
 * Rotation: EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand,
 * ListKeyRotations.
 */
#include "emulator/services/kms/key/rotation.h"

#include "emulator/core/page.h"
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/key/state.h"
#include "emulator/services/kms/material/material.h"

enum { default_page = 100, on_demand_max = 25 };

static const int64_t day_micros = INT64_C(86400) * MICROS_PER_SECOND;

void kms_plan_rotation(struct call *call, struct kms_key *key, int64_t days)
{
    key->rotation_days = days;
    key->next_rotation_micros = days ? call->now_micros + days * day_micros : 0;
    if (days)
        call_due_at(call, key->next_rotation_micros);
}

static bool is_external(const struct kms_key *key)
{
    return slice_eq(key->origin, KMS_ORIGIN_TYPE_EXTERNAL);
}

static bool is_symmetric(const struct kms_key *key)
{
    return slice_eq(key->spec, KMS_KEY_SPEC_SYMMETRIC_DEFAULT);
}

static struct err require_symmetric(struct call *call, const struct kms_key *key)
{
    if (is_symmetric(key))
        return OK;
    return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                SLICE_FMT " key spec is " SLICE_FMT " which is not valid for this operation.",
                SLICE_ARG(kms_key_arn(call, key->key_id)), SLICE_ARG(key->spec));
}

static struct err require_own_material(struct call *call, const struct kms_key *key)
{
    TRY(require_symmetric(call, key));
    if (!is_external(key))
        return OK;
    return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                SLICE_FMT " origin is EXTERNAL which is not valid for this operation.",
                SLICE_ARG(kms_key_arn(call, key->key_id)));
}

/* Rotation is a shared property of multi-Region keys, set on the primary alone. */
static struct err require_primary(struct call *call, const struct kms_key *key)
{
    if (kms_is_primary(call, key))
        return OK;
    return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                SLICE_FMT " is a multi-Region replica key: use its primary key in " SLICE_FMT ".",
                SLICE_ARG(kms_key_arn(call, key->key_id)), SLICE_ARG(key->primary_region));
}

/* The key and, of a multi-Region key, its copies in all Regions. */
static struct err regions_of(struct call *call, const struct kms_key *key,
                             struct slice regions[KMS_REGIONS_MAX], size_t *count)
{
    regions[0] = call->region;
    *count = 1;
    if (!slice_is_set(key->primary_region))
        return OK;
    return kms_store_list_regions(call, key->key_id, KMS_REGIONS_MAX, regions, count);
}

static struct err set_rotation(struct call *call, struct slice named, int64_t days)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, named, &key));
    TRY(require_own_material(call, &key));
    TRY(kms_resolve_own_key(call, named, &key));
    TRY(require_primary(call, &key));
    kms_plan_rotation(call, &key, days);
    return kms_store_update_key(call, &key);
}

struct err kms_enable_key_rotation(struct call *call,
                                   const struct kms_enable_key_rotation_request *in, void *out)
{
    (void)out;
    return set_rotation(call, in->key_id,
                        in->rotation_period_in_days.is_set ? in->rotation_period_in_days.value
                                                           : KMS_ROTATION_DAYS_DEFAULT);
}

struct err kms_disable_key_rotation(struct call *call,
                                    const struct kms_disable_key_rotation_request *in, void *out)
{
    (void)out;
    return set_rotation(call, in->key_id, 0);
}

struct err kms_get_key_rotation_status(struct call *call,
                                       const struct kms_get_key_rotation_status_request *in,
                                       struct kms_get_key_rotation_status_response *out)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(require_symmetric(call, &key));
    TRY(kms_require_state(call, &key));
    out->key_id = kms_key_arn(call, key.key_id);
    if (!kms_is_primary(call, &key)) {
        struct call there = kms_call_in(call, key.primary_region);
        TRY(kms_store_find_key(&there, key.key_id, &key));
    }
    out->key_rotation_enabled = SET_BOOL(key.rotation_days > 0);
    if (key.rotation_days == 0)
        return OK;
    out->rotation_period_in_days = SET_I64(key.rotation_days);
    out->next_rotation_date = SET_TIME(key.next_rotation_micros);
    return OK;
}

/* One material for all Regions, sealed for each. */
static struct err store_in(struct call *call, const struct kms_key *key, struct slice region,
                           const struct kms_secret *secret, struct kms_material_row row)
{
    struct call there = kms_call_in(call, region);
    struct kms_key copy;
    TRY(kms_store_secret(&there, key->key_id, secret, &row));
    TRY(kms_store_find_key(&there, key->key_id, &copy));
    copy.current_version = row.version;
    return kms_store_update_key(&there, &copy);
}

static struct err rotate(struct call *call, struct kms_key *key, struct slice type)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct slice regions[KMS_REGIONS_MAX];
    size_t count;
    struct kms_material_row row = {.version = key->current_version + 1,
                                   .rotated_micros = call->now_micros,
                                   .rotation_type = type};
    TRY(kms_make_secret(call, kms_spec_find(key->spec), &secret));
    TRY(regions_of(call, key, regions, &count));
    for (size_t i = 0; i < count; i++)
        TRY(store_in(call, key, regions[i], &secret, row));
    key->current_version = row.version;
    return OK;
}

struct err kms_rotate_automatically(struct call *call, struct kms_key *key)
{
    TRY(rotate(call, key, KMS_ROTATION_TYPE_AUTOMATIC));
    kms_plan_rotation(call, key, key->rotation_days);
    return kms_store_update_key(call, key);
}

static struct err no_material_waits(struct call *call, const struct kms_key *key)
{
    return fail(call, &KMS_KMS_INVALID_STATE_EXCEPTION,
                "No available key material pending rotation for the key: " SLICE_FMT ".",
                SLICE_ARG(kms_key_arn(call, key->key_id)));
}

/* Imported material that waits takes the place of the current one, in every Region at once. */
static struct err rotate_to_imported(struct call *call, const struct kms_key *key)
{
    struct slice regions[KMS_REGIONS_MAX];
    size_t count;
    TRY(regions_of(call, key, regions, &count));
    for (size_t i = 0; i < count; i++) {
        struct call there = kms_call_in(call, regions[i]);
        struct kms_material_row next;
        struct kms_key copy;
        TRY(kms_store_find_key(&there, key->key_id, &copy));
        TRY(kms_store_find_material(&there, key->key_id, key->current_version + 1, &next));
        if (!slice_is_set(next.sealed))
            return no_material_waits(call, key);
        next.rotated_micros = call->now_micros;
        next.rotation_type = KMS_ROTATION_TYPE_ON_DEMAND;
        copy.current_version = next.version;
        TRY(kms_store_put_material(&there, key->key_id, &next));
        TRY(kms_store_update_key(&there, &copy));
    }
    return OK;
}

static struct err require_on_demand_left(struct call *call, const struct kms_key *key)
{
    int64_t done = 0;
    for (int64_t version = 2; version <= key->current_version; version++) {
        struct kms_material_row row;
        TRY(kms_store_find_material(call, key->key_id, version, &row));
        done += slice_eq(row.rotation_type, KMS_ROTATION_TYPE_ON_DEMAND);
    }
    if (done < on_demand_max)
        return OK;
    return fail(call, &KMS_LIMIT_EXCEEDED_EXCEPTION,
                "The on-demand rotations of " SLICE_FMT " have reached their quota of %d.",
                SLICE_ARG(kms_key_arn(call, key->key_id)), on_demand_max);
}

struct err kms_rotate_key_on_demand(struct call *call,
                                    const struct kms_rotate_key_on_demand_request *in,
                                    struct kms_rotate_key_on_demand_response *out)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(require_symmetric(call, &key));
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    TRY(require_primary(call, &key));
    TRY(require_on_demand_left(call, &key));
    TRY(is_external(&key) ? rotate_to_imported(call, &key)
                          : rotate(call, &key, KMS_ROTATION_TYPE_ON_DEMAND));
    out->key_id = kms_key_arn(call, key.key_id);
    return OK;
}

static struct slice state_of(const struct kms_key *key, const struct kms_material_row *row)
{
    if (row->version == key->current_version)
        return KMS_KEY_MATERIAL_STATE_CURRENT;
    return row->version < key->current_version ? KMS_KEY_MATERIAL_STATE_NON_CURRENT
                                               : KMS_KEY_MATERIAL_STATE_PENDING_ROTATION;
}

static struct kms_rotations_list_entry entry(const struct kms_key *key,
                                             const struct kms_material_row *row)
{
    struct kms_rotations_list_entry e = {.key_id = key->key_id,
                                         .key_material_id = row->material_id,
                                         .key_material_state = state_of(key, row),
                                         .rotation_type = row->rotation_type};
    if (row->rotated_micros)
        e.rotation_date = SET_TIME(row->rotated_micros);
    if (!is_external(key))
        return e;
    e.import_state =
        slice_is_set(row->sealed) ? KMS_IMPORT_STATE_IMPORTED : KMS_IMPORT_STATE_PENDING_IMPORT;
    e.key_material_description = row->description;
    if (!slice_is_set(row->sealed))
        return e;
    e.expiration_model = row->valid_to_micros
                             ? KMS_EXPIRATION_MODEL_TYPE_KEY_MATERIAL_EXPIRES
                             : KMS_EXPIRATION_MODEL_TYPE_KEY_MATERIAL_DOES_NOT_EXPIRE;
    if (row->valid_to_micros)
        e.valid_to = SET_TIME(row->valid_to_micros);
    return e;
}

/* Rotations alone begin with the second material; all material is from the first one on. */
static struct err first_version(struct call *call, const struct kms_list_key_rotations_request *in,
                                int64_t *after)
{
    struct slice marker;
    *after = slice_eq(in->include_key_material, KMS_INCLUDE_KEY_MATERIAL_ALL_KEY_MATERIAL) ? 0 : 1;
    if (!slice_is_set(in->marker))
        return OK;
    if (page_token_read(call->arena, in->marker, &marker) && slice_to_i64(marker, after))
        return OK;
    return fail(call, &KMS_INVALID_MARKER_EXCEPTION, "Invalid marker");
}

struct err kms_list_key_rotations(struct call *call,
                                  const struct kms_list_key_rotations_request *in,
                                  struct kms_list_key_rotations_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    bool all = slice_eq(in->include_key_material, KMS_INCLUDE_KEY_MATERIAL_ALL_KEY_MATERIAL);
    struct kms_material_row *rows = ARENA_ARRAY(call->arena, struct kms_material_row, page + 1);
    struct kms_key key;
    int64_t after;
    size_t count;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(require_symmetric(call, &key));
    TRY(first_version(call, in, &after));
    TRY(kms_store_list_materials(call, key.key_id, after, (int64_t)page + 1, rows, &count));
    out->truncated = SET_BOOL(count > page);
    count = count > page ? page : count;
    if (out->truncated.value)
        out->next_marker = page_token(
            call->arena, arena_printf(call->arena, "%lld", (long long)rows[count - 1].version));
    out->rotations.items = ARENA_ARRAY(call->arena, struct kms_rotations_list_entry, count + 1);
    out->rotations.is_set = true;
    for (size_t i = 0; i < count; i++)
        if (all || rows[i].version <= key.current_version)
            out->rotations.items[out->rotations.count++] = entry(&key, &rows[i]);
    return OK;
}
