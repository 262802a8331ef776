#pragma once
/*
 * Shard iterators: a place in a shard, good for a quarter of an hour. On the wire the stream's ARN,
 * a version and what only this service reads: "ARN|1|base64url(shard id:after:issued)".
 */
#include "emulator/services/dynamodbstreams/resolve.h"

/* Stands for "from the oldest record that there is"; such an iterator is never too old to read. */
#define ITERATOR_HORIZON INT64_C(-1)

struct iterator {
    struct slice stream_arn;
    struct slice shard_id;
    int64_t after; /* the records with greater sequence numbers come next */
    int64_t issued_micros;
};

struct slice iterator_text(struct arena *arena, const struct iterator *iterator);
/* False when the text is none of ours. */
bool iterator_parse(struct arena *arena, struct slice text, struct iterator *iterator);
