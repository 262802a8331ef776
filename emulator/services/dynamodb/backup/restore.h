#pragma once
/* What restoring from a backup and to a point in time share: the new table and its overrides. */
#include "emulator/services/dynamodb/item/request.h"

/* What a request changes about the restored table; absent parts stay as in the source. */
struct ddb_overrides {
    struct slice target_name;
    struct slice billing_mode;
    const struct dynamodb_provisioned_throughput *throughput;
    const struct dynamodb_global_secondary_index_list *global_indexes;
    const struct dynamodb_local_secondary_index_list *local_indexes;
    const struct dynamodb_sse_specification *encryption;
    const struct dynamodb_on_demand_throughput *on_demand_throughput;
    bool has_vector_indexes;
};

/*
 * Makes the empty table in the store, with keys, indexes, billing, class and encryption of the
 * source. What AWS does not restore (tags, stream, time to live, policies, protection, continuous
 * backups) the new table has not. It is CREATING until a copy (copy.h) has brought its items; the
 * description shows it under way.
 */
struct err ddb_restore_begin(struct call *call, const struct ddb_table *source,
                             const struct ddb_overrides *overrides, const struct ddb_origin *origin,
                             struct ddb_table *table,
                             struct dynamodb_table_description **description);
