#pragma once
/* What the files of this service share: finding secrets, sealing values, moving stages. */
#include "emulator/services/secretsmanager/secretsmanager_store.h"
#include "emulator/services/secretsmanager_api.h"

/* A name, an ARN, or an ARN without its random end. ResourceNotFoundException when unknown. */
struct err secret_resolve(struct call *call, struct slice secret_id, struct secret *secret);

/* InvalidRequestException when the secret is scheduled for deletion. */
struct err secret_require_usable(struct call *call, const struct secret *secret);

/* A value as a request carries it: exactly one of the two is set, or neither. */
struct secret_value {
    struct slice string;
    struct slice binary;
};

/*
 * Seals the value under a fresh data key from KMS and adds it as a version. A `version_id` that
 * exists already is accepted when its value is the same (the call is a retry), else refused.
 */
struct err secret_add_version(struct call *call, const struct secret *secret,
                              struct slice version_id, const struct secret_value *value);

/* Asks KMS for the version's data key and opens the value. */
struct err secret_open_version(struct call *call, const struct secret *secret,
                               const struct secret_version *version, struct secret_value *value);

/*
 * Attaches a stage to a version, taking it from the one that has it. AWSCURRENT leaves AWSPREVIOUS
 * on the version that it left.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
struct err secret_attach_stage(struct call *call, struct slice name, struct slice stage,
                               struct slice version_id);

/* 0 is "never". */
struct opt_time secret_time(int64_t micros);

/* Each version that has a stage, with its stages. */
struct err secret_version_stages(struct call *call, struct slice name,
                                 struct secretsmanager_secret_versions_to_stages_map_type *map);
struct err secret_stages_of(struct call *call, struct slice name, struct slice version_id,
                            struct secretsmanager_secret_version_stages_type *stages);
struct err secret_tags_of(struct call *call, struct slice name,
                          struct secretsmanager_tag_list_type *tags);
