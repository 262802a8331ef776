/* Due work, a line for each kind. */
#include "emulator/services/dynamodb/due.h"

#include "emulator/services/dynamodb/backup/copy.h"
#include "emulator/services/dynamodb/item/expiry.h"
#include "emulator/services/dynamodb/store/backup_store.h"
#include "emulator/services/dynamodb/store/history_store.h"
#include "emulator/services/dynamodb/store/rubbish_store.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodb/table/table_state.h"

typedef struct err (*due_work)(struct call *call, int64_t *next_micros);

static const due_work works[] = {
    ddb_copy_run_due,   ddb_expiry_run_due, ddb_store_expire_backups, ddb_store_trim_history,
    ddb_stream_run_due, ddb_table_sweep,    ddb_store_remove_rubbish,
};

struct err ddb_run_due(struct call *call, int64_t *next_micros)
{
    *next_micros = INT64_MAX;
    for (size_t i = 0; i < ARRAY_LEN(works); i++) {
        int64_t next = INT64_MAX;
        TRY(works[i](call, &next));
        if (next < *next_micros)
            *next_micros = next;
    }
    return OK;
}
