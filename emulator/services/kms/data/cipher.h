#pragma once
/* Encrypting and decrypting under a key of either kind. */
#include "emulator/services/kms_api.h"

/* What goes in and out of one encryption; the key is usable and has the algorithm. */
struct kms_cipher {
    struct slice algorithm;
    const struct kms_encryption_context_type *context;
    struct slice input;
    struct slice output;
    struct slice material_id; /* of a symmetric key */
};

struct kms_key;

struct err kms_cipher_encrypt(struct call *call, const struct kms_key *key,
                              struct kms_cipher *cipher);
/* InvalidCiphertextException unless the input was encrypted so. */
struct err kms_cipher_decrypt(struct call *call, const struct kms_key *key,
                              struct kms_cipher *cipher);
