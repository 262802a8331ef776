/* Deletion: ScheduleKeyDeletion, CancelKeyDeletion, and the end of a key. */
#include "emulator/services/kms/key/deletion.h"

#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/material/import.h"
#include "emulator/services/kms_api.h"

enum { window_days_default = 30, window_days_min = 7, window_days_max = 30 };

static const int64_t day_micros = INT64_C(86400) * MICROS_PER_SECOND;

static void begin_waiting(struct call *call, struct kms_key *key)
{
    key->state = KMS_KEY_STATE_PENDINGDELETION;
    key->deletion_micros = call->now_micros + key->window_days * day_micros;
    call_due_at(call, key->deletion_micros);
}

/* A primary key waits for its replicas before its own waiting period begins. */
static struct err has_replicas(struct call *call, const struct kms_key *key, bool *has)
{
    struct slice regions[KMS_REGIONS_MAX];
    size_t count = 0;
    if (slice_is_set(key->primary_region) && kms_is_primary(call, key))
        TRY(kms_store_list_regions(call, key->key_id, KMS_REGIONS_MAX, regions, &count));
    *has = count > 1;
    return OK;
}

struct err kms_schedule_key_deletion(struct call *call,
                                     const struct kms_schedule_key_deletion_request *in,
                                     struct kms_schedule_key_deletion_response *out)
{
    struct kms_key key;
    bool waits;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    key.window_days =
        in->pending_window_in_days.is_set ? in->pending_window_in_days.value : window_days_default;
    if (key.window_days < window_days_min || key.window_days > window_days_max)
        return fail(call, &FAULT_VALIDATION, "PendingWindowInDays must be between %d and %d days.",
                    window_days_min, window_days_max);
    TRY(has_replicas(call, &key, &waits));
    if (waits)
        key.state = KMS_KEY_STATE_PENDINGREPLICADELETION;
    else
        begin_waiting(call, &key);
    TRY(kms_store_update_key(call, &key));
    out->key_id = kms_key_arn(call, key.key_id);
    out->key_state = key.state;
    out->pending_window_in_days = SET_I64(key.window_days);
    if (key.deletion_micros)
        out->deletion_date = SET_TIME(key.deletion_micros);
    return OK;
}

struct err kms_cancel_key_deletion(struct call *call,
                                   const struct kms_cancel_key_deletion_request *in,
                                   struct kms_cancel_key_deletion_response *out)
{
    struct kms_key key;
    bool complete;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    TRY(kms_has_all_material(call, &key, &complete));
    key.state = complete ? KMS_KEY_STATE_DISABLED : KMS_KEY_STATE_PENDINGIMPORT;
    key.deletion_micros = key.window_days = 0;
    out->key_id = kms_key_arn(call, key.key_id);
    return kms_store_update_key(call, &key);
}

/* The last replica's end begins the waiting period of a primary that was scheduled. */
static struct err tell_primary(struct call *call, const struct kms_key *gone)
{
    struct call there = kms_call_in(call, gone->primary_region);
    struct kms_key primary;
    bool waits;
    if (!slice_is_set(gone->primary_region) || kms_is_primary(call, gone))
        return OK;
    TRY(kms_store_find_key(&there, gone->key_id, &primary));
    TRY(has_replicas(&there, &primary, &waits));
    if (waits || !slice_eq(primary.state, KMS_KEY_STATE_PENDINGREPLICADELETION))
        return OK;
    begin_waiting(&there, &primary);
    return kms_store_update_key(&there, &primary);
}

struct err kms_end_key(struct call *call, const struct kms_key *key)
{
    TRY(kms_store_remove_key(call, key->key_id));
    return tell_primary(call, key);
}
