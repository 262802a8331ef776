#pragma once
/*
 * Unwrapping imported key material: RSAES-OAEP alone, or CKM_RSA_AES_KEY_WRAP (PKCS #11), an AES
 * key under RSAES-OAEP and after it the material under AES key wrap with padding (RFC 5649).
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-get-public-key-and-token.html
 */
#include <openssl/evp.h>

#include "lib/base/arena.h"

/* `algorithm` is one of KMS's RSAES_OAEP_* and RSA_AES_KEY_WRAP_*. False when it does not open. */
bool kms_unwrap(EVP_PKEY *wrapping, struct slice algorithm, struct slice wrapped,
                struct arena *arena, struct slice *material);
