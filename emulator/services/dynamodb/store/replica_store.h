#pragma once
/* What replicas need of the store. As in dynamodb_store.h, within the call's transaction. */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/table/table_form.h"

enum { DDB_REGIONS_MAX = 64 }; /* more than AWS has */

/* All items with their index entries, sizes and expiries, into a new table of the same form. */
struct err ddb_store_copy_table(struct call *call, const struct ddb_table *from,
                                const struct ddb_table *to);

/* Regions of the replicas of a global table of version 2017.11.29; none: there is no such table. */
struct ddb_global {
    struct slice name;
    struct slice regions[DDB_REGIONS_MAX]; /* in their order */
    size_t count;
};
struct err ddb_store_find_global(struct call *call, struct slice name, struct ddb_global *global);
/* At most `limit` of the account after that name; `region` absent, or in which they have a replica.
 */
struct err ddb_store_list_globals(struct call *call, struct slice after, struct slice region,
                                  int64_t limit, struct ddb_global *globals, size_t *count);
