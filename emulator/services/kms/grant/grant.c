/* Grants: CreateGrant, RetireGrant, RevokeGrant. */
#include "emulator/services/kms/data/use.h"
#include "emulator/services/kms/grant/constraints.h"
#include "emulator/services/kms/grant/token.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/key/spec.h"
#include "emulator/services/kms/key/state.h"
#include "emulator/services/kms/policy/document.h"
#include "lib/enc/hex.h"

enum { grants_max = 50000, grant_id_bytes = 32 };

#define ANY SLICE_INIT("")
#define ENCRYPTS SLICE_INIT("ENCRYPT_DECRYPT")
#define SIGNS SLICE_INIT("SIGN_VERIFY")
#define MACS SLICE_INIT("GENERATE_VERIFY_MAC")
#define AGREES SLICE_INIT("KEY_AGREEMENT")
#define ENCAPSULATES SLICE_INIT("ENCAPSULATE_DECAPSULATE")

enum kinds { EVERY, SYMMETRIC_ALONE, PAIRS_ALONE };

/* The operations that a grant can allow, each with the usage and kind of key that it needs. */
static const struct grantable {
    struct slice name;
    struct slice usage;
    enum kinds kinds;
} grantables[] = {
    {SLICE_INIT("Decrypt"),                             ENCRYPTS,     EVERY          },
    {SLICE_INIT("Encrypt"),                             ENCRYPTS,     EVERY          },
    {SLICE_INIT("GenerateDataKey"),                     ENCRYPTS,     SYMMETRIC_ALONE},
    {SLICE_INIT("GenerateDataKeyWithoutPlaintext"),     ENCRYPTS,     SYMMETRIC_ALONE},
    {SLICE_INIT("ReEncryptFrom"),                       ENCRYPTS,     EVERY          },
    {SLICE_INIT("ReEncryptTo"),                         ENCRYPTS,     EVERY          },
    {SLICE_INIT("Sign"),                                SIGNS,        EVERY          },
    {SLICE_INIT("Verify"),                              SIGNS,        EVERY          },
    {SLICE_INIT("GetPublicKey"),                        ANY,          PAIRS_ALONE    },
    {SLICE_INIT("CreateGrant"),                         ANY,          EVERY          },
    {SLICE_INIT("RetireGrant"),                         ANY,          EVERY          },
    {SLICE_INIT("DescribeKey"),                         ANY,          EVERY          },
    {SLICE_INIT("GenerateDataKeyPair"),                 ENCRYPTS,     SYMMETRIC_ALONE},
    {SLICE_INIT("GenerateDataKeyPairWithoutPlaintext"), ENCRYPTS,     SYMMETRIC_ALONE},
    {SLICE_INIT("GenerateMac"),                         MACS,         EVERY          },
    {SLICE_INIT("VerifyMac"),                           MACS,         EVERY          },
    {SLICE_INIT("DeriveSharedSecret"),                  AGREES,       EVERY          },
    {SLICE_INIT("Encapsulate"),                         ENCAPSULATES, EVERY          },
    {SLICE_INIT("Decapsulate"),                         ENCAPSULATES, EVERY          },
};

static bool fits(const struct kms_key *key, const struct grantable *g)
{
    const struct kms_spec *spec = kms_spec_find(key->spec);
    if (g->usage.len && !slice_eq(g->usage, key->usage))
        return false;
    if (g->kinds == SYMMETRIC_ALONE)
        return spec->family == KMS_FAMILY_SYMMETRIC;
    return g->kinds == EVERY || kms_spec_is_asymmetric(spec);
}

static bool can_grant(const struct kms_key *key, struct slice operation)
{
    for (size_t i = 0; i < ARRAY_LEN(grantables); i++)
        if (slice_eq(grantables[i].name, operation))
            return fits(key, &grantables[i]);
    return false;
}

static struct err check_operations(struct call *call, const struct kms_key *key,
                                   const struct kms_grant_operation_list *operations)
{
    if (operations->count == 0)
        return fail(call, &FAULT_VALIDATION, "At least one operation must be specified.");
    for (size_t i = 0; i < operations->count; i++)
        if (!can_grant(key, operations->items[i]))
            return fail(call, &FAULT_VALIDATION,
                        "The operation " SLICE_FMT " is not valid for the key spec " SLICE_FMT
                        " and key usage " SLICE_FMT ".",
                        SLICE_ARG(operations->items[i]), SLICE_ARG(key->spec),
                        SLICE_ARG(key->usage));
    return OK;
}

static struct err check_constraints(struct call *call, const struct kms_key *key,
                                    const struct kms_grant_constraints *constraints)
{
    bool has_context = constraints && (constraints->encryption_context_equals.is_set ||
                                       constraints->encryption_context_subset.is_set);
    if (has_context && kms_spec_find(key->spec)->family != KMS_FAMILY_SYMMETRIC)
        return fail(call, &FAULT_VALIDATION,
                    "Encryption context constraints are valid for symmetric encryption KMS keys "
                    "alone.");
    return OK;
}

static struct err check_principal(struct call *call, struct slice principal)
{
    if (!slice_is_set(principal) || policy_is_identity(principal))
        return OK;
    return fail(call, &KMS_INVALID_ARN_EXCEPTION,
                "ARN does not refer to a valid principal: " SLICE_FMT, SLICE_ARG(principal));
}

static struct err check_principals(struct call *call, const struct kms_create_grant_request *in)
{
    if (slice_is_set(in->grantee_principal) == slice_is_set(in->grantee_service_principal))
        return fail(call, &FAULT_VALIDATION,
                    "Exactly one of GranteePrincipal and GranteeServicePrincipal is required.");
    if (slice_is_set(in->retiring_principal) && slice_is_set(in->retiring_service_principal))
        return fail(call, &FAULT_VALIDATION,
                    "RetiringPrincipal and RetiringServicePrincipal exclude each other.");
    TRY(check_principal(call, in->grantee_principal));
    return check_principal(call, in->retiring_principal);
}

static struct slice join(struct arena *arena, const struct kms_grant_operation_list *operations)
{
    struct buf text;
    buf_init_arena(&text, arena, 64 * (operations->count + 1));
    for (size_t i = 0; i < operations->count; i++)
        buf_printf(&text, "%s" SLICE_FMT, i ? "," : "", SLICE_ARG(operations->items[i]));
    return buf_slice(&text);
}

static struct kms_grant grant_of(struct call *call, const struct kms_key *key,
                                 const struct kms_create_grant_request *in)
{
    bool to_service = slice_is_set(in->grantee_service_principal);
    bool by_service = slice_is_set(in->retiring_service_principal);
    return (struct kms_grant){
        .key_id = key->key_id,
        .name = in->name,
        .created_micros = call->now_micros,
        .grantee = to_service ? in->grantee_service_principal : in->grantee_principal,
        .grantee_is_service = to_service,
        .retiring = by_service ? in->retiring_service_principal : in->retiring_principal,
        .retiring_is_service = by_service,
        .operations = join(call->arena, &in->operations),
        .constraints = kms_constraints_to_json(call->arena, in->constraints),
    };
}

static struct err add_grant(struct call *call, const struct kms_key *key, struct kms_grant *grant)
{
    char *bytes = arena_alloc(call->arena, grant_id_bytes);
    int64_t count;
    TRY(kms_store_count_grants(call, key->key_id, &count));
    if (count >= grants_max)
        return fail(call, &KMS_LIMIT_EXCEEDED_EXCEPTION,
                    "The grants of " SLICE_FMT " have reached their quota of %d.",
                    SLICE_ARG(kms_key_arn(call, key->key_id)), grants_max);
    rand_fill(call->platform->rand, bytes, grant_id_bytes);
    grant->grant_id = hex_encode(call->arena, (struct slice){bytes, grant_id_bytes});
    return kms_store_add_grant(call, grant);
}

/* A named grant that is asked for again is the same one, with a new token. */
struct err kms_create_grant(struct call *call, const struct kms_create_grant_request *in,
                            struct kms_create_grant_response *out)
{
    struct kms_key key;
    struct kms_grant found = {0};
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(check_principals(call, in));
    TRY(check_operations(call, &key, &in->operations));
    TRY(check_constraints(call, &key, in->constraints));
    TRY(kms_check_grant_tokens(call, &in->grant_tokens));
    TRY(kms_require_state(call, &key));
    TRY(kms_stop_dry_run(call, in->dry_run));
    struct kms_grant grant = grant_of(call, &key, in);
    if (slice_is_set(in->name))
        TRY(kms_store_find_same_grant(call, &grant, &found));
    if (slice_is_set(found.grant_id))
        grant = found;
    else
        TRY(add_grant(call, &key, &grant));
    out->grant_id = grant.grant_id;
    out->grant_token = kms_grant_token(call, &grant);
    return OK;
}

static bool is_grant_id(struct arena *arena, struct slice id)
{
    struct slice bytes;
    return hex_decode(arena, id, &bytes) && bytes.len == grant_id_bytes;
}

static struct err named_grant(struct call *call, struct slice key_named, struct slice grant_id,
                              struct kms_grant *grant)
{
    struct kms_key key;
    TRY(kms_resolve_key_by_id(call, key_named, &key));
    if (!is_grant_id(call->arena, grant_id))
        return fail(call, &KMS_INVALID_GRANT_ID_EXCEPTION, "Invalid grant id: " SLICE_FMT,
                    SLICE_ARG(grant_id));
    TRY(kms_store_find_grant(call, key.key_id, grant_id, grant));
    if (slice_is_set(grant->grant_id))
        return OK;
    return fail(call, &KMS_NOT_FOUND_EXCEPTION, "Grant " SLICE_FMT " is not found on " SLICE_FMT,
                SLICE_ARG(grant_id), SLICE_ARG(kms_key_arn(call, key.key_id)));
}

struct err kms_retire_grant(struct call *call, const struct kms_retire_grant_request *in, void *out)
{
    (void)out;
    struct kms_grant grant;
    bool by_token = slice_is_set(in->grant_token);
    bool by_id = slice_is_set(in->key_id) && slice_is_set(in->grant_id);
    bool by_either = slice_is_set(in->key_id) || slice_is_set(in->grant_id);
    if (by_token == by_either || by_either != by_id)
        return fail(call, &FAULT_VALIDATION,
                    "Specify either a grant token, or a key ARN and a grant ID.");
    TRY(by_token ? kms_open_grant_token(call, in->grant_token, &grant)
                 : named_grant(call, in->key_id, in->grant_id, &grant));
    TRY(kms_stop_dry_run(call, in->dry_run));
    return kms_store_remove_grant(call, grant.key_id, grant.grant_id);
}

struct err kms_revoke_grant(struct call *call, const struct kms_revoke_grant_request *in, void *out)
{
    (void)out;
    struct kms_grant grant;
    TRY(named_grant(call, in->key_id, in->grant_id, &grant));
    TRY(kms_stop_dry_run(call, in->dry_run));
    return kms_store_remove_grant(call, grant.key_id, grant.grant_id);
}
