#pragma once
/* From what a caller names a key by to the key, and to its ARNs. */
#include "emulator/services/kms/store/key_store.h"

/*
 * A key ID, key ARN, alias name or alias ARN. NotFoundException when nothing is named so. The
 * alias of an AWS managed key brings its key to life, as DescribeKey's documentation says; the call
 * must then be a `plain` one.
 * https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
 */
struct err kms_resolve_key(struct call *call, struct slice named, struct kms_key *key);

/* The same of a key ID or key ARN alone: InvalidArnException when an alias is named. */
struct err kms_resolve_key_by_id(struct call *call, struct slice named, struct kms_key *key);

/*
 * kms_resolve_key_by_id for what changes a key: AccessDeniedException for an AWS managed one, whose
 * policy lets nobody do that. Checks the key's state for the operation.
 */
struct err kms_resolve_own_key(struct call *call, struct slice named, struct kms_key *key);

/* False when the key is AWS's own. */
bool kms_is_customer_key(const struct kms_key *key);

struct slice kms_key_arn(struct call *call, struct slice key_id);
struct slice kms_alias_arn(struct call *call, struct slice alias_name);

/* The key's policy when nobody gave one. */
struct slice kms_default_policy(struct call *call);
