/* Tokens: their text, their hashes, and the sealed successor. */
#include "api/auth/token.h"

#include <string.h>

#include <openssl/crypto.h>

#include "lib/enc/base64.h"
#include "lib/enc/hash.h"
#include "lib/enc/seal.h"

enum { session_bytes_max = 64, generation_max = 1000000000 };

struct token_secret token_new_secret(struct rand *rand)
{
    struct token_secret secret;
    rand_fill(rand, secret.bytes, sizeof secret.bytes);
    return secret;
}

static struct slice secret_slice(const struct token_secret *secret)
{
    return (struct slice){(const char *)secret->bytes, sizeof secret->bytes};
}

struct token_hash token_hash(const struct token_secret *secret)
{
    struct token_hash hash;
    sha256(secret_slice(secret), hash.bytes);
    return hash;
}

bool token_hash_eq(const struct token_hash *a, const struct token_hash *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct slice token_write_access(struct arena *arena, struct slice session,
                                const struct token_secret *secret)
{
    return arena_printf(arena, SLICE_FMT "." SLICE_FMT, SLICE_ARG(session),
                        SLICE_ARG(base64url_encode(arena, secret_slice(secret))));
}

struct slice token_write_refresh(struct arena *arena, struct slice session, int64_t generation,
                                 const struct token_secret *secret)
{
    return arena_printf(arena, SLICE_FMT ".%lld." SLICE_FMT, SLICE_ARG(session),
                        (long long)generation,
                        SLICE_ARG(base64url_encode(arena, secret_slice(secret))));
}

static bool read_secret(struct arena *arena, struct slice text, struct token_secret *secret)
{
    struct slice bytes;
    if (!base64url_decode(arena, text, &bytes) || bytes.len != sizeof secret->bytes)
        return false;
    memcpy(secret->bytes, bytes.ptr, bytes.len);
    return true;
}

static bool is_session_id(struct slice text)
{
    if (!slice_starts_with(text, SLICE("ses_")) || text.len > session_bytes_max)
        return false;
    for (size_t i = 4; i < text.len; i++)
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'f')))
            return false;
    return text.len > 4;
}

bool token_read_access(struct arena *arena, struct slice text, struct token *token)
{
    struct token read = {0};
    struct slice secret;
    if (!slice_split_once(text, '.', &read.session, &secret) || !is_session_id(read.session) ||
        !read_secret(arena, secret, &read.secret))
        return false;
    *token = read;
    return true;
}

bool token_read_refresh(struct arena *arena, struct slice text, struct token *token)
{
    struct token read = {0};
    struct slice rest;
    struct slice generation;
    struct slice secret;
    uint64_t number;
    if (!slice_split_once(text, '.', &read.session, &rest) || !is_session_id(read.session) ||
        !slice_split_once(rest, '.', &generation, &secret) || !slice_to_u64(generation, &number) ||
        number == 0 || number > generation_max || !read_secret(arena, secret, &read.secret))
        return false;
    read.generation = (int64_t)number;
    *token = read;
    return true;
}

static void successor_key(const struct token_secret *old_refresh, unsigned char key[SEAL_KEY_BYTES])
{
    hmac_sha256(secret_slice(old_refresh), SLICE("florin refresh successor"), key);
}

struct slice token_seal_pair(struct arena *arena, const struct token_secret *old_refresh,
                             const struct token_pair *pair, struct rand *rand)
{
    unsigned char key[SEAL_KEY_BYTES];
    successor_key(old_refresh, key);
    struct slice sealed = seal(arena, key, (struct slice){(const char *)pair, sizeof *pair},
                               SLICE("successor"), rand);
    OPENSSL_cleanse(key, sizeof key);
    return sealed;
}

bool token_open_pair(const struct token_secret *old_refresh, struct slice sealed,
                     struct token_pair *pair)
{
    unsigned char key[SEAL_KEY_BYTES];
    struct arena arena = {0};
    struct slice plain;
    successor_key(old_refresh, key);
    bool opened =
        seal_open(&arena, key, sealed, SLICE("successor"), &plain) && plain.len == sizeof *pair;
    if (opened)
        memcpy(pair, plain.ptr, sizeof *pair);
    OPENSSL_cleanse(key, sizeof key);
    arena_done(&arena);
    return opened;
}
