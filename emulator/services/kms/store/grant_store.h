#pragma once
/* Grants at rest, of the call's account and region, within the call's transaction. */
#include "emulator/core/call.h"

struct kms_grant {
    struct slice key_id;
    struct slice grant_id; /* absent: no such grant */
    struct slice name;
    int64_t created_micros;
    struct slice grantee;
    bool grantee_is_service;
    struct slice retiring; /* absent: nobody was named */
    bool retiring_is_service;
    struct slice operations;  /* names with a comma between them */
    struct slice constraints; /* JSON, or absent */
};

/* What ListGrants narrows by; absent: by nothing. */
struct kms_grant_filter {
    struct slice grant_id;
    struct slice grantee;
    bool grantee_is_service;
};

struct err kms_store_add_grant(struct call *call, const struct kms_grant *grant);
struct err kms_store_find_grant(struct call *call, struct slice key_id, struct slice grant_id,
                                struct kms_grant *grant);
/* A grant of the same key and name that is alike in all but its ID and date. */
struct err kms_store_find_same_grant(struct call *call, const struct kms_grant *like,
                                     struct kms_grant *grant);
struct err kms_store_remove_grant(struct call *call, struct slice key_id, struct slice grant_id);
struct err kms_store_count_grants(struct call *call, struct slice key_id, int64_t *count);
/* At most `limit` grants of the key after the given one, in order. */
struct err kms_store_list_grants(struct call *call, struct slice key_id,
                                 const struct kms_grant_filter *filter, struct slice after,
                                 int64_t limit, struct kms_grant *grants, size_t *count);
/* The grants of all keys that the principal may retire, after the given key and grant. */
struct err kms_store_list_retirable(struct call *call, struct slice retiring, bool is_service,
                                    const struct kms_grant *after, int64_t limit,
                                    struct kms_grant *grants, size_t *count);
