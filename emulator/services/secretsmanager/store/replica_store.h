#pragma once
/* Which copies a secret has, at rest. */
#include "emulator/services/secretsmanager/store/secret_store.h"

/* A copy in another region of the same account, or in another account of the same region. */
struct replica {
    struct slice account;
    struct slice region;
    struct slice name;
    struct slice kms_key_id; /* absent: the AWS managed key */
    struct slice role_arn;   /* absent: none */
    struct slice status;     /* a value of StatusType */
    struct slice message;    /* absent: none */
};

/* By account and region. */
struct err replica_store_list(struct call *call, struct slice name, struct replica **replicas,
                              size_t *count);
struct err replica_store_save(struct call *call, struct slice name, const struct replica *replica);
struct err replica_store_erase(struct call *call, struct slice name, struct slice replica_account,
                               struct slice replica_region);
