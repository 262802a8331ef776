/* The SQL of CloudWatch Logs. */
#include "emulator/services/logs/logs_store.h"

#include "emulator/services/logs_api.h"

enum logs_sql {
    FIND_GROUP,
    ADD_GROUP,
    ADD_TAG,
    ADD_BYTES,
    LIST_GROUPS,
    FIND_STREAM,
    ADD_STREAM,
    UPDATE_STREAM,
    STREAMS_BY_NAME,
    STREAMS_BY_NAME_DOWN,
    STREAMS_BY_TIME,
    STREAMS_BY_TIME_DOWN,
    ADD_EVENT,
    STREAM_EVENTS,
    STREAM_EVENTS_DOWN,
    GROUP_EVENTS,
    GROUP_EVENTS_DOWN,
};

#define GROUP_COLUMNS "id, group_name, class, created, stored_bytes, deletion_protected"
#define STREAM_COLUMNS "id, stream_name, created, first_event, last_event, last_ingestion"
#define LIST_STREAMS(place, order)                                                                 \
    "SELECT " STREAM_COLUMNS " FROM streams WHERE group_id = ?1 AND (?2 IS NULL OR " place ")"     \
    " AND (?3 IS NULL OR substr(stream_name, 1, length(?3)) = ?3) ORDER BY " order " LIMIT ?4"
#define LIST_STREAM_EVENTS(place, order)                                                           \
    "SELECT id, timestamp, ingested, message, NULL FROM events WHERE stream_id = ?1"               \
    " AND timestamp >= ?2 AND timestamp < ?3 AND (timestamp, id) " place " (?4, ?5)"               \
    " ORDER BY timestamp " order ", id " order
#define LIST_GROUP_EVENTS(place, order)                                                            \
    "SELECT e.id, e.timestamp, e.ingested, e.message, s.stream_name"                               \
    " FROM events e INDEXED BY events_of_group JOIN streams s ON s.id = e.stream_id"               \
    " WHERE e.group_id = ?1 AND e.timestamp >= ?2 AND e.timestamp < ?3"                            \
    " AND (e.timestamp, e.id) " place " (?4, ?5) ORDER BY e.timestamp " order ", e.id " order

/* Parameters 1 and 2 of the first statements are the account and the region. */
static const char *const statements[] = {
    [FIND_GROUP] = "SELECT " GROUP_COLUMNS " FROM log_groups"
                   " WHERE account = ?1 AND region = ?2 AND group_name = ?3",
    [ADD_GROUP] = "INSERT INTO log_groups (account, region, group_name, class, created,"
                  " deletion_protected, stored_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)"
                  " RETURNING id",
    [LIST_GROUPS] = "SELECT " GROUP_COLUMNS " FROM log_groups"
                    " WHERE account = ?1 AND region = ?2 AND group_name > ?3"
                    " AND (?4 IS NULL OR substr(group_name, 1, length(?4)) = ?4)"
                    " AND (?5 IS NULL OR instr(group_name, ?5) > 0)"
                    " AND (?6 IS NULL OR class = ?6) ORDER BY group_name",
    [ADD_TAG] = "INSERT INTO group_tags (group_id, tag_key, tag_value) VALUES (?1, ?2, ?3)",
    [ADD_BYTES] = "UPDATE log_groups SET stored_bytes = stored_bytes + ?2 WHERE id = ?1",
    [FIND_STREAM] = "SELECT " STREAM_COLUMNS " FROM streams"
                    " WHERE group_id = ?1 AND stream_name = ?2",
    [ADD_STREAM] = "INSERT INTO streams (group_id, stream_name, created) VALUES (?1, ?2, ?3)",
    [UPDATE_STREAM] = "UPDATE streams SET first_event = ?2, last_event = ?3, last_ingestion = ?4"
                      " WHERE id = ?1",
    [STREAMS_BY_NAME] = LIST_STREAMS("stream_name > ?2", "stream_name"),
    [STREAMS_BY_NAME_DOWN] = LIST_STREAMS("stream_name < ?2", "stream_name DESC"),
    [STREAMS_BY_TIME] = LIST_STREAMS("(ifnull(last_event, 0), stream_name) > (?5, ?2)",
                                     "ifnull(last_event, 0), stream_name"),
    [STREAMS_BY_TIME_DOWN] = LIST_STREAMS("(ifnull(last_event, 0), stream_name) < (?5, ?2)",
                                          "ifnull(last_event, 0) DESC, stream_name DESC"),
    [ADD_EVENT] = "INSERT INTO events (group_id, stream_id, timestamp, ingested, message)"
                  " VALUES (?1, ?2, ?3, ?4, ?5)",
    [STREAM_EVENTS] = LIST_STREAM_EVENTS(">=", "ASC"),
    [STREAM_EVENTS_DOWN] = LIST_STREAM_EVENTS("<", "DESC"),
    [GROUP_EVENTS] = LIST_GROUP_EVENTS(">=", "ASC"),
    [GROUP_EVENTS_DOWN] = LIST_GROUP_EVENTS("<", "DESC"),
};

const struct store_schema logs_store_schema = {
    .name = "logs",
    .migrations = logs_migrations,
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
};

static struct store_statement scoped(struct call *call, enum logs_sql id)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    return s;
}

static int64_t now_millis(const struct call *call)
{
    return call->now_micros / 1000;
}

static struct logs_group read_group(struct store_statement *s, struct arena *arena)
{
    return (struct logs_group){
        .id = store_i64(s, 0),
        .name = store_text(s, 1, arena),
        .class = store_text(s, 2, arena),
        .created = store_i64(s, 3),
        .stored_bytes = store_i64(s, 4),
        .is_protected = store_i64(s, 5) != 0,
    };
}

struct err logs_store_find_group(struct call *call, struct slice name, struct logs_group *group)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, FIND_GROUP);
    store_bind_text(&s, 3, name);
    *group = (struct logs_group){0};
    if (store_step(&s))
        *group = read_group(&s, call->arena);
    return store_done(&s);
}

struct err logs_store_add_group(struct call *call, struct logs_group *group)
{
    CLEANUP(store_statement_cleanup) struct store_statement s = scoped(call, ADD_GROUP);
    group->created = now_millis(call);
    store_bind_text(&s, 3, group->name);
    store_bind_text(&s, 4, group->class);
    store_bind_i64(&s, 5, group->created);
    store_bind_i64(&s, 6, group->is_protected);
    group->id = store_step(&s) ? store_i64(&s, 0) : 0;
    return store_done(&s);
}

struct err logs_store_add_tag(struct call *call, int64_t group_id, struct slice key,
                              struct slice value)
{
    struct store_statement s = store_statement(call->store, ADD_TAG);
    store_bind_i64(&s, 1, group_id);
    store_bind_text(&s, 2, key);
    store_bind_text(&s, 3, value);
    return store_run(&s);
}

struct err logs_store_add_bytes(struct call *call, int64_t group_id, int64_t bytes)
{
    struct store_statement s = store_statement(call->store, ADD_BYTES);
    store_bind_i64(&s, 1, group_id);
    store_bind_i64(&s, 2, bytes);
    return store_run(&s);
}

struct store_statement logs_store_groups(struct call *call, const struct logs_group_filter *filter)
{
    struct store_statement s = scoped(call, LIST_GROUPS);
    store_bind_text(&s, 3, filter->after_name);
    store_bind_text(&s, 4, filter->prefix);
    store_bind_text(&s, 5, filter->part);
    store_bind_text(&s, 6, filter->class);
    return s;
}

bool logs_store_next_group(struct call *call, struct store_statement *rows,
                           struct logs_group *group)
{
    if (!store_step(rows))
        return false;
    *group = read_group(rows, call->arena);
    return true;
}

static struct logs_stream read_stream(struct store_statement *s, struct arena *arena)
{
    return (struct logs_stream){
        .id = store_i64(s, 0),
        .name = store_text(s, 1, arena),
        .created = store_i64(s, 2),
        .has_events = !store_is_null(s, 3),
        .first_event = store_i64(s, 3),
        .last_event = store_i64(s, 4),
        .last_ingestion = store_i64(s, 5),
    };
}

struct err logs_store_find_stream(struct call *call, int64_t group_id, struct slice name,
                                  struct logs_stream *stream)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, FIND_STREAM);
    store_bind_i64(&s, 1, group_id);
    store_bind_text(&s, 2, name);
    *stream = (struct logs_stream){0};
    if (store_step(&s))
        *stream = read_stream(&s, call->arena);
    return store_done(&s);
}

struct err logs_store_add_stream(struct call *call, int64_t group_id, struct slice name)
{
    struct store_statement s = store_statement(call->store, ADD_STREAM);
    store_bind_i64(&s, 1, group_id);
    store_bind_text(&s, 2, name);
    store_bind_i64(&s, 3, now_millis(call));
    return store_run(&s);
}

struct err logs_store_update_stream(struct call *call, const struct logs_stream *stream)
{
    struct store_statement s = store_statement(call->store, UPDATE_STREAM);
    store_bind_i64(&s, 1, stream->id);
    store_bind_i64(&s, 2, stream->first_event);
    store_bind_i64(&s, 3, stream->last_event);
    store_bind_i64(&s, 4, stream->last_ingestion);
    return store_run(&s);
}

struct err logs_store_list_streams(struct call *call, int64_t group_id,
                                   const struct logs_stream_filter *filter, int64_t limit,
                                   struct logs_stream *streams, size_t *count)
{
    static const enum logs_sql orders[2][2] = {
        {STREAMS_BY_NAME, STREAMS_BY_NAME_DOWN},
        {STREAMS_BY_TIME, STREAMS_BY_TIME_DOWN}
    };
    CLEANUP(store_statement_cleanup)
    struct store_statement s =
        store_statement(call->store, orders[filter->by_time][filter->descending]);
    store_bind_i64(&s, 1, group_id);
    store_bind_text(&s, 2, filter->has_after ? filter->after_name : SLICE_NONE);
    store_bind_text(&s, 3, filter->prefix);
    store_bind_i64(&s, 4, limit);
    if (filter->by_time)
        store_bind_i64(&s, 5, filter->after_time);
    for (*count = 0; store_step(&s); (*count)++)
        streams[*count] = read_stream(&s, call->arena);
    return store_done(&s);
}

struct err logs_store_add_event(struct call *call, int64_t group_id, int64_t stream_id,
                                int64_t timestamp, struct slice message)
{
    struct store_statement s = store_statement(call->store, ADD_EVENT);
    store_bind_i64(&s, 1, group_id);
    store_bind_i64(&s, 2, stream_id);
    store_bind_i64(&s, 3, timestamp);
    store_bind_i64(&s, 4, now_millis(call));
    store_bind_text(&s, 5, message);
    return store_run(&s);
}

static struct store_statement events(struct call *call, enum logs_sql id, int64_t owner,
                                     const struct logs_event_filter *filter)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_i64(&s, 1, owner);
    store_bind_i64(&s, 2, filter->from);
    store_bind_i64(&s, 3, filter->to);
    store_bind_i64(&s, 4, filter->cursor.timestamp);
    store_bind_i64(&s, 5, filter->cursor.id);
    return s;
}

struct store_statement logs_store_stream_events(struct call *call, int64_t stream_id,
                                                const struct logs_event_filter *filter)
{
    return events(call, filter->cursor.backward ? STREAM_EVENTS_DOWN : STREAM_EVENTS, stream_id,
                  filter);
}

struct store_statement logs_store_group_events(struct call *call, int64_t group_id,
                                               const struct logs_event_filter *filter)
{
    return events(call, filter->cursor.backward ? GROUP_EVENTS_DOWN : GROUP_EVENTS, group_id,
                  filter);
}

bool logs_store_next_event(struct store_statement *rows, struct logs_event *event)
{
    if (!store_step(rows))
        return false;
    *event = (struct logs_event){
        .id = store_i64(rows, 0),
        .timestamp = store_i64(rows, 1),
        .ingested = store_i64(rows, 2),
        .message = store_borrow(rows, 3),
        .stream_name = store_borrow(rows, 4),
    };
    return true;
}
