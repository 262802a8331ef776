#pragma once
/*
 * A copy of a table's items as they were at one moment, made while the table is in use.
 *
 * First the rows are copied as they are found, in parts, while the source's history is kept; then
 * the changes since the moment are undone in the copy, the newest first. What changed between the
 * parts is undone with the rest, so the copy is the state of that moment and of no other. Last, a
 * table's indexes and sizes are filled. Nobody sees the target before it is whole; a copy that was
 * cut off by the end of the process goes on when it starts again.
 *
 * A small copy is made at once, within the call that asked for it; a large one as due work.
 */
#include "emulator/services/dynamodb/store/copy_store.h"

/* `target` and `source` are set; the items are those after the source's last change so far. */
struct err ddb_copy_now(struct call *call, struct ddb_copy *copy);
/* The items are those at the moment; the source's history reaches back to it. */
struct err ddb_copy_moment(struct call *call, struct ddb_copy *copy, int64_t moment_micros);

/* The next part of a copy; see struct service's run_due. */
struct err ddb_copy_run_due(struct call *call, int64_t *next_micros);
