#pragma once
/*
 * Imported key material: what is there of it, and its end.
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
 */
#include "emulator/services/kms/store/key_store.h"

/* True when every material that the key has had, but one that waits for a rotation, is there. */
struct err kms_has_all_material(struct call *call, const struct kms_key *key, bool *complete);

/*
 * Forgets one version's material, deleted or expired. The key becomes PendingImport unless it
 * waits for its deletion; material that waited for a rotation leaves no trace.
 */
struct err kms_drop_material(struct call *call, struct kms_key *key, int64_t version);
