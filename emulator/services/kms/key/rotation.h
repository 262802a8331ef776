#pragma once
/*
 * Rotation: new material under the same key, while all past material still decrypts.
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
#include "emulator/services/kms/store/key_store.h"

enum { KMS_ROTATION_DAYS_DEFAULT = 365 };

/* Sets the period and the next date from now on, 0 days for none; tells when it is due. */
void kms_plan_rotation(struct call *call, struct kms_key *key, int64_t days);

/* The automatic rotation that is due of the primary key in the call's Region. */
struct err kms_rotate_automatically(struct call *call, struct kms_key *key);
