#pragma once
/*
 * The values of secrets: sealing and opening them, versions, and the staging labels that move
 * between them.
 */
#include "emulator/services/secretsmanager/secret/secret.h"

#define SECRET_STAGE_CURRENT SLICE("AWSCURRENT")
#define SECRET_STAGE_PENDING SLICE("AWSPENDING")
#define SECRET_STAGE_PREVIOUS SLICE("AWSPREVIOUS")

/* A value as a request carries it: exactly one of the two is set, or neither. */
struct secret_value {
    struct slice string;
    struct slice binary;
};

bool secret_value_is_set(const struct secret_value *value);

/*
 * Seals the value under a fresh data key from KMS, made under the secret's key with the encryption
 * context {SecretARN, SecretVersionId}, into `version`; its version_id is given.
 */
struct err secret_seal(struct call *call, const struct secret *secret,
                       const struct secret_value *value, struct secret_version *version);

/* Asks KMS for the version's data key and opens the value, which must be there. */
struct err secret_open_version(struct call *call, const struct secret *secret,
                               const struct secret_version *version, struct secret_value *value);

/* Whether a version has a value: one that a rotation has just begun has none. */
bool secret_version_has_value(const struct secret_version *version);

/*
 * Adds the value as a version. A `version_id` that has a value already is accepted when it is the
 * same (`is_retry`: nothing was done), else refused with ResourceExistsException.
 */
struct err secret_add_version(struct call *call, const struct secret *secret,
                              struct slice version_id, const struct secret_value *value,
                              bool *is_retry);

/*
 * The same, with its staging labels: those of `stages`, or AWSCURRENT without any or when no
 * version has it. Saves the secret as changed unless it is a retry.
 */
struct err secret_put_version(struct call *call, struct secret *secret, struct slice version_id,
                              const struct secret_value *value,
                              const struct secretsmanager_secret_version_stages_type *stages);

/* Seals the values of AWSCURRENT, AWSPENDING and AWSPREVIOUS under the key that the secret has now.
 */
struct err secret_seal_again(struct call *call, const struct secret *secret);

/* The version that is meant by ID, by stage (absent: AWSCURRENT), or by both, which must agree. */
struct err secret_choose_version(struct call *call, struct slice name,
                                 const struct secretsmanager_get_secret_value_request *in,
                                 struct secret_version *version);

/* Notes today as the date of the last access, in a transaction of its own unless it is noted. */
struct err secret_note_access(struct call *call, const struct secret *secret,
                              const struct secret_version *version);

/*
 * Attaches a stage to a version, taking it from the one that has it. AWSCURRENT leaves AWSPREVIOUS
 * on the version that it left.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
struct err secret_attach_stage(struct call *call, struct slice name, struct slice stage,
                               struct slice version_id);
