/* Reading one stream's events: GetLogEvents. */
#include "emulator/services/logs/batch.h"
#include "emulator/services/logs/resolve.h"
#include "emulator/services/logs_api.h"

enum { events_max = 10000, first_capacity = 64 };

/* The events of a page in the order in which they were read, and where they began and ended. */
struct page {
    struct logs_output_log_event *items;
    size_t count;
    size_t capacity;
    size_t bytes;
    struct logs_cursor first;
    struct logs_cursor last;
};

static void add(struct arena *arena, struct page *page, const struct logs_event *event)
{
    struct logs_cursor place = {.timestamp = event->timestamp, .id = event->id};
    if (page->count == page->capacity) {
        size_t bigger = page->capacity ? page->capacity * 2 : first_capacity;
        struct logs_output_log_event *items =
            ARENA_ARRAY(arena, struct logs_output_log_event, bigger);
        for (size_t i = 0; i < page->count; i++)
            items[i] = page->items[i];
        page->items = items;
        page->capacity = bigger;
    }
    if (page->count == 0)
        page->first = place;
    page->last = place;
    page->items[page->count++] = (struct logs_output_log_event){
        .timestamp = SET_I64(event->timestamp),
        .message = arena_dup(arena, event->message),
        .ingestion_time = SET_I64(event->ingested),
    };
}

static struct err read_page(struct call *call, const struct logs_stream *stream,
                            const struct logs_event_filter *filter, size_t limit, struct page *page)
{
    struct logs_event event;
    CLEANUP(store_statement_cleanup)
    struct store_statement rows = logs_store_stream_events(call, stream->id, filter);
    while (page->count < limit && logs_store_next_event(&rows, &event)) {
        page->bytes += event.message.len + LOGS_EVENT_OVERHEAD_BYTES;
        if (page->bytes > LOGS_BATCH_BYTES_MAX)
            break;
        add(call->arena, page, &event);
    }
    return store_done(&rows);
}

static void reverse(struct page *page)
{
    for (size_t i = 0; i < page->count / 2; i++) {
        struct logs_output_log_event moved = page->items[i];
        page->items[i] = page->items[page->count - 1 - i];
        page->items[page->count - 1 - i] = moved;
    }
}

/*
 * The gaps before and after the page. An empty page has one gap, the one that was asked for, so
 * that the same token comes back at the end; from the tail of nothing it is the range's begin.
 */
static void set_tokens(struct call *call, const struct logs_event_filter *filter,
                       const struct page *page, struct logs_get_log_events_response *out)
{
    struct logs_cursor before = filter->cursor;
    struct logs_cursor after = filter->cursor;
    if (page->count > 0) {
        before = filter->cursor.backward ? page->last : page->first;
        after = filter->cursor.backward ? page->first : page->last;
        after.id++;
    } else if (filter->cursor.timestamp == INT64_MAX) {
        before.timestamp = after.timestamp = filter->from;
        before.id = after.id = 0;
    }
    before.backward = true;
    after.backward = false;
    out->next_backward_token = logs_cursor_text(call->arena, &before);
    out->next_forward_token = logs_cursor_text(call->arena, &after);
}

static bool read_cursor(const struct logs_get_log_events_request *in, struct logs_cursor *cursor)
{
    if (slice_is_set(in->next_token))
        return logs_cursor_parse(in->next_token, cursor);
    *cursor = in->start_from_head.value
                  ? (struct logs_cursor){.timestamp = in->start_time.value}
                  : (struct logs_cursor){.backward = true, .timestamp = INT64_MAX};
    return true;
}

struct err logs_get_log_events(struct call *call, const struct logs_get_log_events_request *in,
                               struct logs_get_log_events_response *out)
{
    struct logs_group group;
    struct logs_stream stream;
    struct page page = {0};
    struct logs_event_filter filter = {
        .from = in->start_time.value,
        .to = in->end_time.is_set ? in->end_time.value : INT64_MAX,
    };
    if (!read_cursor(in, &filter.cursor))
        return logs_bad_token(call);
    TRY(logs_resolve_group(call, in->log_group_name, in->log_group_identifier, &group));
    TRY(logs_require_readable(call, &group));
    TRY(logs_resolve_stream(call, &group, in->log_stream_name, &stream));
    TRY(read_page(call, &stream, &filter, in->limit.is_set ? (size_t)in->limit.value : events_max,
                  &page));
    if (filter.cursor.backward)
        reverse(&page);
    set_tokens(call, &filter, &page, out);
    out->events = (struct logs_output_log_events){page.items, page.count, true};
    return OK;
}
