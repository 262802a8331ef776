#pragma once
/* From what a caller names a key by to the key, and to its ARNs. */
#include "emulator/services/kms/kms_store.h"

/*
 * A key ID, key ARN, alias name or alias ARN. NotFoundException when nothing is named so. The
 * alias of an AWS managed key brings its key to life, as DescribeKey's documentation says; the call
 * must then be a `plain` one.
 * https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
 */
struct err kms_resolve_key(struct call *call, struct slice named, struct kms_key *key);

/* The same of a key ID or key ARN alone: InvalidArnException when an alias is named. */
struct err kms_resolve_key_by_id(struct call *call, struct slice named, struct kms_key *key);

/* DisabledException or KMSInvalidStateException unless the key may be used for cryptography. */
struct err kms_require_enabled(struct call *call, const struct kms_key *key);

/* KMSInvalidStateException unless the key is enabled or disabled. */
struct err kms_require_not_pending_deletion(struct call *call, const struct kms_key *key);

struct slice kms_key_arn(struct call *call, struct slice key_id);
struct slice kms_alias_arn(struct call *call, struct slice alias_name);

/* Makes a key with its first material, in the write transaction that the call is in. */
struct err kms_make_key(struct call *call, struct kms_key *key);
