#pragma once
/*
 * The tables of CloudWatch Logs. All of its SQL stands in logs_store.c. Every function works on the
 * call's account and region within the transaction that the call is in; texts live in the call's
 * arena. Times are milliseconds since 1970.
 */
#include "emulator/core/call.h"
#include "emulator/services/logs/cursor.h"
#include "emulator/store/store.h"

extern const struct store_schema logs_store_schema;

struct logs_group {
    int64_t id; /* 0: no such group */
    struct slice name;
    struct slice class;
    int64_t created;
    int64_t stored_bytes;
    bool is_protected;
};

struct logs_stream {
    int64_t id; /* 0: no such stream */
    struct slice name;
    int64_t created;
    bool has_events; /* the times below mean something */
    int64_t first_event;
    int64_t last_event;
    int64_t last_ingestion;
};

struct logs_event {
    int64_t id;
    int64_t timestamp;
    int64_t ingested;
    struct slice message;     /* borrowed until the next row */
    struct slice stream_name; /* likewise; set when a group is read */
};

struct err logs_store_find_group(struct call *call, struct slice name, struct logs_group *group);
struct err logs_store_add_group(struct call *call, struct logs_group *group); /* sets the id */
struct err logs_store_add_tag(struct call *call, int64_t group_id, struct slice key,
                              struct slice value);
struct err logs_store_add_bytes(struct call *call, int64_t group_id, int64_t bytes);

/* Groups in the order of their names; what is absent does not narrow. */
struct logs_group_filter {
    struct slice after_name;
    struct slice prefix;
    struct slice part; /* a text within the name */
    struct slice class;
};
struct store_statement logs_store_groups(struct call *call, const struct logs_group_filter *filter);
bool logs_store_next_group(struct call *call, struct store_statement *rows,
                           struct logs_group *group);

struct err logs_store_find_stream(struct call *call, int64_t group_id, struct slice name,
                                  struct logs_stream *stream);
struct err logs_store_add_stream(struct call *call, int64_t group_id, struct slice name);
struct err logs_store_update_stream(struct call *call, const struct logs_stream *stream);

struct logs_stream_filter {
    bool by_time; /* of the last event, else by name */
    bool descending;
    bool has_after; /* begin after these */
    struct slice after_name;
    int64_t after_time;
    struct slice prefix; /* absent: any */
};
/* At most `limit` streams. */
struct err logs_store_list_streams(struct call *call, int64_t group_id,
                                   const struct logs_stream_filter *filter, int64_t limit,
                                   struct logs_stream *streams, size_t *count);

struct err logs_store_add_event(struct call *call, int64_t group_id, int64_t stream_id,
                                int64_t timestamp, struct slice message);

/* Events from the cursor on, in its direction. */
struct logs_event_filter {
    int64_t from; /* inclusive */
    int64_t to;   /* exclusive */
    struct logs_cursor cursor;
};
struct store_statement logs_store_stream_events(struct call *call, int64_t stream_id,
                                                const struct logs_event_filter *filter);
struct store_statement logs_store_group_events(struct call *call, int64_t group_id,
                                               const struct logs_event_filter *filter);
bool logs_store_next_event(struct store_statement *rows, struct logs_event *event);
