#pragma once
/*
 * The end of a key, when its waiting period is over.
 * https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 */
#include "emulator/services/kms/store/key_store.h"

/* Removes the key of the call's Region with all that belongs to it. */
struct err kms_end_key(struct call *call, const struct kms_key *key);
