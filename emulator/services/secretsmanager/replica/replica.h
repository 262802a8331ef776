#pragma once
/*
 * Replicas: copies of a secret in other regions or in another account, sealed there under a key of
 * their own. A replica is brought up to date in the transaction that changes its primary; where its
 * key cannot be used, its status tells so and its old values stay.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
#include "emulator/services/secretsmanager/secret/secret.h"
#include "emulator/services/secretsmanager/store/replica_store.h"

/* Replicates to each region of the list, which may be empty. `overwrite`: also over other secrets.
 */
struct err replica_add(struct call *call, struct secret *secret,
                       const struct secretsmanager_add_replica_region_list_type *regions,
                       bool overwrite);

/* After a change of the primary. Does nothing for a secret without replicas. */
struct err replica_update_all(struct call *call, const struct secret *secret);

/* One replica: copies the primary into it and keeps what became of that. */
struct err replica_update(struct call *call, const struct secret *secret, struct replica *replica);

/* The call as it is in the replica's account and region. */
struct call replica_place(const struct call *call, const struct replica *replica);

/* InvalidParameterException for a secret that still has replicas. */
struct err replica_require_none(struct call *call, const struct secret *secret);

/* Those in other regions. */
struct err replica_statuses(struct call *call, const struct secret *secret,
                            struct secretsmanager_replication_status_list_type *list);

/* CrossAccountPrimary and CrossAccountReplicas. */
struct err replica_cross_account(struct call *call, const struct secret *secret,
                                 struct secretsmanager_describe_secret_response *out);
