#pragma once
/*
 * Secrets Manager's tables. All of its SQL stands in secretsmanager_store.c. Every function works
 * on the call's account and region within the transaction that the call is in; texts live in the
 * call's arena.
 */
#include "emulator/core/call.h"
#include "emulator/store/store.h"

extern const struct store_schema secretsmanager_store_schema;

struct secret {
    struct slice name; /* absent: no such secret */
    struct slice arn;
    struct slice description; /* absent: none */
    struct slice kms_key_id;  /* absent: the AWS managed key */
    int64_t created_micros;
    int64_t changed_micros;
    int64_t accessed_micros;     /* 0: never */
    int64_t deletion_due_micros; /* 0: not scheduled */
};

struct secret_version {
    struct slice version_id; /* absent: no such version */
    int64_t created_micros;
    bool is_binary;
    struct slice data_key;
    struct slice sealed;
};

/* A stage and its version, or a tag and its value. */
struct secret_pair {
    struct slice name;
    struct slice value;
};

/* A secret whose recovery window has passed by the call's clock counts as gone. */
struct err secret_store_find(struct call *call, struct slice name, struct secret *secret);
/* `arn` whole, or without the hyphen and six characters at its end. */
struct err secret_store_find_by_arn(struct call *call, struct slice arn, struct secret *secret);
struct err secret_store_add(struct call *call, const struct secret *secret);
struct err secret_store_update(struct call *call, const struct secret *secret);
/* With all its versions, stages and tags. */
struct err secret_store_erase(struct call *call, struct slice name);

/* Calls `visit` for each secret in order of creation until it returns false. */
struct err secret_store_each(struct call *call, bool descending, void *context,
                             bool (*visit)(void *context, const struct secret *secret));

struct err secret_store_add_version(struct call *call, struct slice name,
                                    const struct secret_version *version);
struct err secret_store_find_version(struct call *call, struct slice name, struct slice version_id,
                                     struct secret_version *version);
/* Past 100 versions those without a stage go, oldest first, unless younger than a day. */
struct err secret_store_prune_versions(struct call *call, struct slice name);

/* The version that a stage is attached to; absent when to none. */
struct err secret_store_find_stage(struct call *call, struct slice name, struct slice stage,
                                   struct slice *version_id);
/* Moves the stage if it is attached elsewhere. */
struct err secret_store_set_stage(struct call *call, struct slice name, struct slice stage,
                                  struct slice version_id);
struct err secret_store_clear_stage(struct call *call, struct slice name, struct slice stage);
/* All stages of a secret, by version; or of one version, when `version_id` is set. */
struct err secret_store_stages(struct call *call, struct slice name, struct slice version_id,
                               struct secret_pair **stages, size_t *count);

struct err secret_store_add_tag(struct call *call, struct slice name,
                                const struct secret_pair *tag);
struct err secret_store_tags(struct call *call, struct slice name, struct secret_pair **tags,
                             size_t *count);
