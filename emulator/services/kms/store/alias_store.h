#pragma once
/* Aliases and tags at rest, of the call's account and region, within the call's transaction. */
#include "emulator/core/call.h"

struct kms_alias {
    struct slice name;
    struct slice key_id; /* absent: no alias of that name */
    int64_t created_micros;
    int64_t updated_micros;
};

struct kms_tag_row {
    struct slice key;
    struct slice value;
};

struct err kms_store_find_alias(struct call *call, struct slice name, struct kms_alias *alias);
/* Adds the alias or takes the place of the one of its name. */
struct err kms_store_put_alias(struct call *call, const struct kms_alias *alias);
struct err kms_store_remove_alias(struct call *call, struct slice name);
struct err kms_store_count_aliases(struct call *call, struct slice key_id, int64_t *count);
/* At most `limit` aliases after the given name, in order; `key_id` absent takes all keys'. */
struct err kms_store_list_aliases(struct call *call, struct slice key_id, struct slice after,
                                  int64_t limit, struct kms_alias *aliases, size_t *count);

struct err kms_store_put_tag(struct call *call, struct slice key_id, struct kms_tag_row tag);
struct err kms_store_remove_tag(struct call *call, struct slice key_id, struct slice tag_key);
struct err kms_store_count_tags(struct call *call, struct slice key_id, int64_t *count);
struct err kms_store_list_tags(struct call *call, struct slice key_id, struct slice after,
                               int64_t limit, struct kms_tag_row *tags, size_t *count);
