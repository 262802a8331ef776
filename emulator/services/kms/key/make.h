#pragma once
/* Making keys, and what DescribeKey tells of one. */
#include "emulator/services/kms/key/spec.h"
#include "emulator/services/kms/store/key_store.h"
#include "emulator/services/kms_api.h"

enum { KMS_TAGS_MAX = 50 };

/*
 * Makes a key with its first material, or with none when the origin is EXTERNAL, in the write
 * transaction that the call is in. `manager`, `description`, `usage`, `spec`, `origin` and
 * `primary_region` are the caller's, or absent for a symmetric key of AWS KMS's own origin; the
 * rest is filled in. `policy` absent: the default one.
 */
struct err kms_make_key(struct call *call, struct kms_key *key, struct slice policy);

/* The metadata of a key of the call's Region. */
struct err kms_metadata(struct call *call, const struct kms_key *key,
                        struct kms_key_metadata **metadata);

/* Checks the tags that a key is to be made with, and stores them. */
struct err kms_add_tags(struct call *call, struct slice key_id, const struct kms_tag_list *tags);

/* A multi-Region key in the given Region: the call, and what changes of it, there. */
struct call kms_call_in(const struct call *call, struct slice region);

enum { KMS_REGIONS_MAX = 64 }; /* Regions of one multi-Region key */

/* True for the primary of a multi-Region key, and for a key that is none. */
bool kms_is_primary(const struct call *call, const struct kms_key *key);
