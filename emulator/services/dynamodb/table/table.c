/* Tables: DescribeTable, DeleteTable, ListTables. */
#include "emulator/services/dynamodb/backup/recovery.h"
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_describe.h"
#include "emulator/services/dynamodb/table/table_end.h"
#include "emulator/services/dynamodb/table/table_key.h"
#include "emulator/services/dynamodb/table/table_state.h"

enum { list_max = 100 };

struct err dynamodb_describe_table(struct call *call,
                                   const struct dynamodb_describe_table_input *in,
                                   struct dynamodb_describe_table_output *out)
{
    struct ddb_table table;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    bool shut = table.state.status == DDB_ACTIVE && !ddb_key_is_usable(call, &table);
    return ddb_describe(call, &table,
                        shut ? DYNAMODB_TABLE_STATUS_INACCESSIBLE_ENCRYPTION_CREDENTIALS
                             : ddb_table_status(&table),
                        &out->table);
}

static struct err check_unprotected(struct call *call, const struct ddb_table *table)
{
    if (table->is_protected)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Resource cannot be deleted as it is currently protected against deletion. "
                    "Disable deletion protection first.");
    return OK;
}

struct err ddb_table_end(struct call *call, struct ddb_table *table)
{
    TRY(ddb_check_deletable(call, table));
    TRY(check_unprotected(call, table));
    TRY(ddb_replica_leave(call, table));
    TRY(ddb_stream_close(call, table));
    TRY(ddb_recovery_keep_deleted(call, table));
    return ddb_table_delete(call, table);
}

struct err dynamodb_delete_table(struct call *call, const struct dynamodb_delete_table_input *in,
                                 struct dynamodb_delete_table_output *out)
{
    struct ddb_table table;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    TRY(ddb_describe(call, &table, DYNAMODB_TABLE_STATUS_DELETING, &out->table_description));
    return ddb_table_end(call, &table);
}

struct err dynamodb_list_tables(struct call *call, const struct dynamodb_list_tables_input *in,
                                struct dynamodb_list_tables_output *out)
{
    int64_t limit = in->limit.is_set ? in->limit.value : list_max;
    struct slice after = in->exclusive_start_table_name;
    struct slice *names = ARENA_ARRAY(call->arena, struct slice, (size_t)limit + 1);
    size_t count;
    TRY(ddb_store_list_tables(call, slice_is_set(after) ? after : SLICE(""), limit + 1, names,
                              &count));
    bool more = count > (size_t)limit;
    out->table_names.items = names;
    out->table_names.count = count - more;
    out->table_names.is_set = true;
    if (more)
        out->last_evaluated_table_name = names[limit - 1];
    return OK;
}
