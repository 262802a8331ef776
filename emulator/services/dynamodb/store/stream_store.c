/* Streams at rest. */
#include "emulator/services/dynamodb/store/stream_store.h"

#include "emulator/services/dynamodb/store/sql.h"
#include "lib/base/attributes.h"

static struct store_statement numbered(struct call *call, enum ddb_sql id, int64_t number)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_i64(&s, 1, number);
    return s;
}

/* A number in the first column of the one row. */
static struct err read_number(struct store_statement *s, int64_t *number)
{
    if (store_step(s))
        *number = store_i64(s, 0);
    return store_done(s);
}

struct err ddb_store_add_stream(struct call *call, struct ddb_stream *stream)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, ADD_STREAM);
    store_bind_text(&s, 3, stream->table_name);
    store_bind_text(&s, 4, stream->label);
    store_bind_text(&s, 5, stream->view);
    store_bind_text(&s, 6, stream->hash_name);
    store_bind_text(&s, 7, stream->range_name);
    store_bind_i64(&s, 8, stream->created_micros);
    return read_number(&s, &stream->number);
}

static void read_stream(struct store_statement *s, struct arena *arena, struct ddb_stream *stream)
{
    *stream = (struct ddb_stream){
        .number = store_i64(s, 0),
        .table_name = store_text(s, 1, arena),
        .label = store_text(s, 2, arena),
        .view = store_text(s, 3, arena),
        .hash_name = store_text(s, 4, arena),
        .range_name = store_text(s, 5, arena),
        .created_micros = store_i64(s, 6),
        .closed_micros = store_i64(s, 7),
    };
}

struct err ddb_store_find_stream(struct call *call, struct slice table_name, struct slice label,
                                 struct ddb_stream *stream, bool *found)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, FIND_STREAM);
    store_bind_text(&s, 3, table_name);
    store_bind_text(&s, 4, label);
    *found = store_step(&s);
    if (*found)
        read_stream(&s, call->arena, stream);
    return store_done(&s);
}

struct err ddb_store_newest_stream(struct call *call, struct slice table_name, int64_t *micros)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, NEWEST_STREAM);
    store_bind_text(&s, 3, table_name);
    *micros = 0;
    return read_number(&s, micros);
}

struct err ddb_store_list_streams(struct call *call, struct slice only, struct slice after_table,
                                  struct slice after_label, int64_t limit,
                                  struct ddb_stream *streams, size_t *count)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = ddb_sql_scoped(call, LIST_STREAMS);
    store_bind_text(&s, 3, after_table);
    store_bind_text(&s, 4, after_label);
    store_bind_text(&s, 5, only);
    store_bind_i64(&s, 6, limit);
    for (*count = 0; store_step(&s); (*count)++)
        read_stream(&s, call->arena, &streams[*count]);
    return store_done(&s);
}

struct err ddb_store_close_stream(struct call *call, int64_t stream_number)
{
    static const enum ddb_sql both[] = {CLOSE_STREAM, CLOSE_SHARDS};
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        struct store_statement s = numbered(call, both[i], stream_number);
        store_bind_i64(&s, 2, call->now_micros);
        TRY(store_run(&s));
    }
    return OK;
}

struct err ddb_store_add_shard(struct call *call, int64_t stream_number, unsigned slot,
                               struct ddb_shard *shard)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = numbered(call, ADD_SHARD, stream_number);
    store_bind_i64(&s, 2, slot);
    store_bind_text(&s, 3, shard->id);
    store_bind_text(&s, 4, shard->parent_id);
    store_bind_i64(&s, 5, shard->created_micros);
    return read_number(&s, &shard->number);
}

struct err ddb_store_close_shard(struct call *call, int64_t stream_number, int64_t shard_number)
{
    struct store_statement s = numbered(call, CLOSE_SHARDS, stream_number);
    store_bind_i64(&s, 2, call->now_micros);
    store_bind_i64(&s, 3, shard_number);
    return store_run(&s);
}

static void read_shard(struct store_statement *s, struct arena *arena, struct ddb_shard *shard)
{
    *shard = (struct ddb_shard){
        .number = store_i64(s, 0),
        .id = store_text(s, 1, arena),
        .parent_id = store_text(s, 2, arena),
        .created_micros = store_i64(s, 3),
        .first_sequence = store_i64(s, 4),
        .is_closed = !store_is_null(s, 5),
        .last_sequence = store_i64(s, 5),
    };
}

static struct err read_one_shard(struct call *call, struct store_statement *s,
                                 struct ddb_shard *shard)
{
    *shard = (struct ddb_shard){0};
    if (store_step(s))
        read_shard(s, call->arena, shard);
    return store_done(s);
}

struct err ddb_store_find_open_shard(struct call *call, int64_t stream_number, unsigned slot,
                                     struct ddb_shard *shard)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = numbered(call, FIND_OPEN_SHARD, stream_number);
    store_bind_i64(&s, 2, slot);
    return read_one_shard(call, &s, shard);
}

struct err ddb_store_find_shard(struct call *call, int64_t stream_number, struct slice id,
                                struct ddb_shard *shard)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = numbered(call, FIND_SHARD, stream_number);
    store_bind_text(&s, 2, id);
    return read_one_shard(call, &s, shard);
}

struct err ddb_store_list_shards(struct call *call, int64_t stream_number, int64_t after,
                                 struct slice parent_id, int64_t limit, struct ddb_shard *shards,
                                 size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = numbered(call, LIST_SHARDS, stream_number);
    store_bind_i64(&s, 2, after);
    store_bind_text(&s, 3, parent_id);
    store_bind_i64(&s, 4, limit);
    for (*count = 0; store_step(&s); (*count)++)
        read_shard(&s, call->arena, &shards[*count]);
    return store_done(&s);
}

struct err ddb_store_add_record(struct call *call, int64_t shard_number,
                                const struct ddb_stream_record *record)
{
    struct store_statement s = numbered(call, ADD_RECORD, shard_number);
    store_bind_i64(&s, 2, record->created_micros);
    store_bind_i64(&s, 3, record->event);
    store_bind_i64(&s, 4, record->by_service);
    store_bind_blob(&s, 5, record->keys);
    store_bind_blob(&s, 6, record->old_image);
    store_bind_blob(&s, 7, record->new_image);
    return store_run(&s);
}

struct err ddb_store_last_sequence(struct call *call, int64_t *sequence)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_LAST_SEQUENCE);
    return read_number(&s, sequence);
}

struct err ddb_store_trimmed_sequence(struct call *call, int64_t *sequence)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_TRIMMED_SEQUENCE);
    return read_number(&s, sequence);
}

struct err ddb_store_sequence_before(struct call *call, int64_t shard_number, int64_t micros,
                                     int64_t *sequence)
{
    TRY(ddb_store_last_sequence(call, sequence));
    CLEANUP(store_statement_cleanup)
    struct store_statement s = numbered(call, FIND_RECORD_BEFORE, shard_number);
    store_bind_i64(&s, 2, micros);
    return read_number(&s, sequence);
}

struct ddb_record_cursor ddb_store_walk_records(struct call *call, int64_t shard_number,
                                                int64_t after, int64_t limit)
{
    struct ddb_record_cursor cursor = {numbered(call, WALK_RECORDS, shard_number)};
    store_bind_i64(&cursor.statement, 2, after);
    store_bind_i64(&cursor.statement, 3, limit);
    return cursor;
}

bool ddb_record_cursor_next(struct ddb_record_cursor *cursor, struct ddb_stream_record *record)
{
    struct store_statement *s = &cursor->statement;
    if (!store_step(s))
        return false;
    *record = (struct ddb_stream_record){
        .sequence = store_i64(s, 0),
        .created_micros = store_i64(s, 1),
        .event = (enum stream_event)store_i64(s, 2),
        .by_service = store_i64(s, 3) != 0,
        .keys = store_borrow(s, 4),
        .old_image = store_borrow(s, 5),
        .new_image = store_borrow(s, 6),
    };
    return true;
}

struct err ddb_record_cursor_done(struct ddb_record_cursor *cursor)
{
    return store_done(&cursor->statement);
}

void ddb_record_cursor_cleanup(struct ddb_record_cursor *cursor)
{
    store_statement_cleanup(&cursor->statement);
}

struct err ddb_store_trim_streams(struct call *call, int64_t until_micros, int64_t limit,
                                  int64_t *oldest_micros)
{
    static const enum ddb_sql rows[] = {TRIM_RECORDS, TRIM_SHARDS, TRIM_STREAMS};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_statement s = store_statement(call->store, rows[i]);
        store_bind_i64(&s, 1, until_micros);
        if (rows[i] == TRIM_RECORDS)
            store_bind_i64(&s, 2, limit);
        TRY(store_run(&s));
    }
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_OLDEST_IN_STREAMS);
    *oldest_micros = store_step(&s) && !store_is_null(&s, 0) ? store_i64(&s, 0) : INT64_MAX;
    return store_done(&s);
}
