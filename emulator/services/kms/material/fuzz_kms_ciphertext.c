/*
 * Fuzz target: the bytes that Decrypt and DeriveSharedSecret are given. A ciphertext that is read
 * is read whole; a public key that is read is one that can be written again.
 */
#include <stdlib.h>

#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/material/ciphertext.h"
#include "lib/base/attributes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_ciphertext(struct arena *arena, struct slice blob)
{
    struct kms_ciphertext parts;
    if (!kms_parse_ciphertext(blob, arena, &parts))
        return;
    require(parts.header.ptr == blob.ptr);
    require(parts.sealed.ptr + parts.sealed.len == blob.ptr + blob.len);
    require(parts.header.len + parts.sealed.len == blob.len && parts.sealed.len >= 16);
    require(parts.key_id.len == 36 && parts.version >= 0);
}

static void check_public_key(struct arena *arena, struct slice der)
{
    CLEANUP(kms_pkey_free) EVP_PKEY *key = kms_pkey_from_public_der(der);
    if (key)
        require(slice_is_set(kms_pkey_public_der(key, arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice bytes = {(const char *)data, size};
    check_ciphertext(&arena, bytes);
    check_public_key(&arena, bytes);
    arena_done(&arena);
    return 0;
}
