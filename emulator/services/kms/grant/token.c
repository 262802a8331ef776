/* Grant tokens. */
#include "emulator/services/kms/grant/token.h"

#include "lib/enc/base64.h"
#include "lib/enc/seal.h"

static struct slice label(struct call *call)
{
    return arena_printf(call->arena, "kms-grant|" SLICE_FMT "|" SLICE_FMT, SLICE_ARG(call->account),
                        SLICE_ARG(call->region));
}

struct slice kms_grant_token(struct call *call, const struct kms_grant *grant)
{
    struct slice plain = arena_printf(call->arena, SLICE_FMT "|" SLICE_FMT,
                                      SLICE_ARG(grant->key_id), SLICE_ARG(grant->grant_id));
    return base64_encode(call->arena, seal(call->arena, call->platform->master_key, plain,
                                           label(call), call->platform->rand));
}

struct err kms_open_grant_token(struct call *call, struct slice token, struct kms_grant *grant)
{
    struct slice sealed;
    struct slice plain;
    struct slice key_id;
    struct slice grant_id;
    *grant = (struct kms_grant){0};
    if (base64_decode(call->arena, token, &sealed) &&
        seal_open(call->arena, call->platform->master_key, sealed, label(call), &plain) &&
        slice_split_once(plain, '|', &key_id, &grant_id))
        TRY(kms_store_find_grant(call, key_id, grant_id, grant));
    if (slice_is_set(grant->grant_id))
        return OK;
    return fail(call, &KMS_INVALID_GRANT_TOKEN_EXCEPTION, "The grant token is invalid.");
}

struct err kms_check_grant_tokens(struct call *call, const struct kms_grant_token_list *tokens)
{
    struct kms_grant grant;
    for (size_t i = 0; i < tokens->count; i++)
        TRY(kms_open_grant_token(call, tokens->items[i], &grant));
    return OK;
}
