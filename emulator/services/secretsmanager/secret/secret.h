#pragma once
/* What the files of this service share about secrets: finding them, changing them, showing them. */
#include "emulator/services/secretsmanager/store/secret_store.h"
#include "emulator/services/secretsmanager_api.h"

/* A name, an ARN, or an ARN without its random end. ResourceNotFoundException when unknown. */
struct err secret_resolve(struct call *call, struct slice secret_id, struct secret *secret);

/* Finds it; InvalidRequestException when it is scheduled for deletion. */
struct err secret_find_usable(struct call *call, struct slice secret_id, struct secret *secret);

/*
 * The same; and InvalidParameterException for a replica, which changes with its primary alone, and
 * InvalidRequestException for a secret that another service owns and the caller is not that one.
 */
struct err secret_find_writable(struct call *call, struct slice secret_id, struct secret *secret);

/* A copy of a secret of another region or account. */
bool secret_is_replica(const struct call *call, const struct secret *secret);

/* Saves it as changed now, and brings its replicas up to date. */
struct err secret_save_changed(struct call *call, struct secret *secret);

/* A new secret's ARN. The random end keeps policies for a deleted one from covering a new one. */
struct slice secret_new_arn(struct call *call, struct slice name);

/* `token`, or where the request has none a random one. */
struct slice secret_version_id(struct call *call, struct slice token);

/* Adds tags to those that are there: InvalidParameterException, LimitExceededException. */
struct err secret_add_tags(struct call *call, struct slice name,
                           const struct secretsmanager_tag_list_type *tags);

/* 0 is "never". */
struct opt_time secret_time(int64_t micros);

/* Each version that has a stage, with its stages. */
struct err secret_version_stages(struct call *call, struct slice name,
                                 struct secretsmanager_secret_versions_to_stages_map_type *map);
struct err secret_stages_of(struct call *call, struct slice name, struct slice version_id,
                            struct secretsmanager_secret_version_stages_type *stages);
struct err secret_tags_of(struct call *call, struct slice name,
                          struct secretsmanager_tag_list_type *tags);

/* NULL when no rules were ever given. */
struct secretsmanager_rotation_rules_type *secret_rotation_rules(struct call *call,
                                                                 const struct secret *secret);
