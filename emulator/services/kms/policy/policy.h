#pragma once
/*
 * Key policies: what CreateKey, PutKeyPolicy and ReplicateKey accept.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
#include "emulator/core/call.h"

/*
 * MalformedPolicyDocumentException or LimitExceededException unless the policy can be a key's. The
 * caller must be let in to change it again, unless the check is to be bypassed. Absent is fine.
 */
struct err kms_check_policy(struct call *call, struct slice policy, bool bypass_lockout_check);
