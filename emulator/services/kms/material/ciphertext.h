#pragma once
/*
 * The ciphertexts of symmetric keys: AES-256-GCM with the encryption context as associated data.
 *
 * A ciphertext names its key and the version of the material, so that Decrypt needs no KeyId and
 * past material still decrypts. Nothing of the plaintext can be read from it.
 * https://docs.aws.amazon.com/kms/latest/cryptographic-details/symmetric-key-operations.html
 */
#include "emulator/services/kms/store/key_store.h"
#include "emulator/services/kms_api.h"

struct kms_ciphertext {
    struct slice key_id; /* the text form */
    int64_t version;
    struct slice header; /* what stands before the sealed bytes, authenticated with them */
    struct slice sealed;
};

/* Under the key's current material. `material_id` may be NULL. */
struct err kms_encrypt_under(struct call *call, const struct kms_key *key,
                             const struct kms_encryption_context_type *context,
                             struct slice plaintext, struct slice *ciphertext,
                             struct slice *material_id);

/* False when the bytes are not of KMS's form. Pure. */
bool kms_parse_ciphertext(struct slice blob, struct arena *arena, struct kms_ciphertext *parts);

/* InvalidCiphertextException when anything differs from what was encrypted. */
struct err kms_decrypt_under(struct call *call, const struct kms_ciphertext *parts,
                             const struct kms_encryption_context_type *context,
                             struct slice *plaintext, struct slice *material_id);

/* AWS gives this error no words, so that nothing is learnt from it. */
struct err kms_invalid_ciphertext(struct call *call);
