/* Import tokens: three lines of text (algorithm, spec, expiry), then the packed wrapping key. */
#include "emulator/services/kms/material/import_token.h"

#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/material/material.h"
#include "lib/base/buf.h"
#include "lib/enc/seal.h"

enum { token_bytes_max = 6144 };

static struct slice label(struct call *call, const struct kms_key *key)
{
    return arena_printf(call->arena, "kms-import|" SLICE_FMT "|" SLICE_FMT "|" SLICE_FMT,
                        SLICE_ARG(call->account), SLICE_ARG(call->region), SLICE_ARG(key->key_id));
}

struct err kms_make_import_token(struct call *call, const struct kms_key *key, struct slice spec,
                                 const struct kms_import_token *what, struct slice *token,
                                 struct slice *public_key)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    struct buf plain;
    TRY(kms_make_secret(call, kms_spec_find(spec), &secret));
    buf_init_arena(&plain, call->arena, token_bytes_max);
    buf_printf(&plain, SLICE_FMT "\n" SLICE_FMT "\n%lld\n", SLICE_ARG(what->algorithm),
               SLICE_ARG(spec), (long long)what->expires_micros);
    buf_append(&plain, secret.bytes);
    *token = seal(call->arena, call->platform->master_key, buf_slice(&plain), label(call, key),
                  call->platform->rand);
    *public_key = secret.public_key;
    return OK;
}

bool kms_open_import_token(struct call *call, const struct kms_key *key, struct slice token,
                           struct kms_import_token *what)
{
    struct slice rest;
    struct slice spec;
    struct slice expires;
    if (!seal_open(call->arena, call->platform->master_key, token, label(call, key), &rest))
        return false;
    if (!slice_split_once(rest, '\n', &what->algorithm, &rest) ||
        !slice_split_once(rest, '\n', &spec, &rest) ||
        !slice_split_once(rest, '\n', &expires, &rest) ||
        !slice_to_i64(expires, &what->expires_micros) || !kms_spec_find(spec))
        return false;
    what->wrapping = kms_pkey_unpack(kms_spec_find(spec), rest);
    return what->wrapping != NULL;
}
