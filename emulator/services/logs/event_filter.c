/* Searching a group's events: FilterLogEvents. */
#include <string.h>

#include "emulator/core/page.h"
#include "emulator/services/logs/batch.h"
#include "emulator/services/logs/filter.h"
#include "emulator/services/logs/resolve.h"
#include "emulator/services/logs_api.h"

enum { events_max = 10000, scanned_max = 100000, first_capacity = 64 };

struct search {
    struct call *call;
    const struct logs_filter_log_events_request *in;
    struct logs_filter filter;
    struct logs_event_filter range;
    size_t limit;
    size_t scanned;
    size_t bytes;
    struct logs_filtered_log_event *items;
    size_t count;
    size_t capacity;
    struct arena scratch; /* of one message's match */
};

static void search_done(struct search *search)
{
    arena_done(&search->scratch);
}

static struct err check(struct call *call, const struct logs_filter_log_events_request *in,
                        const struct logs_group *group)
{
    struct logs_stream stream;
    if (in->log_stream_names.is_set && slice_is_set(in->log_stream_name_prefix))
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
    if (in->start_time.is_set && in->end_time.is_set && in->start_time.value > in->end_time.value)
        return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                    "startTime must not be after endTime.");
    for (size_t i = 0; i < in->log_stream_names.count; i++)
        TRY(logs_resolve_stream(call, group, in->log_stream_names.items[i], &stream));
    return OK;
}

static struct err read_pattern(struct call *call, struct slice pattern, struct logs_filter *filter)
{
    struct slice problem;
    switch (logs_filter_parse(call->arena, pattern, filter, &problem)) {
    case LOGS_FILTER_OK:
        return OK;
    case LOGS_FILTER_UNSUPPORTED:
        return fail(call, &FAULT_NOT_IMPLEMENTED, SLICE_FMT, SLICE_ARG(problem));
    case LOGS_FILTER_INVALID:
        break;
    }
    return fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, SLICE_FMT, SLICE_ARG(problem));
}

/* A token knows its direction; the first request says it, oldest events first unless told. */
static bool read_cursor(struct search *search)
{
    const struct logs_filter_log_events_request *in = search->in;
    struct slice text;
    bool backward = in->start_from_head.is_set && !in->start_from_head.value;
    if (slice_is_set(in->next_token))
        return page_token_read(search->call->arena, in->next_token, &text) &&
               logs_cursor_parse(text, &search->range.cursor);
    search->range.cursor =
        (struct logs_cursor){backward, backward ? INT64_MAX : in->start_time.value, 0};
    return true;
}

static bool is_of_stream(const struct logs_filter_log_events_request *in, struct slice name)
{
    if (slice_is_set(in->log_stream_name_prefix))
        return slice_starts_with(name, in->log_stream_name_prefix);
    for (size_t i = 0; i < in->log_stream_names.count; i++)
        if (slice_eq(in->log_stream_names.items[i], name))
            return true;
    return !in->log_stream_names.is_set;
}

static bool matches(struct search *search, const struct logs_event *event)
{
    if (!is_of_stream(search->in, event->stream_name))
        return false;
    bool found = logs_filter_matches(&search->filter, event->message, &search->scratch);
    arena_reset(&search->scratch);
    return found;
}

static void add(struct search *search, const struct logs_event *event)
{
    struct arena *arena = search->call->arena;
    if (search->count == search->capacity) {
        size_t bigger = search->capacity ? search->capacity * 2 : first_capacity;
        struct logs_filtered_log_event *items =
            ARENA_ARRAY(arena, struct logs_filtered_log_event, bigger);
        if (search->count)
            memcpy(items, search->items, search->count * sizeof *items);
        search->items = items;
        search->capacity = bigger;
    }
    search->items[search->count++] = (struct logs_filtered_log_event){
        .log_stream_name = arena_dup(arena, event->stream_name),
        .timestamp = SET_I64(event->timestamp),
        .message = arena_dup(arena, event->message),
        .ingestion_time = SET_I64(event->ingested),
        .event_id = logs_event_id(arena, event->timestamp, event->id),
    };
}

/* A page also ends where enough was looked at, so it may be short, as AWS says of its own. */
static bool is_full(struct search *search, const struct logs_event *event)
{
    size_t bytes = event->message.len + LOGS_EVENT_OVERHEAD_BYTES;
    return search->count == search->limit || search->scanned == scanned_max ||
           search->bytes + bytes > LOGS_BATCH_BYTES_MAX;
}

/* Reading backward, the gap after an event is where the page ended; forward, the one before it. */
static struct slice token_at(struct search *search, const struct logs_event *event)
{
    bool backward = search->range.cursor.backward;
    struct logs_cursor cursor = {backward, event->timestamp, event->id + (backward ? 1 : 0)};
    return page_token(search->call->arena, logs_cursor_text(search->call->arena, &cursor));
}

static struct err run(struct search *search, int64_t group_id,
                      struct logs_filter_log_events_response *out)
{
    struct logs_event event;
    CLEANUP(store_statement_cleanup)
    struct store_statement rows = logs_store_group_events(search->call, group_id, &search->range);
    while (logs_store_next_event(&rows, &event)) {
        bool is_match = matches(search, &event);
        if ((is_match || search->scanned == scanned_max) && is_full(search, &event)) {
            out->next_token = token_at(search, &event);
            break;
        }
        search->scanned++;
        if (!is_match)
            continue;
        search->bytes += event.message.len + LOGS_EVENT_OVERHEAD_BYTES;
        add(search, &event);
    }
    return store_done(&rows);
}

struct err logs_filter_log_events(struct call *call,
                                  const struct logs_filter_log_events_request *in,
                                  struct logs_filter_log_events_response *out)
{
    struct logs_group group;
    CLEANUP(search_done)
    struct search search = {
        .call = call,
        .in = in,
        .limit = in->limit.is_set ? (size_t)in->limit.value : events_max,
        .range = {.from = in->start_time.value, .to = INT64_MAX},
    };
    if (in->end_time.is_set && in->end_time.value < INT64_MAX)
        search.range.to = in->end_time.value + 1; /* inclusive here, unlike GetLogEvents */
    TRY(logs_resolve_group(call, in->log_group_name, in->log_group_identifier, &group));
    TRY(logs_require_readable(call, &group));
    TRY(check(call, in, &group));
    TRY(read_pattern(call, in->filter_pattern, &search.filter));
    if (!read_cursor(&search))
        return logs_bad_token(call);
    TRY(run(&search, group.id, out));
    out->events = (struct logs_filtered_log_events){search.items, search.count, true};
    out->searched_log_streams.is_set = true; /* empty, as AWS answers since 2020 */
    return OK;
}
