#pragma once
/*
 * Which operation a key's state allows, and the error where it does not, as a table.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
#include "emulator/services/kms/store/key_store.h"

/*
 * Checks the call's operation against the key's state. Fails with DisabledException or
 * KMSInvalidStateException in AWS's words. An operation that the table does not hold is allowed in
 * every state.
 */
struct err kms_require_state(struct call *call, const struct kms_key *key);
