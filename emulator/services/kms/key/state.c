/* The table of operations and key states. */
#include "emulator/services/kms/key/state.h"

#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms_api.h"

enum state { ENABLED, DISABLED, PENDING_DELETION, PENDING_REPLICAS, PENDING_IMPORT, STATES };

static const struct slice state_names[] = {
    [ENABLED] = SLICE_INIT("Enabled"),
    [DISABLED] = SLICE_INIT("Disabled"),
    [PENDING_DELETION] = SLICE_INIT("PendingDeletion"),
    [PENDING_REPLICAS] = SLICE_INIT("PendingReplicaDeletion"),
    [PENDING_IMPORT] = SLICE_INIT("PendingImport"),
};
_Static_assert(ARRAY_LEN(state_names) == STATES, "a state without its name");

/* What happens: nothing, or an error whose words follow the key's ARN. */
enum verdict { OKAY, OFF, DEL, REP, IMP, NOT, VERDICTS };

static const struct {
    const struct fault *fault;
    const char *words;
} refusals[VERDICTS] = {
    [OFF] = {&KMS_DISABLED_EXCEPTION,          "is disabled."                },
    [DEL] = {&KMS_KMS_INVALID_STATE_EXCEPTION, "is pending deletion."        },
    [REP] = {&KMS_KMS_INVALID_STATE_EXCEPTION, "is pending replica deletion."},
    [IMP] = {&KMS_KMS_INVALID_STATE_EXCEPTION, "is pending import."          },
    [NOT] = {&KMS_KMS_INVALID_STATE_EXCEPTION, "is not pending deletion."    },
};

struct rule {
    struct slice operation;
    enum verdict by_state[STATES];
};

#define RULE(name, ...)                                                                            \
    {                                                                                              \
        SLICE_INIT(#name),                                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* Enabled, Disabled, PendingDeletion, PendingReplicaDeletion, PendingImport. */
static const struct rule rules[] = {
    RULE(CancelKeyDeletion, NOT, NOT, OKAY, OKAY, NOT),
    RULE(CreateAlias, OKAY, OKAY, DEL, REP, OKAY),
    RULE(CreateGrant, OKAY, OFF, DEL, REP, IMP),
    RULE(Decapsulate, OKAY, OFF, DEL, REP, IMP),
    RULE(Decrypt, OKAY, OFF, DEL, REP, IMP),
    RULE(DeriveSharedSecret, OKAY, OFF, DEL, REP, IMP),
    RULE(DisableKey, OKAY, OKAY, DEL, REP, IMP),
    RULE(DisableKeyRotation, OKAY, OFF, DEL, REP, IMP),
    RULE(EnableKey, OKAY, OKAY, DEL, REP, IMP),
    RULE(EnableKeyRotation, OKAY, OFF, DEL, REP, IMP),
    RULE(Encapsulate, OKAY, OFF, DEL, REP, IMP),
    RULE(Encrypt, OKAY, OFF, DEL, REP, IMP),
    RULE(GenerateDataKey, OKAY, OFF, DEL, REP, IMP),
    RULE(GenerateDataKeyPair, OKAY, OFF, DEL, REP, IMP),
    RULE(GenerateDataKeyPairWithoutPlaintext, OKAY, OFF, DEL, REP, IMP),
    RULE(GenerateDataKeyWithoutPlaintext, OKAY, OFF, DEL, REP, IMP),
    RULE(GenerateMac, OKAY, OFF, DEL, REP, IMP),
    RULE(GetKeyRotationStatus, OKAY, OKAY, DEL, REP, OKAY),
    RULE(GetParametersForImport, OKAY, OKAY, DEL, REP, OKAY),
    RULE(GetPublicKey, OKAY, OFF, DEL, REP, IMP),
    RULE(ImportKeyMaterial, OKAY, OKAY, DEL, REP, OKAY),
    RULE(ReEncrypt, OKAY, OFF, DEL, REP, IMP),
    RULE(ReplicateKey, OKAY, OFF, DEL, REP, IMP),
    RULE(RotateKeyOnDemand, OKAY, OFF, DEL, REP, IMP),
    RULE(ScheduleKeyDeletion, OKAY, OKAY, DEL, REP, OKAY),
    RULE(Sign, OKAY, OFF, DEL, REP, IMP),
    RULE(TagResource, OKAY, OKAY, DEL, REP, OKAY),
    RULE(UntagResource, OKAY, OKAY, DEL, REP, OKAY),
    RULE(UpdateAlias, OKAY, OKAY, DEL, REP, OKAY),
    RULE(UpdateKeyDescription, OKAY, OKAY, DEL, REP, OKAY),
    RULE(UpdatePrimaryRegion, OKAY, OFF, DEL, REP, IMP),
    RULE(Verify, OKAY, OFF, DEL, REP, IMP),
    RULE(VerifyMac, OKAY, OFF, DEL, REP, IMP),
};

static const struct rule *rule_of(struct slice operation)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (slice_eq(rules[i].operation, operation))
            return &rules[i];
    return NULL;
}

static enum state state_of(const struct kms_key *key)
{
    enum state state = ENABLED;
    while (state < STATES - 1 && !slice_eq(state_names[state], key->state))
        state++;
    return state;
}

struct err kms_require_state(struct call *call, const struct kms_key *key)
{
    const struct rule *rule = rule_of(call->operation->name);
    enum verdict verdict = rule ? rule->by_state[state_of(key)] : OKAY;
    if (verdict == OKAY)
        return OK;
    return fail(call, refusals[verdict].fault, SLICE_FMT " %s",
                SLICE_ARG(kms_key_arn(call, key->key_id)), refusals[verdict].words);
}
