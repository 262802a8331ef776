#pragma once
/* What every use of a key for cryptography begins and ends with. */
#include "emulator/services/kms/key/spec.h"
#include "emulator/services/kms/store/key_store.h"
#include "emulator/services/kms_api.h"

/* A key that is named, may be used now and has the usage of the call's operation. */
struct kms_use_of {
    struct slice named;
    struct slice usage;
    const struct kms_grant_token_list *grant_tokens;
};

/*
 * NotFoundException, InvalidGrantTokenException, DisabledException, KMSInvalidStateException,
 * InvalidKeyUsageException: in this order.
 */
struct err kms_usable_key(struct call *call, const struct kms_use_of *use, struct kms_key *key);

/* InvalidKeyUsageException unless the key's spec has the algorithm for the key's usage. */
struct err kms_require_algorithm(struct call *call, const struct kms_key *key,
                                 struct slice algorithm);
/* The same of an operation that works with symmetric encryption keys alone. */
struct err kms_require_symmetric(struct call *call, const struct kms_key *key);

/* DryRunOperationException when it was asked for and all else would have been done. */
struct err kms_stop_dry_run(struct call *call, struct opt_bool dry_run);

/* A Nitro enclave's attestation cannot be checked here: refused by name. */
struct err kms_refuse_recipient(struct call *call, const struct kms_recipient_info *recipient);

/*
 * Notes that the key was used, for GetKeyLastUsage: at most once an hour, so that reading calls
 * stay reads. The call must be a `plain` one.
 */
struct err kms_note_use(struct call *call, const struct kms_key *key);
