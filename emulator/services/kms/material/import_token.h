#pragma once
/*
 * The import token that GetParametersForImport gives: the private half of the wrapping key and what
 * it may be used for, sealed under the data folder's master key. Nothing of it is stored.
 */
#include <openssl/evp.h>

#include "emulator/services/kms/store/key_store.h"

struct kms_import_token {
    struct slice algorithm;
    int64_t expires_micros;
    EVP_PKEY *wrapping; /* the caller's to free */
};

/* Makes a wrapping key of the spec (RSA_2048, …): the token, and the public key in DER. */
struct err kms_make_import_token(struct call *call, const struct kms_key *key, struct slice spec,
                                 const struct kms_import_token *what, struct slice *token,
                                 struct slice *public_key);

/* False unless the token was made for this key of this account and Region. */
bool kms_open_import_token(struct call *call, const struct kms_key *key, struct slice token,
                           struct kms_import_token *what);
