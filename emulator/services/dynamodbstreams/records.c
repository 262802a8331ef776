/* GetRecords. */
#include <string.h>

#include "emulator/services/dynamodb/value/item_bytes.h"
#include "emulator/services/dynamodbstreams/iterator.h"
#include "lib/enc/hash.h"
#include "lib/enc/hex.h"

enum { records_max = 1000, page_bytes_max = 1024 * 1024 };

static const int64_t iterator_micros = 15 * 60 * MICROS_PER_SECOND;

struct reading {
    struct call *call;
    struct ddb_stream stream;
    struct ddb_shard shard;
    struct iterator iterator;
    struct dynamodbstreams_record_list *records;
    size_t bytes;
    bool at_end; /* of what the shard holds now */
};

static struct err begin(struct reading *r, struct slice text)
{
    struct call *call = r->call;
    int64_t trimmed;
    if (!iterator_parse(call->arena, text, &r->iterator))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid ShardIterator");
    TRY(streams_require(call, r->iterator.stream_arn, &r->stream));
    TRY(streams_require_shard(call, &r->stream, r->iterator.shard_id, &r->shard));
    if (call->now_micros > r->iterator.issued_micros + iterator_micros)
        return fail(call, &DYNAMODBSTREAMS_EXPIRED_ITERATOR_EXCEPTION,
                    "The shard iterator has expired and can no longer be used to retrieve stream "
                    "records");
    TRY(ddb_store_trimmed_sequence(call, &trimmed));
    if (r->iterator.after != ITERATOR_HORIZON && r->iterator.after < trimmed)
        return fail(call, &DYNAMODBSTREAMS_TRIMMED_DATA_ACCESS_EXCEPTION,
                    "The data you are trying to access has been trimmed");
    return OK;
}

/* An image as the wire writes it; its size is added. */
static struct err take_image(struct reading *r, struct slice stored, struct ddb_item *item,
                             size_t *size)
{
    size_t bytes;
    if (!slice_is_set(stored))
        return OK;
    if (!item_bytes_size(stored, &bytes))
        return ERR(&DDB_DAMAGED);
    *item = ddb_item_of_bytes(arena_dup(r->call->arena, stored));
    *size += bytes;
    return OK;
}

/* The same for each reading of a record, and of no other record. */
static struct slice event_id(const struct reading *r, int64_t sequence)
{
    struct arena *arena = r->call->arena;
    unsigned char digest[MD5_BYTES];
    md5(arena_printf(arena, SLICE_FMT "#%lld", SLICE_ARG(r->iterator.stream_arn),
                     (long long)sequence),
        digest);
    return hex_encode(arena, (struct slice){(const char *)digest, sizeof digest});
}

static struct dynamodbstreams_identity *service_identity(struct arena *arena)
{
    struct dynamodbstreams_identity *identity = ARENA_NEW(arena, struct dynamodbstreams_identity);
    identity->principal_id = SLICE("dynamodb.amazonaws.com");
    identity->type = SLICE("Service");
    return identity;
}

static struct err take_record(struct reading *r, const struct ddb_stream_record *record,
                              struct dynamodbstreams_record *out)
{
    static const struct slice events[] = {[EVENT_INSERT] = SLICE_INIT("INSERT"),
                                          [EVENT_MODIFY] = SLICE_INIT("MODIFY"),
                                          [EVENT_REMOVE] = SLICE_INIT("REMOVE")};
    struct arena *arena = r->call->arena;
    struct dynamodbstreams_stream_record *data =
        ARENA_NEW(arena, struct dynamodbstreams_stream_record);
    size_t size = 0;
    TRY(take_image(r, record->keys, &data->keys, &size));
    TRY(take_image(r, record->new_image, &data->new_image, &size));
    TRY(take_image(r, record->old_image, &data->old_image, &size));
    int64_t seconds = record->created_micros / MICROS_PER_SECOND;
    data->approximate_creation_date_time = SET_TIME(seconds * MICROS_PER_SECOND);
    data->sequence_number = streams_sequence_text(arena, record->sequence);
    data->size_bytes = SET_I64((int64_t)size);
    data->stream_view_type = r->stream.view;
    *out = (struct dynamodbstreams_record){
        .event_id = event_id(r, record->sequence),
        .event_name = events[record->event],
        .event_version = SLICE("1.1"),
        .event_source = SLICE("aws:dynamodb"),
        .aws_region = r->call->region,
        .dynamodb = data,
        .user_identity = record->by_service ? service_identity(arena) : NULL,
    };
    return OK;
}

/* A page ends before the record that would make it too large; its first record always fits. */
static struct err read_page(struct reading *r, int64_t limit)
{
    CLEANUP(ddb_record_cursor_cleanup)
    struct ddb_record_cursor cursor =
        ddb_store_walk_records(r->call, r->shard.number, r->iterator.after, limit);
    struct ddb_stream_record record;
    while (ddb_record_cursor_next(&cursor, &record)) {
        r->bytes += record.keys.len + record.old_image.len + record.new_image.len;
        if (r->bytes > page_bytes_max && r->records->count > 0)
            return ddb_record_cursor_done(&cursor);
        TRY(take_record(r, &record, &r->records->items[r->records->count++]));
        r->iterator.after = record.sequence;
    }
    r->at_end = r->records->count < (size_t)limit;
    return ddb_record_cursor_done(&cursor);
}

struct err dynamodbstreams_get_records(struct call *call,
                                       const struct dynamodbstreams_get_records_input *in,
                                       struct dynamodbstreams_get_records_output *out)
{
    struct reading r = {.call = call, .records = &out->records};
    int64_t limit;
    TRY(streams_limit(call, in->limit, records_max, &limit));
    TRY(begin(&r, in->shard_iterator));
    out->records = (struct dynamodbstreams_record_list){
        ARENA_ARRAY(call->arena, struct dynamodbstreams_record, (size_t)limit), 0, true};
    TRY(read_page(&r, limit));
    if (r.at_end && r.shard.is_closed)
        return OK; /* no iterator: there is nothing more to come */
    /* Who waits at the end stays ahead of what is trimmed meanwhile. */
    if (r.at_end)
        TRY(ddb_store_last_sequence(call, &r.iterator.after));
    r.iterator.issued_micros = call->now_micros;
    out->next_shard_iterator = iterator_text(call->arena, &r.iterator);
    return OK;
}
