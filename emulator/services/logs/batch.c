/* The rules of a batch of log events. */
#include "emulator/services/logs/batch.h"

static const int64_t oldest_millis = INT64_C(14) * 24 * 3600 * 1000;
static const int64_t newest_millis = INT64_C(2) * 3600 * 1000;
static const int64_t span_millis = INT64_C(24) * 3600 * 1000;

static struct err check_sizes(struct call *call, const struct logs_input_log_events *events)
{
    size_t total = 0;
    for (size_t i = 0; i < events->count; i++) {
        size_t bytes = events->items[i].message.len + LOGS_EVENT_OVERHEAD_BYTES;
        if (bytes > LOGS_BATCH_BYTES_MAX)
            return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                        "Log event too large: %zu bytes exceeds limit of %d", bytes,
                        LOGS_BATCH_BYTES_MAX);
        total += bytes;
    }
    if (total > LOGS_BATCH_BYTES_MAX)
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "Upload too large: %zu bytes exceeds limit of %d", total, LOGS_BATCH_BYTES_MAX);
    return OK;
}

static struct err check_order(struct call *call, const struct logs_input_log_events *events)
{
    for (size_t i = 1; i < events->count; i++)
        if (events->items[i].timestamp.value < events->items[i - 1].timestamp.value)
            return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                        "Log events in a single PutLogEvents request must be in chronological "
                        "order.");
    return OK;
}

/* The events are in order, so the old ones stand in front and the new ones at the end. */
static struct logs_batch acceptable(const struct logs_input_log_events *events, int64_t now)
{
    struct logs_batch batch = {.end = events->count};
    while (batch.first < batch.end &&
           events->items[batch.first].timestamp.value < now - oldest_millis)
        batch.first++;
    while (batch.end > batch.first &&
           events->items[batch.end - 1].timestamp.value > now + newest_millis)
        batch.end--;
    for (size_t i = batch.first; i < batch.end; i++)
        batch.bytes += (int64_t)events->items[i].message.len + LOGS_EVENT_OVERHEAD_BYTES;
    return batch;
}

struct err logs_batch_check(struct call *call, const struct logs_input_log_events *events,
                            struct logs_batch *batch)
{
    TRY(check_sizes(call, events));
    TRY(check_order(call, events));
    struct logs_batch found = acceptable(events, call->now_micros / 1000);
    if (found.first < found.end &&
        events->items[found.end - 1].timestamp.value - events->items[found.first].timestamp.value >
            span_millis)
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "The batch of log events in a single PutLogEvents request cannot span more "
                    "than 24 hours.");
    *batch = found;
    return OK;
}
