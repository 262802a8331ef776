/* ListStreams and DescribeStream. */
#include "emulator/services/dynamodbstreams/resolve.h"

enum { page_max = 100 };

struct err dynamodbstreams_list_streams(struct call *call,
                                        const struct dynamodbstreams_list_streams_input *in,
                                        struct dynamodbstreams_list_streams_output *out)
{
    struct slice after_table = SLICE("");
    struct slice after_label = SLICE("");
    struct slice start = in->exclusive_start_stream_arn;
    struct ddb_stream streams[page_max + 1];
    int64_t limit;
    size_t count;
    TRY(streams_limit(call, in->limit, page_max, &limit));
    if (slice_is_set(start) && !streams_parse_arn(call, start, &after_table, &after_label))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid StreamArn: " SLICE_FMT,
                    SLICE_ARG(start));
    TRY(ddb_store_list_streams(call, in->table_name, after_table, after_label, limit + 1, streams,
                               &count));
    bool more = count > (size_t)limit;
    out->streams = (struct dynamodbstreams_stream_list){
        ARENA_ARRAY(call->arena, struct dynamodbstreams_stream, count), count - more, true};
    for (size_t i = 0; i < out->streams.count; i++)
        out->streams.items[i] = (struct dynamodbstreams_stream){
            .stream_arn = ddb_stream_arn(call, streams[i].table_name, streams[i].label),
            .table_name = streams[i].table_name,
            .stream_label = streams[i].label,
        };
    if (more)
        out->last_evaluated_stream_arn = out->streams.items[limit - 1].stream_arn;
    return OK;
}

static struct dynamodbstreams_key_schema describe_keys(struct arena *arena,
                                                       const struct ddb_stream *stream)
{
    size_t count = slice_is_set(stream->range_name) ? 2 : 1;
    struct dynamodbstreams_key_schema keys = {
        ARENA_ARRAY(arena, struct dynamodbstreams_key_schema_element, count), count, true};
    keys.items[0] = (struct dynamodbstreams_key_schema_element){stream->hash_name,
                                                                DYNAMODBSTREAMS_KEY_TYPE_HASH};
    if (count > 1)
        keys.items[1] = (struct dynamodbstreams_key_schema_element){stream->range_name,
                                                                    DYNAMODBSTREAMS_KEY_TYPE_RANGE};
    return keys;
}

static void describe_shard(struct arena *arena, const struct ddb_shard *shard,
                           struct dynamodbstreams_shard *out)
{
    int64_t last =
        shard->last_sequence > shard->first_sequence ? shard->last_sequence : shard->first_sequence;
    out->shard_id = shard->id;
    out->parent_shard_id = shard->parent_id;
    out->sequence_number_range = ARENA_NEW(arena, struct dynamodbstreams_sequence_number_range);
    out->sequence_number_range->starting_sequence_number =
        streams_sequence_text(arena, shard->first_sequence);
    if (shard->is_closed)
        out->sequence_number_range->ending_sequence_number = streams_sequence_text(arena, last);
}

static struct err describe_shards(struct call *call,
                                  const struct dynamodbstreams_describe_stream_input *in,
                                  const struct ddb_stream *stream,
                                  struct dynamodbstreams_stream_description *out)
{
    struct ddb_shard shards[page_max + 1];
    struct ddb_shard after = {0};
    int64_t limit;
    size_t count;
    TRY(streams_limit(call, in->limit, page_max, &limit));
    if (slice_is_set(in->exclusive_start_shard_id))
        TRY(streams_require_shard(call, stream, in->exclusive_start_shard_id, &after));
    TRY(ddb_store_list_shards(call, stream->number, after.number,
                              in->shard_filter ? in->shard_filter->shard_id : SLICE_NONE, limit + 1,
                              shards, &count));
    bool more = count > (size_t)limit;
    out->shards = (struct dynamodbstreams_shard_description_list){
        ARENA_ARRAY(call->arena, struct dynamodbstreams_shard, count), count - more, true};
    for (size_t i = 0; i < out->shards.count; i++)
        describe_shard(call->arena, &shards[i], &out->shards.items[i]);
    if (more)
        out->last_evaluated_shard_id = shards[limit - 1].id;
    return OK;
}

static struct err check_filter(struct call *call, const struct dynamodbstreams_shard_filter *filter)
{
    if (filter && (!slice_is_set(filter->type) || !slice_is_set(filter->shard_id)))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: ShardFilter needs both Type and "
                    "ShardId");
    return OK;
}

struct err dynamodbstreams_describe_stream(struct call *call,
                                           const struct dynamodbstreams_describe_stream_input *in,
                                           struct dynamodbstreams_describe_stream_output *out)
{
    struct ddb_stream stream;
    TRY(check_filter(call, in->shard_filter));
    TRY(streams_require(call, in->stream_arn, &stream));
    struct dynamodbstreams_stream_description *description =
        ARENA_NEW(call->arena, struct dynamodbstreams_stream_description);
    *description = (struct dynamodbstreams_stream_description){
        .stream_arn = in->stream_arn,
        .stream_label = stream.label,
        .stream_status = stream.closed_micros ? DYNAMODBSTREAMS_STREAM_STATUS_DISABLED
                                              : DYNAMODBSTREAMS_STREAM_STATUS_ENABLED,
        .stream_view_type = stream.view,
        .creation_request_date_time = SET_TIME(stream.created_micros),
        .table_name = stream.table_name,
        .key_schema = describe_keys(call->arena, &stream),
    };
    out->stream_description = description;
    return describe_shards(call, in, &stream, description);
}
