#pragma once
/* Rows of resource policies: of a table, or of its stream of that label ("" for the table). */
#include "emulator/services/dynamodb/store/dynamodb_store.h"

struct ddb_policy {
    struct slice text; /* absent: there is none */
    int64_t revision;
};

struct err ddb_store_find_policy(struct call *call, const struct ddb_table *table,
                                 struct slice stream_label, struct ddb_policy *policy);
struct err ddb_store_put_policy(struct call *call, const struct ddb_table *table,
                                struct slice stream_label, const struct ddb_policy *policy);
struct err ddb_store_remove_policy(struct call *call, const struct ddb_table *table,
                                   struct slice stream_label);
