#pragma once
/*
 * KMS's tables. All of its SQL stands in kms_store.c. Every function works on the call's account
 * and region within the transaction that the call is in; texts live in the call's arena.
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
    struct slice policy;
    int64_t created_micros;
    int64_t current_version;
};

struct kms_alias {
    struct slice name;
    struct slice key_id; /* absent: no alias of that name */
    int64_t created_micros;
    int64_t updated_micros;
};

/* `key_id` of the result is absent when there is no such key. */
struct err kms_store_find_key(struct call *call, struct slice key_id, struct kms_key *key);
struct err kms_store_find_alias(struct call *call, struct slice name, struct kms_alias *alias);

struct err kms_store_add_key(struct call *call, const struct kms_key *key);
struct err kms_store_set_key_state(struct call *call, struct slice key_id, struct slice state);
struct err kms_store_add_alias(struct call *call, const struct kms_alias *alias);
struct err kms_store_add_tag(struct call *call, struct slice key_id, struct slice tag_key,
                             struct slice tag_value);

struct err kms_store_add_material(struct call *call, struct slice key_id, int64_t version,
                                  struct slice material_id, struct slice sealed);
/* `sealed` is absent when the key has no such version. */
struct err kms_store_find_material(struct call *call, struct slice key_id, int64_t version,
                                   struct slice *material_id, struct slice *sealed);

/* At most `limit` keys or aliases after the given name, in order; `key_id` absent takes all. */
struct err kms_store_list_keys(struct call *call, struct slice after, int64_t limit,
                               struct slice *key_ids, size_t *count);
struct err kms_store_list_aliases(struct call *call, struct slice key_id, struct slice after,
                                  int64_t limit, struct kms_alias *aliases, size_t *count);
