#pragma once
/*
 * Grant tokens: the identity of a grant sealed under the data folder's master key, so that a new
 * one can be given each time and nothing of it is stored.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#grant_token
 */
#include "emulator/services/kms/store/grant_store.h"
#include "emulator/services/kms_api.h"

struct slice kms_grant_token(struct call *call, const struct kms_grant *grant);

/* InvalidGrantTokenException unless the token names a grant that is there. */
struct err kms_open_grant_token(struct call *call, struct slice token, struct kms_grant *grant);

/* The same of each token that comes with a request. */
struct err kms_check_grant_tokens(struct call *call, const struct kms_grant_token_list *tokens);
