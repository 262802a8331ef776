/* Signed cursors. */
#include "api/http/cursor.h"

#include <string.h>

#include <openssl/crypto.h>

#include "lib/base/buf.h"
#include "lib/enc/base64.h"
#include "lib/enc/hash.h"

enum { filter_bytes = 8, mac_bytes = 16, key_bytes_max = 256 };

/* filter hash || MAC(filter hash || key) || key */
static struct slice assemble(struct arena *arena, struct slice secret, struct slice filter,
                             struct slice key)
{
    unsigned char hash[SHA256_BYTES];
    unsigned char mac[SHA256_BYTES];
    struct buf signed_part;
    struct buf out;
    sha256(filter, hash);
    buf_init_arena(&signed_part, arena, filter_bytes + key_bytes_max);
    buf_append(&signed_part, (struct slice){(const char *)hash, filter_bytes});
    buf_append(&signed_part, key);
    hmac_sha256(secret, buf_slice(&signed_part), mac);
    buf_init_arena(&out, arena, filter_bytes + mac_bytes + key_bytes_max);
    buf_append(&out, (struct slice){(const char *)hash, filter_bytes});
    buf_append(&out, (struct slice){(const char *)mac, mac_bytes});
    buf_append(&out, key);
    return buf_slice(&out);
}

struct slice cursor_write(struct arena *arena, struct slice secret, struct slice filter,
                          struct slice key)
{
    return base64url_encode(arena, assemble(arena, secret, filter, key));
}

bool cursor_read(struct arena *arena, struct slice secret, struct slice filter, struct slice text,
                 struct slice *key)
{
    struct slice bytes;
    if (!base64url_decode(arena, text, &bytes) || bytes.len <= filter_bytes + mac_bytes ||
        bytes.len > filter_bytes + mac_bytes + key_bytes_max)
        return false;
    struct slice claimed = slice_from(bytes, filter_bytes + mac_bytes);
    struct slice expected = assemble(arena, secret, filter, claimed);
    if (expected.len != bytes.len || CRYPTO_memcmp(expected.ptr, bytes.ptr, bytes.len) != 0)
        return false;
    *key = claimed;
    return true;
}
