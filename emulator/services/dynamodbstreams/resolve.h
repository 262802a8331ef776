#pragma once
/* What the operations on streams share: ARNs, sequence numbers on the wire, limits. */
#include "emulator/services/dynamodb/item/request.h"
#include "emulator/services/dynamodb/stream/stream.h"
#include "emulator/services/dynamodbstreams_api.h"

/* The table's name and the label of a stream's ARN in the call's account and region. */
bool streams_parse_arn(const struct call *call, struct slice text, struct slice *table_name,
                       struct slice *label);

/* ResourceNotFoundException without such a stream. */
struct err streams_require(struct call *call, struct slice arn, struct ddb_stream *stream);
struct err streams_require_shard(struct call *call, const struct ddb_stream *stream,
                                 struct slice id, struct ddb_shard *shard);

/* Sequence numbers are 21 digits, so that their order as text is their order as numbers. */
struct slice streams_sequence_text(struct arena *arena, int64_t sequence);
bool streams_sequence_parse(struct slice text, int64_t *sequence);

/* The given limit, `most` without one; the model does not say how large it may be. */
struct err streams_limit(struct call *call, struct opt_i64 given, int64_t most, int64_t *limit);
