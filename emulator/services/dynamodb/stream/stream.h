#pragma once
/*
 * What a table writes into its stream ("Change data capture for DynamoDB Streams", developer
 * guide). The service dynamodbstreams reads it from the same store.
 *
 * A stream has one open shard for each share ("slot") of the keys: as many as a provisioned table
 * has partitions, one for an on-demand table. So the changes of one item stand in one shard, in
 * their order. A shard that is four hours old is closed by the next record, which goes into its
 * child. A record lives a day; so does a closed shard, a disabled stream, and that of a table that
 * was deleted.
 */
#include "emulator/services/dynamodb/item/stored_change.h"
#include "emulator/services/dynamodb/store/stream_store.h"
#include "emulator/services/dynamodb_api.h"

/* The table's stream, of its own name and the given label. */
struct slice ddb_stream_arn(struct call *call, struct slice table_name, struct slice label);

/* Gives the table a new stream. `view` is one of StreamViewType. */
struct err ddb_stream_open(struct call *call, struct ddb_table *table, struct slice view);
/* Closes the stream of the table, if it has one. */
struct err ddb_stream_close(struct call *call, struct ddb_table *table);

/* One of those whom stored_change.h tells: writes the record that the stream's view asks for. */
struct err ddb_stream_record_change(struct call *call, const struct ddb_stored_change *change);

/* Removes what is a day old, for all accounts; as run_due of emulator/core/service.h. */
struct err ddb_stream_run_due(struct call *call, int64_t *next_micros);

/* StreamSpecification of CreateTable and UpdateTable; absent (NULL) it asks for nothing. */
struct err ddb_stream_check_specification(struct call *call, const struct ddb_table *table,
                                          const struct dynamodb_stream_specification *given);
struct err ddb_stream_take_specification(struct call *call, struct ddb_table *table,
                                         const struct dynamodb_stream_specification *given);
