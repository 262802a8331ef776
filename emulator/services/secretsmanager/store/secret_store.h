#pragma once
/*
 * Secrets, their versions, staging labels and tags at rest. All of the service's SQL stands in
 * sql.def. Every function works on the call's account and region within the transaction that the
 * call is in; texts live in the call's arena.
 */
#include "emulator/core/call.h"
#include "emulator/store/store.h"

extern const struct store_schema secretsmanager_store_schema;

enum rotation_state { ROTATION_NEVER_ON, ROTATION_ON, ROTATION_OFF };

/* How a secret is rotated; what was set last stays when rotation is turned off. */
struct secret_rotation {
    enum rotation_state state;
    struct slice function;  /* the ARN of a Lambda function */
    int64_t after_days;     /* 0: by `schedule` */
    struct slice schedule;  /* rate() or cron(); absent: by `after_days` */
    struct slice duration;  /* "3h"; absent: the schedule's default */
    int64_t rotated_micros; /* 0: never */
    int64_t due_micros;     /* when the next window opens; 0: none is planned */
    int64_t closes_micros;
};

struct secret {
    struct slice name; /* absent: no such secret */
    struct slice arn;
    struct slice description; /* absent: none */
    struct slice kms_key_id;  /* absent: the AWS managed key */
    int64_t created_micros;
    int64_t changed_micros;
    int64_t accessed_micros;     /* 0: never */
    int64_t deletion_due_micros; /* 0: not scheduled */
    struct slice type;           /* of a managed external secret; absent: none */
    struct slice owning_service; /* absent: its user's */
    struct slice policy;
    struct slice primary_region; /* absent: was never replicated */
    struct slice primary_arn;    /* of a replica in another account; absent: is none */
    struct slice primary_status;
    struct secret_rotation rotation;
};

struct secret_version {
    struct slice version_id; /* absent: no such version */
    int64_t created_micros;
    int64_t accessed_micros; /* 0: never */
    bool is_binary;
    struct slice data_key;
    struct slice sealed;  /* empty: no value yet */
    struct slice kms_key; /* the ARN of the key that the data key is encrypted under */
};

/* A stage and its version, or a tag and its value. */
struct secret_pair {
    struct slice name;
    struct slice value;
};

struct secret_pairs {
    struct secret_pair *items;
    size_t count;
};

/* A secret whose recovery window has passed by the call's clock counts as gone. */
struct err secret_store_find(struct call *call, struct slice name, struct secret *secret);
/* `arn` whole, or without the hyphen and six characters at its end. */
struct err secret_store_find_by_arn(struct call *call, struct slice arn, struct secret *secret);
/* Adds it, or overwrites all but its date of creation and its owner. */
struct err secret_store_save(struct call *call, const struct secret *secret);
/* With all that hangs on it. */
struct err secret_store_erase(struct call *call, struct slice name);
/* Every secret of the call's account and region, in no order. */
struct err secret_store_all(struct call *call, struct secret **secrets, size_t *count);

/* Adds it, or overwrites the one of that id. */
struct err secret_store_save_version(struct call *call, struct slice name,
                                     const struct secret_version *version);
struct err secret_store_find_version(struct call *call, struct slice name, struct slice version_id,
                                     struct secret_version *version);
/* The newest first. */
struct err secret_store_versions(struct call *call, struct slice name,
                                 struct secret_version **versions, size_t *count);
struct err secret_store_erase_version(struct call *call, struct slice name,
                                      struct slice version_id);
/* Past 100 versions those without a stage go, oldest first, unless younger than a day. */
struct err secret_store_prune_versions(struct call *call, struct slice name);

/* The version that a stage is attached to; absent when to none. */
struct err secret_store_find_stage(struct call *call, struct slice name, struct slice stage,
                                   struct slice *version_id);
/* Moves the stage if it is attached elsewhere. */
struct err secret_store_set_stage(struct call *call, struct slice name, struct slice stage,
                                  struct slice version_id);
struct err secret_store_clear_stage(struct call *call, struct slice name, struct slice stage);
struct err secret_store_clear_stages(struct call *call, struct slice name);
/* All stages of a secret, by version; or of one version, when `version_id` is set. */
struct err secret_store_stages(struct call *call, struct slice name, struct slice version_id,
                               struct secret_pairs *stages);

struct err secret_store_save_tag(struct call *call, struct slice name,
                                 const struct secret_pair *tag);
struct err secret_store_erase_tag(struct call *call, struct slice name, struct slice key);
struct err secret_store_erase_tags(struct call *call, struct slice name);
struct err secret_store_tags(struct call *call, struct slice name, struct secret_pairs *tags);
