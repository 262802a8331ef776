/* The frame around the cryptographic operations; GetKeyLastUsage. */
#include "emulator/services/kms/data/use.h"

#include "emulator/services/kms/grant/token.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/key/state.h"

static const int64_t note_every_micros = INT64_C(3600) * MICROS_PER_SECOND;

struct err kms_usable_key(struct call *call, const struct kms_use_of *use, struct kms_key *key)
{
    TRY(kms_resolve_key(call, use->named, key));
    TRY(kms_check_grant_tokens(call, use->grant_tokens));
    TRY(kms_require_state(call, key));
    if (slice_eq(key->usage, use->usage))
        return OK;
    return fail(call, &KMS_INVALID_KEY_USAGE_EXCEPTION,
                SLICE_FMT " key usage is " SLICE_FMT " which is not valid for " SLICE_FMT ".",
                SLICE_ARG(kms_key_arn(call, key->key_id)), SLICE_ARG(key->usage),
                SLICE_ARG(call->operation->name));
}

struct err kms_require_algorithm(struct call *call, const struct kms_key *key,
                                 struct slice algorithm)
{
    if (kms_names_have(kms_spec_algorithms(kms_spec_find(key->spec), key->usage), algorithm))
        return OK;
    return fail(call, &KMS_INVALID_KEY_USAGE_EXCEPTION,
                "Algorithm " SLICE_FMT " is incompatible with key spec " SLICE_FMT ".",
                SLICE_ARG(algorithm), SLICE_ARG(key->spec));
}

struct err kms_require_symmetric(struct call *call, const struct kms_key *key)
{
    if (slice_eq(key->spec, KMS_KEY_SPEC_SYMMETRIC_DEFAULT))
        return OK;
    return fail(call, &KMS_INVALID_KEY_USAGE_EXCEPTION,
                SLICE_FMT " key spec is " SLICE_FMT " which is not valid for " SLICE_FMT ".",
                SLICE_ARG(kms_key_arn(call, key->key_id)), SLICE_ARG(key->spec),
                SLICE_ARG(call->operation->name));
}

struct err kms_stop_dry_run(struct call *call, struct opt_bool dry_run)
{
    if (!dry_run.value)
        return OK;
    return fail(call, &KMS_DRY_RUN_OPERATION_EXCEPTION,
                "The request would have succeeded, but the DryRun option is set.");
}

struct err kms_refuse_recipient(struct call *call, const struct kms_recipient_info *recipient)
{
    if (!recipient)
        return OK;
    return fail(call, &FAULT_NOT_IMPLEMENTED,
                "Florin does not implement kms:" SLICE_FMT " for a Nitro enclave's Recipient",
                SLICE_ARG(call->operation->name));
}

struct err kms_note_use(struct call *call, const struct kms_key *key)
{
    struct kms_usage usage = {call->now_micros, call->operation->name, call->request_id};
    if (key->used_micros && call->now_micros - key->used_micros < note_every_micros)
        return OK;
    TRY(store_begin_write(call->store));
    TRY(kms_store_set_usage(call, key->key_id, &usage));
    return store_commit(call->store);
}

struct err kms_get_key_last_usage(struct call *call,
                                  const struct kms_get_key_last_usage_request *in,
                                  struct kms_get_key_last_usage_response *out)
{
    struct kms_key key;
    struct kms_usage usage;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(kms_store_find_usage(call, key.key_id, &usage));
    out->key_id = kms_key_arn(call, key.key_id);
    out->key_creation_date = SET_TIME(key.created_micros);
    out->tracking_start_date = SET_TIME(key.created_micros);
    if (usage.used_micros == 0)
        return OK;
    out->key_last_usage = ARENA_NEW(call->arena, struct kms_key_last_usage_data);
    *out->key_last_usage = (struct kms_key_last_usage_data){
        .operation = usage.operation,
        .timestamp = SET_TIME(usage.used_micros),
        .kms_request_id = usage.request_id,
    };
    return OK;
}
