/* Log streams: CreateLogStream, DescribeLogStreams. */
#include "emulator/core/page.h"
#include "emulator/services/logs/resolve.h"
#include "emulator/services/logs_api.h"
#include "lib/base/buf.h"

enum { default_page = 50, key_bytes_max = 4096 };

struct err logs_create_log_stream(struct call *call,
                                  const struct logs_create_log_stream_request *in, void *out)
{
    struct logs_group group;
    struct logs_stream stream;
    (void)out;
    TRY(logs_resolve_group(call, in->log_group_name, SLICE_NONE, &group));
    TRY(logs_store_find_stream(call, group.id, in->log_stream_name, &stream));
    if (stream.id)
        return fail(call, &LOGS_RESOURCE_ALREADY_EXISTS_EXCEPTION,
                    "The specified log stream already exists");
    return logs_store_add_stream(call, group.id, in->log_stream_name);
}

static struct logs_log_stream describe(struct call *call, const struct logs_group *group,
                                       const struct logs_stream *stream)
{
    struct logs_log_stream out = {
        .log_stream_name = stream->name,
        .creation_time = SET_I64(stream->created),
        .arn = arena_printf(call->arena, SLICE_FMT ":log-stream:" SLICE_FMT,
                            SLICE_ARG(logs_group_arn(call, group->name)), SLICE_ARG(stream->name)),
        .stored_bytes = SET_I64(0), /* as AWS reports since 2019 */
    };
    if (!stream->has_events)
        return out;
    out.first_event_timestamp = SET_I64(stream->first_event);
    out.last_event_timestamp = SET_I64(stream->last_event);
    out.last_ingestion_time = SET_I64(stream->last_ingestion);
    out.upload_sequence_token = logs_event_id(call->arena, stream->last_ingestion, stream->id);
    return out;
}

/* A token is the name of the page's last stream, after the time of its last event and a colon. */
static struct slice token_after(struct arena *arena, const struct logs_stream *last)
{
    struct buf key;
    buf_init_arena(&key, arena, key_bytes_max);
    buf_append_i64(&key, last->has_events ? last->last_event : 0);
    buf_append_char(&key, ':');
    buf_append(&key, last->name); /* which may hold a NUL byte */
    return page_token(arena, buf_slice(&key));
}

static bool read_token(struct call *call, struct slice token, struct logs_stream_filter *filter)
{
    struct slice key;
    struct slice time;
    if (!page_token_read(call->arena, token, &key))
        return false;
    filter->has_after = slice_is_set(token);
    return !filter->has_after || (slice_split_once(key, ':', &time, &filter->after_name) &&
                                  slice_to_i64(time, &filter->after_time));
}

struct err logs_describe_log_streams(struct call *call,
                                     const struct logs_describe_log_streams_request *in,
                                     struct logs_describe_log_streams_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    struct logs_stream *streams = ARENA_ARRAY(call->arena, struct logs_stream, page + 1);
    size_t count;
    struct logs_group group;
    struct logs_stream_filter filter = {
        .by_time = slice_eq(in->order_by, LOGS_ORDER_BY_LASTEVENTTIME),
        .descending = in->descending.value,
        .prefix = in->log_stream_name_prefix,
    };
    if (filter.by_time && slice_is_set(in->log_stream_name_prefix))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "Cannot order by LastEventTime with a logStreamNamePrefix.");
    if (!read_token(call, in->next_token, &filter))
        return logs_bad_token(call);
    TRY(logs_resolve_group(call, in->log_group_name, in->log_group_identifier, &group));
    TRY(logs_store_list_streams(call, group.id, &filter, (int64_t)page + 1, streams, &count));
    if (count > page) {
        count = page;
        out->next_token = token_after(call->arena, &streams[page - 1]);
    }
    out->log_streams = (struct logs_log_streams){
        ARENA_ARRAY(call->arena, struct logs_log_stream, count), count, true};
    for (size_t i = 0; i < count; i++)
        out->log_streams.items[i] = describe(call, &group, &streams[i]);
    return OK;
}
