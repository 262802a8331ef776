#pragma once
/* What replicas need of the store. As in dynamodb_store.h, within the call's transaction. */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/table/table_form.h"

/* All items with their index entries, sizes and expiries, into a new table of the same form. */
struct err ddb_store_copy_table(struct call *call, const struct ddb_table *from,
                                const struct ddb_table *to);
