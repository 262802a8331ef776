/* What exports and imports share. */
#include "emulator/services/dynamodb/backup/transfer.h"

struct err ddb_transfer_filter(struct call *call, struct slice table_arn, struct slice *table_name)
{
    *table_name = SLICE_NONE;
    return slice_is_set(table_arn) ? ddb_table_name(call, table_arn, table_name) : OK;
}
