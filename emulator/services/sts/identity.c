/* AWS STS: who am I. */
#include "emulator/services/sts_api.h"

struct err sts_get_caller_identity(struct call *call,
                                   const struct sts_get_caller_identity_request *in,
                                   struct sts_get_caller_identity_response *out)
{
    (void)in;
    out->user_id = call->caller.user_id;
    out->account = call->caller.account;
    out->arn = call->caller.arn;
    return OK;
}
