/* Who is told of a change. */
#include "emulator/services/dynamodb/item/stored_change.h"

#include "emulator/services/dynamodb/backup/recovery.h"
#include "emulator/services/dynamodb/item/expiry.h"
#include "emulator/services/dynamodb/replica/replica.h"
#include "emulator/services/dynamodb/stream/stream.h"

typedef struct err (*listener)(struct call *call, const struct ddb_stored_change *change);

static const listener listeners[] = {ddb_history_note, ddb_expiry_follow, ddb_stream_record_change,
                                     ddb_replicas_follow, NULL};

struct err ddb_stored_change_tell(struct call *call, const struct ddb_stored_change *change)
{
    for (const listener *tell = listeners; *tell; tell++)
        TRY((*tell)(call, change));
    return OK;
}

bool ddb_stored_change_is_none(const struct ddb_stored_change *change)
{
    return slice_is_set(change->old_bytes) == slice_is_set(change->bytes) &&
           slice_eq(change->old_bytes, change->bytes);
}
