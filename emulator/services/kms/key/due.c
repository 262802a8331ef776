/* What KMS does by itself: keys that end, rotations, imported material that expires. */
#include "emulator/services/kms/key/due.h"

#include <limits.h>

#include "emulator/services/kms/key/deletion.h"
#include "emulator/services/kms/key/rotation.h"
#include "emulator/services/kms/material/import.h"

enum { batch = 32 }; /* in one transaction, so that writers get their turn */

static struct err do_one(struct call *call, const struct kms_due *due)
{
    struct call there = *call;
    struct kms_key key;
    there.account = due->account;
    there.region = due->region;
    TRY(kms_store_find_key(&there, due->key_id, &key));
    switch (due->kind) {
    case KMS_DUE_DELETION:
        return kms_end_key(&there, &key);
    case KMS_DUE_ROTATION:
        return kms_rotate_automatically(&there, &key);
    case KMS_DUE_EXPIRY:
        return kms_drop_material(&there, &key, due->version);
    }
    return OK;
}

struct err kms_run_due(struct call *call, int64_t *next_micros)
{
    struct kms_due due;
    bool found;
    for (int i = 0; i <= batch; i++) {
        TRY(kms_store_next_due(call, &due, &found));
        *next_micros = found ? due.due_micros : INT64_MAX;
        if (*next_micros > call->now_micros || i == batch)
            return OK;
        TRY(do_one(call, &due));
    }
    return OK;
}
