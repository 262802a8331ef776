/* ECDH by OpenSSL. */
#include "emulator/services/kms/crypto/agree.h"

#include <openssl/err.h>

#include "lib/base/attributes.h"

static void free_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

bool kms_agree(EVP_PKEY *own, EVP_PKEY *peer, struct arena *arena, struct slice *secret)
{
    CLEANUP(free_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
    size_t len = 0;
    bool ready = context && EVP_PKEY_derive_init(context) > 0 &&
                 EVP_PKEY_derive_set_peer(context, peer) > 0 &&
                 EVP_PKEY_derive(context, NULL, &len) > 0;
    unsigned char *out = arena_alloc(arena, len + 1);
    bool done = ready && EVP_PKEY_derive(context, out, &len) > 0;
    ERR_clear_error();
    *secret = (struct slice){(char *)out, len};
    return done;
}
