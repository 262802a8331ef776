/* GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial. */
#include "emulator/services/kms/material/import.h"

#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/crypto/unwrap.h"
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/material/ciphertext.h"
#include "emulator/services/kms/material/import_token.h"
#include "emulator/services/kms/material/material.h"

enum { token_hours = 24, valid_days_max = 365 };

static const int64_t hour_micros = INT64_C(3600) * MICROS_PER_SECOND;

struct err kms_has_all_material(struct call *call, const struct kms_key *key, bool *complete)
{
    *complete = key->current_version > 0;
    for (int64_t version = 1; *complete && version <= key->current_version; version++) {
        struct kms_material_row row;
        TRY(kms_store_find_material(call, key->key_id, version, &row));
        *complete = slice_is_set(row.sealed);
    }
    return OK;
}

struct err kms_drop_material(struct call *call, struct kms_key *key, int64_t version)
{
    struct kms_material_row row;
    if (version > key->current_version)
        return kms_store_remove_material(call, key->key_id, version);
    TRY(kms_store_find_material(call, key->key_id, version, &row));
    row.sealed = SLICE_NONE;
    row.valid_to_micros = 0;
    TRY(kms_store_put_material(call, key->key_id, &row));
    if (slice_eq(key->state, KMS_KEY_STATE_ENABLED) || slice_eq(key->state, KMS_KEY_STATE_DISABLED))
        key->state = KMS_KEY_STATE_PENDINGIMPORT;
    return kms_store_update_key(call, key);
}

static bool is_symmetric(const struct kms_key *key)
{
    return slice_eq(key->spec, KMS_KEY_SPEC_SYMMETRIC_DEFAULT);
}

/* The key, when its material is the customer's to bring. */
static struct err importing_key(struct call *call, struct slice named, struct kms_key *key)
{
    TRY(kms_resolve_key_by_id(call, named, key));
    if (slice_eq(key->origin, KMS_ORIGIN_TYPE_EXTERNAL))
        return kms_resolve_own_key(call, named, key);
    return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                SLICE_FMT " origin is " SLICE_FMT " which is not valid for this operation.",
                SLICE_ARG(kms_key_arn(call, key->key_id)), SLICE_ARG(key->origin));
}

static struct err check_wrapping(struct call *call, const struct kms_key *key,
                                 const struct kms_get_parameters_for_import_request *in)
{
    const struct slice algorithm = in->wrapping_algorithm;
    if (slice_eq(in->wrapping_key_spec, KMS_WRAPPING_KEY_SPEC_SM2) ||
        slice_eq(algorithm, KMS_ALGORITHM_SPEC_SM2PKE))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement kms:GetParametersForImport with SM2, which AWS "
                    "offers in its China Regions alone");
    if (slice_eq(algorithm, KMS_ALGORITHM_SPEC_RSAES_PKCS1_V1_5))
        return fail(call, &KMS_UNSUPPORTED_OPERATION_EXCEPTION,
                    "The wrapping algorithm RSAES_PKCS1_V1_5 is no longer supported.");
    if (kms_spec_find(key->spec)->family == KMS_FAMILY_RSA &&
        !slice_starts_with(algorithm, SLICE("RSA_AES_KEY_WRAP")))
        return fail(call, &FAULT_VALIDATION,
                    "The wrapping algorithm " SLICE_FMT
                    " cannot wrap the key material of a " SLICE_FMT
                    " key: use RSA_AES_KEY_WRAP_SHA_256 or RSA_AES_KEY_WRAP_SHA_1.",
                    SLICE_ARG(algorithm), SLICE_ARG(key->spec));
    return OK;
}

struct err kms_get_parameters_for_import(struct call *call,
                                         const struct kms_get_parameters_for_import_request *in,
                                         struct kms_get_parameters_for_import_response *out)
{
    struct kms_key key;
    struct kms_import_token what = {
        .algorithm = in->wrapping_algorithm,
        .expires_micros = call->now_micros + token_hours * hour_micros,
    };
    TRY(importing_key(call, in->key_id, &key));
    TRY(check_wrapping(call, &key, in));
    TRY(kms_make_import_token(call, &key, in->wrapping_key_spec, &what, &out->import_token,
                              &out->public_key));
    out->key_id = kms_key_arn(call, key.key_id);
    out->parameters_valid_to = SET_TIME(what.expires_micros);
    return OK;
}

static struct err check_expiry(struct call *call, const struct kms_import_key_material_request *in)
{
    bool expires =
        !slice_eq(in->expiration_model, KMS_EXPIRATION_MODEL_TYPE_KEY_MATERIAL_DOES_NOT_EXPIRE);
    if (expires != in->valid_to.is_set)
        return fail(call, &FAULT_VALIDATION,
                    expires ? "A validTo date must be set if the ExpirationModel is "
                              "KEY_MATERIAL_EXPIRES."
                            : "A validTo date must not be set if the ExpirationModel is "
                              "KEY_MATERIAL_DOES_NOT_EXPIRE.");
    if (expires && (in->valid_to.micros <= call->now_micros ||
                    in->valid_to.micros > call->now_micros + valid_days_max * 24 * hour_micros))
        return fail(call, &FAULT_VALIDATION,
                    "The validTo date must be in the future and at most %d days from now.",
                    valid_days_max);
    return OK;
}

static struct err wrong_material(struct call *call, const char *words)
{
    return fail(call, &KMS_INCORRECT_KEY_MATERIAL_EXCEPTION, "%s", words);
}

/* What was brought must be material of the key's spec. */
static struct err take_secret(struct call *call, const struct kms_key *key, struct slice material,
                              struct kms_secret *secret)
{
    const struct kms_spec *spec = kms_spec_find(key->spec);
    if (!kms_spec_is_asymmetric(spec)) {
        secret->bytes = material;
        return material.len == (size_t)spec->size
                   ? OK
                   : wrong_material(call,
                                    "The key material has the wrong length for the key spec.");
    }
    CLEANUP(kms_pkey_free) EVP_PKEY *pair = kms_pkey_from_private_der(material);
    if (!pair || !kms_pkey_is_of(pair, spec))
        return wrong_material(call,
                              "The key material is not a PKCS #8 private key of the key spec.");
    secret->bytes = kms_pkey_pack(pair, spec, call->arena);
    secret->public_key = kms_pkey_public_der(pair, call->arena);
    return slice_is_set(secret->bytes) ? OK : ERR(&KMS_CRYPTO_FAILED);
}

static struct err unwrap_secret(struct call *call, const struct kms_key *key,
                                const struct kms_import_key_material_request *in,
                                struct kms_secret *secret)
{
    struct kms_import_token token = {0};
    struct slice material;
    if (!kms_open_import_token(call, key, in->import_token, &token))
        return fail(call, &KMS_INVALID_IMPORT_TOKEN_EXCEPTION, "%s", "");
    CLEANUP(kms_pkey_free) EVP_PKEY *wrapping = token.wrapping;
    if (token.expires_micros <= call->now_micros)
        return fail(call, &KMS_EXPIRED_IMPORT_TOKEN_EXCEPTION, "%s", "");
    if (!kms_unwrap(wrapping, token.algorithm, in->encrypted_key_material, call->arena, &material))
        return kms_invalid_ciphertext(call);
    return take_secret(call, key, material, secret);
}

/* Where the material goes: the version that has its ID, or a new one. */
static struct err choose_version(struct call *call, const struct kms_key *key,
                                 const struct kms_import_key_material_request *in,
                                 struct slice material_id, struct kms_material_row *row)
{
    struct kms_material_row waiting;
    bool is_new = slice_is_set(in->import_type)
                      ? slice_eq(in->import_type, KMS_IMPORT_TYPE_NEW_KEY_MATERIAL)
                      : key->current_version == 0;
    TRY(kms_store_find_material_by_id(call, key->key_id, material_id, row));
    if (row->version && (!is_new || !slice_is_set(row->sealed)))
        return OK;
    if (!is_new || row->version)
        return wrong_material(call, is_new ? "The key material is already associated with the key."
                                           : "The key material is not associated with the key.");
    if (!kms_is_primary(call, key) || (key->current_version > 0 && !is_symmetric(key)))
        return wrong_material(call, "The key must get the key material that it had before.");
    TRY(kms_store_find_material(call, key->key_id, key->current_version + 1, &waiting));
    if (waiting.version)
        return fail(call, &KMS_KMS_INVALID_STATE_EXCEPTION,
                    SLICE_FMT " has key material that is pending rotation.",
                    SLICE_ARG(kms_key_arn(call, key->key_id)));
    row->version = key->current_version + 1;
    return OK;
}

static struct err check_import(struct call *call, const struct kms_key *key,
                               const struct kms_import_key_material_request *in)
{
    bool names_material = slice_is_set(in->import_type) || slice_is_set(in->key_material_id) ||
                          slice_is_set(in->key_material_description);
    if (names_material && !is_symmetric(key))
        return fail(call, &FAULT_VALIDATION,
                    "ImportType, KeyMaterialId and KeyMaterialDescription are valid for symmetric "
                    "encryption KMS keys alone.");
    if (slice_is_set(in->key_material_id) &&
        slice_eq(in->import_type, KMS_IMPORT_TYPE_NEW_KEY_MATERIAL))
        return fail(call, &FAULT_VALIDATION,
                    "KeyMaterialId is not valid with the ImportType NEW_KEY_MATERIAL.");
    return check_expiry(call, in);
}

/* New material of a multi-Region key is awaited in the Regions of its replicas, too. */
static struct err await_elsewhere(struct call *call, const struct kms_key *key,
                                  const struct kms_material_row *row)
{
    struct slice regions[KMS_REGIONS_MAX];
    size_t count = 0;
    struct kms_material_row awaited = {.version = row->version, .material_id = row->material_id};
    if (slice_is_set(key->primary_region) && kms_is_primary(call, key))
        TRY(kms_store_list_regions(call, key->key_id, KMS_REGIONS_MAX, regions, &count));
    for (size_t i = 0; i < count; i++) {
        struct call there = kms_call_in(call, regions[i]);
        struct kms_material_row found;
        TRY(kms_store_find_material(&there, key->key_id, row->version, &found));
        if (!found.version)
            TRY(kms_store_put_material(&there, key->key_id, &awaited));
    }
    return OK;
}

static struct err note_import(struct call *call, struct kms_key *key,
                              const struct kms_material_row *row)
{
    bool complete;
    if (key->current_version == 0)
        key->current_version = row->version;
    TRY(kms_has_all_material(call, key, &complete));
    if (complete && slice_eq(key->state, KMS_KEY_STATE_PENDINGIMPORT))
        key->state = KMS_KEY_STATE_ENABLED;
    if (row->valid_to_micros)
        call_due_at(call, row->valid_to_micros);
    TRY(await_elsewhere(call, key, row));
    return kms_store_update_key(call, key);
}

struct err kms_import_key_material(struct call *call,
                                   const struct kms_import_key_material_request *in,
                                   struct kms_import_key_material_response *out)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct kms_key key;
    struct kms_material_row row;
    TRY(importing_key(call, in->key_id, &key));
    TRY(check_import(call, &key, in));
    TRY(unwrap_secret(call, &key, in, &secret));
    struct slice material_id = kms_material_id(call, key.key_id, secret.bytes);
    if (slice_is_set(in->key_material_id) && !slice_eq(in->key_material_id, material_id))
        return wrong_material(call, "The key material is not the one that KeyMaterialId names.");
    TRY(choose_version(call, &key, in, material_id, &row));
    row.valid_to_micros = in->valid_to.is_set ? in->valid_to.micros : 0;
    if (slice_is_set(in->key_material_description))
        row.description = in->key_material_description;
    TRY(kms_store_secret(call, key.key_id, &secret, &row));
    TRY(note_import(call, &key, &row));
    out->key_id = kms_key_arn(call, key.key_id);
    if (is_symmetric(&key))
        out->key_material_id = material_id;
    return OK;
}

static struct err material_to_delete(struct call *call, const struct kms_key *key,
                                     struct slice material_id, struct kms_material_row *row)
{
    if (!slice_is_set(material_id))
        return kms_store_find_material(call, key->key_id, key->current_version, row);
    TRY(kms_store_find_material_by_id(call, key->key_id, material_id, row));
    if (row->version)
        return OK;
    return fail(call, &KMS_NOT_FOUND_EXCEPTION,
                "Key material " SLICE_FMT " is not associated with " SLICE_FMT ".",
                SLICE_ARG(material_id), SLICE_ARG(kms_key_arn(call, key->key_id)));
}

/* Deleting what is gone already is no error. */
struct err kms_delete_imported_key_material(
    struct call *call, const struct kms_delete_imported_key_material_request *in,
    struct kms_delete_imported_key_material_response *out)
{
    struct kms_key key;
    struct kms_material_row row;
    TRY(importing_key(call, in->key_id, &key));
    TRY(material_to_delete(call, &key, in->key_material_id, &row));
    if (row.version)
        TRY(kms_drop_material(call, &key, row.version));
    out->key_id = kms_key_arn(call, key.key_id);
    if (is_symmetric(&key))
        out->key_material_id = row.material_id;
    return OK;
}
