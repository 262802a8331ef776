#pragma once
/*
 * Asymmetric keys by OpenSSL: made, packed for the store, unpacked for one use.
 *
 * The packed form is the key's parameters one after the other, which OpenSSL takes in ten times as
 * fast as PKCS #8. It holds the private key in clear: seal it, and wipe it after use. A key that
 * a function gives is the caller's: CLEANUP(kms_pkey_free). Any thread.
 */
#include <openssl/evp.h>

#include "emulator/services/kms/key/spec.h"
#include "lib/base/arena.h"

/* For CLEANUP. */
void kms_pkey_free(EVP_PKEY **key);

/* NULL only when OpenSSL fails. */
EVP_PKEY *kms_pkey_generate(const struct kms_spec *spec);

struct slice kms_pkey_pack(EVP_PKEY *key, const struct kms_spec *spec, struct arena *arena);
/* NULL when the bytes are not such a key. */
EVP_PKEY *kms_pkey_unpack(const struct kms_spec *spec, struct slice packed);

/* SubjectPublicKeyInfo (RFC 5280) and PrivateKeyInfo (RFC 5958), in DER. */
struct slice kms_pkey_public_der(EVP_PKEY *key, struct arena *arena);
struct slice kms_pkey_private_der(EVP_PKEY *key, struct arena *arena);
/* NULL when the bytes are something else, have more after them, or are no pair. */
EVP_PKEY *kms_pkey_from_public_der(struct slice der);
EVP_PKEY *kms_pkey_from_private_der(struct slice der);

/* True when the key is of the spec: the same kind, size or curve. */
bool kms_pkey_is_of(EVP_PKEY *key, const struct kms_spec *spec);
