#pragma once
/*
 * Keys at rest, with their policies and their last use. Every function works on the call's account
 * and region within the transaction that the call is in; texts live in the call's arena. To reach
 * another Region's copy of a multi-Region key, give a copy of the call with that region.
 */
#include "emulator/core/call.h"
#include "emulator/store/store.h"

extern const struct store_schema kms_store_schema;

struct kms_key {
    struct slice key_id;
    struct slice manager;
    struct slice state;
    struct slice description;
    struct slice usage;
    struct slice spec;
    struct slice origin;
    int64_t created_micros;
    int64_t current_version;      /* of its material; 0: none was imported yet */
    struct slice primary_region;  /* absent: a single-Region key */
    int64_t deletion_micros;      /* 0: not scheduled */
    int64_t window_days;          /* of the deletion that was asked for */
    int64_t rotation_days;        /* 0: no automatic rotation */
    int64_t next_rotation_micros; /* 0: none */
    int64_t used_micros;          /* when it was last seen in use; 0: never. Read alone */
};

struct kms_usage {
    int64_t used_micros; /* 0: never */
    struct slice operation;
    struct slice request_id;
};

/* `key_id` of the result is absent when there is no such key. */
struct err kms_store_find_key(struct call *call, struct slice key_id, struct kms_key *key);
struct err kms_store_add_key(struct call *call, const struct kms_key *key, struct slice policy);
/* Stores what may change of a key: all but its identity, kind and policy. */
struct err kms_store_update_key(struct call *call, const struct kms_key *key);
/* The key with its material, aliases, tags, grants and last use. */
struct err kms_store_remove_key(struct call *call, struct slice key_id);

/* At most `limit` keys after the given one, in order. */
struct err kms_store_list_keys(struct call *call, struct slice after, int64_t limit,
                               struct slice *key_ids, size_t *count);
/* The Regions of the account that have a key of this ID, at most `limit`, in order. */
struct err kms_store_list_regions(struct call *call, struct slice key_id, size_t limit,
                                  struct slice *regions, size_t *count);

struct err kms_store_find_policy(struct call *call, struct slice key_id, struct slice *policy);
struct err kms_store_set_policy(struct call *call, struct slice key_id, struct slice policy);

struct err kms_store_find_usage(struct call *call, struct slice key_id, struct kms_usage *usage);
struct err kms_store_set_usage(struct call *call, struct slice key_id,
                               const struct kms_usage *usage);

/* What becomes due first in all accounts and Regions. */
enum kms_due_kind { KMS_DUE_DELETION, KMS_DUE_ROTATION, KMS_DUE_EXPIRY };

struct kms_due {
    enum kms_due_kind kind;
    struct slice account;
    struct slice region;
    struct slice key_id;
    int64_t version; /* of the material that expires */
    int64_t due_micros;
};

struct err kms_store_next_due(struct call *call, struct kms_due *due, bool *found);
