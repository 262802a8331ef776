/* Putting events: PutLogEvents. */
#include "emulator/services/logs/batch.h"
#include "emulator/services/logs/resolve.h"
#include "emulator/services/logs_api.h"

static void widen(struct logs_stream *stream, int64_t first, int64_t last, int64_t now)
{
    if (!stream->has_events || first < stream->first_event)
        stream->first_event = first;
    if (!stream->has_events || last > stream->last_event)
        stream->last_event = last;
    stream->last_ingestion = now;
    stream->has_events = true;
}

static struct err store_batch(struct call *call, const struct logs_group *group,
                              struct logs_stream *stream,
                              const struct logs_input_log_events *events,
                              const struct logs_batch *batch)
{
    if (batch->first == batch->end)
        return OK;
    for (size_t i = batch->first; i < batch->end; i++)
        TRY(logs_store_add_event(call, group->id, stream->id, events->items[i].timestamp.value,
                                 events->items[i].message));
    widen(stream, events->items[batch->first].timestamp.value,
          events->items[batch->end - 1].timestamp.value, call->now_micros / 1000);
    TRY(logs_store_update_stream(call, stream));
    return logs_store_add_bytes(call, group->id, batch->bytes);
}

static struct logs_rejected_log_events_info *rejected(struct call *call,
                                                      const struct logs_batch *batch, size_t count)
{
    struct logs_rejected_log_events_info *info =
        ARENA_NEW(call->arena, struct logs_rejected_log_events_info);
    if (batch->first == 0 && batch->end == count)
        return NULL;
    if (batch->first > 0)
        info->too_old_log_event_end_index = SET_I64((int64_t)batch->first);
    if (batch->end < count)
        info->too_new_log_event_start_index = SET_I64((int64_t)batch->end);
    return info;
}

struct err logs_put_log_events(struct call *call, const struct logs_put_log_events_request *in,
                               struct logs_put_log_events_response *out)
{
    struct logs_group group;
    struct logs_stream stream;
    struct logs_batch batch;
    TRY(logs_batch_check(call, &in->log_events, &batch));
    TRY(logs_resolve_group(call, in->log_group_name, SLICE_NONE, &group));
    TRY(logs_resolve_stream(call, &group, in->log_stream_name, &stream));
    TRY(store_batch(call, &group, &stream, &in->log_events, &batch));
    out->next_sequence_token = logs_event_id(call->arena, call->now_micros / 1000, stream.id);
    out->rejected_log_events_info = rejected(call, &batch, in->log_events.count);
    if (in->entity) {
        /* The events are stored; that they belong to an entity is not. */
        out->rejected_entity_info = ARENA_NEW(call->arena, struct logs_rejected_entity_info);
        out->rejected_entity_info->error_type =
            LOGS_ENTITY_REJECTION_ERROR_TYPE_UNSUPPORTEDLOGGROUPTYPE;
    }
    return OK;
}
