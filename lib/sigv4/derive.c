/* HMAC(HMAC(HMAC(HMAC("AWS4" secret, date), region), service), "aws4_request"). */
#include "lib/sigv4/derive.h"

#include <string.h>

#include "lib/base/arena.h"
#include "lib/enc/hash.h"

void sigv4_derive_key(struct slice secret_key, const struct sigv4_scope *scope,
                      unsigned char key[SIGV4_KEY_BYTES])
{
    struct arena arena = {0};
    size_t len = secret_key.len + 4;
    char *first = arena_alloc(&arena, len);
    memcpy(first, "AWS4", 4);
    if (secret_key.len > 0)
        memcpy(first + 4, secret_key.ptr, secret_key.len);
    struct slice last = {(const char *)key, SIGV4_KEY_BYTES};
    hmac_sha256((struct slice){first, len}, scope->date, key);
    hmac_sha256(last, scope->region, key);
    hmac_sha256(last, scope->service, key);
    hmac_sha256(last, SLICE("aws4_request"), key);
    explicit_bzero(first, len);
    arena_done(&arena);
}
