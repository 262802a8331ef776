#pragma once
/*
 * Streams, their shards and records at rest (stream/stream.h says what they mean). As in
 * dynamodb_store.h, all works within the call's transaction and comes from the call's arena.
 */
#include "emulator/core/call.h"
#include "emulator/store/store.h"
#include "lib/base/slice.h"

/* A stream outlives its disabling, and its table, by a day. */
struct ddb_stream {
    int64_t number;
    struct slice table_name;
    struct slice label;
    struct slice view; /* one of StreamViewType */
    struct slice hash_name;
    struct slice range_name; /* absent: the table has no range key */
    int64_t created_micros;
    int64_t closed_micros; /* 0: enabled */
};

struct ddb_shard {
    int64_t number;
    struct slice id;
    struct slice parent_id; /* absent: it follows no other */
    int64_t created_micros;
    int64_t first_sequence;
    bool is_closed;
    int64_t last_sequence; /* of a closed one; below first_sequence when it held no record */
};

enum stream_event { EVENT_INSERT, EVENT_MODIFY, EVENT_REMOVE };

struct ddb_stream_record {
    int64_t sequence;
    int64_t created_micros;
    enum stream_event event;
    bool by_service;   /* an expired item that the service removed */
    struct slice keys; /* stored items (item_bytes.h) */
    struct slice old_image;
    struct slice new_image; /* either image is absent where the view or the event has none */
};

/* Of the call's account and region. Gives the stream its number. */
struct err ddb_store_add_stream(struct call *call, struct ddb_stream *stream);
struct err ddb_store_find_stream(struct call *call, struct slice table_name, struct slice label,
                                 struct ddb_stream *stream, bool *found);
/* When the newest stream of that name was created; 0 when there is none. */
struct err ddb_store_newest_stream(struct call *call, struct slice table_name, int64_t *micros);
/* At most `limit` after that table's and label's, by table and label; `only` may name a table. */
struct err ddb_store_list_streams(struct call *call, struct slice only, struct slice after_table,
                                  struct slice after_label, int64_t limit,
                                  struct ddb_stream *streams, size_t *count);
/* With its open shards. */
struct err ddb_store_close_stream(struct call *call, int64_t stream_number);

struct err ddb_store_add_shard(struct call *call, int64_t stream_number, unsigned slot,
                               struct ddb_shard *shard);
struct err ddb_store_close_shard(struct call *call, int64_t stream_number, int64_t shard_number);
struct err ddb_store_find_open_shard(struct call *call, int64_t stream_number, unsigned slot,
                                     struct ddb_shard *shard);
/* `number` is 0 when there is no such shard. */
struct err ddb_store_find_shard(struct call *call, int64_t stream_number, struct slice id,
                                struct ddb_shard *shard);
/* At most `limit` after that number, oldest first; `parent_id` absent: of any parent. */
struct err ddb_store_list_shards(struct call *call, int64_t stream_number, int64_t after,
                                 struct slice parent_id, int64_t limit, struct ddb_shard *shards,
                                 size_t *count);

struct err ddb_store_add_record(struct call *call, int64_t shard_number,
                                const struct ddb_stream_record *record);

/* The last sequence number that was given to a record, and the last whose record is trimmed. */
struct err ddb_store_last_sequence(struct call *call, int64_t *sequence);
struct err ddb_store_trimmed_sequence(struct call *call, int64_t *sequence);
/* The number before the shard's first record of that time or later; the last given without one. */
struct err ddb_store_sequence_before(struct call *call, int64_t shard_number, int64_t micros,
                                     int64_t *sequence);

/* Walks at most `limit` records of a shard after a sequence number. Records are borrowed. */
struct ddb_record_cursor {
    struct store_statement statement;
};
struct ddb_record_cursor ddb_store_walk_records(struct call *call, int64_t shard_number,
                                                int64_t after, int64_t limit);
bool ddb_record_cursor_next(struct ddb_record_cursor *cursor, struct ddb_stream_record *record);
struct err ddb_record_cursor_done(struct ddb_record_cursor *cursor);
void ddb_record_cursor_cleanup(struct ddb_record_cursor *cursor);

/*
 * Removes what was created or closed at that time or before, of all accounts: at most `limit`
 * records, and says how old what is left is (INT64_MAX: nothing is).
 */
struct err ddb_store_trim_streams(struct call *call, int64_t until_micros, int64_t limit,
                                  int64_t *oldest_micros);
