#pragma once
/*
 * Key material: random bytes or a key pair, sealed at rest, open for one use.
 *
 * What is open is called a secret: the bytes of a symmetric or HMAC key, or a packed key pair
 * (crypto/pkey.h). It lies in the call's arena; wipe it as soon as it was used (kms_wipe), beside
 * the arena's own wiping at the end of the call.
 */
#include "emulator/services/kms/key/spec.h"
#include "emulator/services/kms/store/key_store.h"
#include "emulator/services/kms/store/material_store.h"

struct kms_secret {
    struct slice bytes;
    struct slice public_key; /* SubjectPublicKeyInfo of a pair; absent otherwise */
};

/* For CLEANUP. */
void kms_wipe(struct kms_secret *secret);

/* New material of the spec's kind. */
struct err kms_make_secret(struct call *call, const struct kms_spec *spec,
                           struct kms_secret *secret);

/*
 * 64 hexadecimal digits that the same material under the same key ID always gets, and that tell
 * nothing of it: how a material that is imported again is recognised.
 */
struct slice kms_material_id(struct call *call, struct slice key_id, struct slice secret);

/* Fills the row's material_id, sealed and public_key from the secret and stores it. */
struct err kms_store_secret(struct call *call, struct slice key_id, const struct kms_secret *secret,
                            struct kms_material_row *row);

/* `secret` is empty when that version has no material; `row` may be NULL. */
struct err kms_open_secret(struct call *call, struct slice key_id, int64_t version,
                           struct kms_secret *secret, struct kms_material_row *row);

/* The key's current material. A key whose state allows its use has one. */
struct err kms_open_current(struct call *call, const struct kms_key *key, struct kms_secret *secret,
                            struct slice *material_id);

/* The public key of an asymmetric key, without opening what is secret. */
struct err kms_public_key(struct call *call, const struct kms_key *key, struct slice *der);

extern const struct err_info KMS_MATERIAL_DAMAGED;
extern const struct err_info KMS_CRYPTO_FAILED; /* OpenSSL refused what it must be able to do */
