#pragma once
/*
 * What KMS does with key material: AES-256-GCM with the encryption context as associated data.
 *
 * A ciphertext names its key and the version of the material, so that Decrypt needs no KeyId and
 * past material still decrypts. Nothing of the plaintext can be read from it.
 * https://docs.aws.amazon.com/kms/latest/cryptographic-details/symmetric-key-operations.html
 */
#include "emulator/core/call.h"
#include "emulator/services/kms_api.h"

struct kms_ciphertext {
    struct slice key_id; /* the text form */
    int64_t version;
    struct slice header; /* what stands before the sealed bytes, authenticated with them */
    struct slice sealed;
};

/* Makes and stores sealed random material of 32 bytes. */
struct err kms_add_material(struct call *call, struct slice key_id, int64_t version);

/* `material_id` may be NULL. The version must exist. */
struct err kms_encrypt_under(struct call *call, struct slice key_id, int64_t version,
                             const struct kms_encryption_context_type *context,
                             struct slice plaintext, struct slice *ciphertext,
                             struct slice *material_id);

/* False when the bytes are not of KMS's form. */
bool kms_parse_ciphertext(struct slice blob, struct arena *arena, struct kms_ciphertext *parts);

/* InvalidCiphertextException when anything differs from what was encrypted. */
struct err kms_decrypt_under(struct call *call, const struct kms_ciphertext *parts,
                             const struct kms_encryption_context_type *context,
                             struct slice *plaintext, struct slice *material_id);
