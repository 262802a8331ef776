/* The nonce in front of the sealed bytes. */
#include "lib/enc/seal.h"

#include <string.h>

struct slice seal(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice plain,
                  struct slice context, struct rand *rand)
{
    unsigned char nonce[AES_GCM_NONCE_BYTES];
    rand_fill(rand, nonce, sizeof nonce);
    struct slice sealed = aes_gcm_seal(key, nonce, context, plain, arena);
    char *out = arena_alloc(arena, sizeof nonce + sealed.len);
    memcpy(out, nonce, sizeof nonce);
    memcpy(out + sizeof nonce, sealed.ptr, sealed.len);
    return (struct slice){out, sizeof nonce + sealed.len};
}

bool seal_open(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES], struct slice sealed,
               struct slice context, struct slice *plain)
{
    if (sealed.len < AES_GCM_NONCE_BYTES + AES_GCM_TAG_BYTES)
        return false;
    return aes_gcm_open(key, (const unsigned char *)sealed.ptr, context,
                        slice_from(sealed, AES_GCM_NONCE_BYTES), arena, plain);
}
