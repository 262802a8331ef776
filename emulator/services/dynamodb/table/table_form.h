#pragma once
/*
 * A table as the service works with it, and its stored form: one JSON text, so that a setting added
 * later needs no migration. A table and all it points to live in the call's arena.
 */
#include "emulator/services/dynamodb/table/scaling.h"
#include "emulator/services/dynamodb/value/key.h"

enum {
    TABLE_GLOBAL_INDEXES_MAX = 20,
    TABLE_LOCAL_INDEXES_MAX = 5,
    TABLE_ATTRIBUTES_MAX = 2 + 20 * KEY_PARTS_MAX + TABLE_LOCAL_INDEXES_MAX,
};

enum projection_type { PROJECT_ALL, PROJECT_KEYS_ONLY, PROJECT_INCLUDE, PROJECTION_TYPE_COUNT };

/* How a table or a global index stands. What is in transition settles by itself (table_state.h). */
enum ddb_status { DDB_ACTIVE, DDB_CREATING, DDB_UPDATING, DDB_DELETING, DDB_STATUS_COUNT };

struct ddb_state {
    enum ddb_status status;
    int64_t settles_micros; /* when it becomes ACTIVE, or is gone */
};

/* What a table or a global index may use beside its provisioned units, and how those came about. */
struct ddb_limits {
    int64_t max_read_units; /* OnDemandThroughput; -1: no maximum, 0: never set */
    int64_t max_write_units;
    int64_t warm_read_units; /* WarmThroughput; 0: what its billing mode gives */
    int64_t warm_write_units;
    int64_t increased_micros; /* of the provisioned units; 0: never */
    int64_t decreased_micros;
    int64_t decreases; /* on the UTC day of the last one */
};

/* Contributor Insights (table/insights.c). */
struct ddb_insights {
    struct slice mode;      /* absent: disabled */
    int64_t changed_micros; /* 0: never */
    int64_t settles_micros; /* until then it is ENABLING or DISABLING */
};

struct ddb_index {
    struct slice name;
    unsigned number; /* from 1, unique within the table */
    bool is_global;
    struct key_schema keys;
    enum projection_type projection;
    struct slice *included; /* non-key attributes of PROJECT_INCLUDE */
    size_t included_count;
    int64_t read_units; /* of a provisioned global index */
    int64_t write_units;
    struct ddb_limits limits;
    struct ddb_scalings scalings;
    struct ddb_state state;
    struct ddb_insights insights;
    int64_t fills_micros; /* of one that is CREATING: when Backfilling begins to show */
};

struct ddb_tag {
    struct slice key;
    struct slice value;
};

/* The stream that a table writes, if it does (stream/stream.h). */
struct ddb_table_stream {
    int64_t number;    /* stands for it in the store; 0: there is none, or it was disabled */
    struct slice view; /* one of StreamViewType */
    struct slice label;
    unsigned slots; /* into how many open shards the keys are spread */
};

/* Where the items of a restored table come from. */
struct ddb_origin {
    struct slice backup_arn; /* absent: restored to a point in time */
    struct slice table_arn;
    int64_t moment_micros; /* whose state it has; 0: the table was not restored */
};

/* A Kinesis data stream that was enabled for the table (table/kinesis_destination.c). */
struct ddb_destination {
    struct slice stream_arn;
    struct slice status;    /* ACTIVE or DISABLED */
    struct slice precision; /* MILLISECOND or MICROSECOND */
};

struct ddb_table {
    struct slice name;
    struct slice asked_as; /* the name, or the ARN, that the request gave */
    int64_t number;
    uint64_t kept_version; /* of the store, for a table from memory; 0: just read */
    struct slice id;       /* TableId */
    int64_t created_micros;
    struct key_part *attributes; /* AttributeDefinitions, in the order given */
    size_t attribute_count;
    struct key_schema keys;
    struct ddb_index *indexes;
    size_t index_count;
    struct ddb_index *leaving; /* global indexes that are DELETING: described, and no more */
    size_t leaving_count;
    struct ddb_state state;
    struct ddb_insights insights;
    bool on_demand;           /* BillingMode PAY_PER_REQUEST */
    int64_t on_demand_micros; /* when it was last switched to that; 0: never */
    int64_t read_units;
    int64_t write_units;
    struct ddb_limits limits;
    struct ddb_scalings scalings;
    bool is_protected;        /* DeletionProtectionEnabled */
    struct slice table_class; /* absent: the default, undescribed */
    int64_t class_micros;     /* when it was last changed; 0: never */
    struct slice kms_key_arn; /* absent: encrypted with AWS's own key */
    int64_t key_changes;      /* since key_window_micros (table_key.h) */
    int64_t key_window_micros;
    int64_t key_changed_micros;
    struct slice ttl_attribute; /* absent: expiry is off */
    struct ddb_table_stream stream;
    struct slice global_version; /* GlobalTableVersion; absent: it has no replicas */
    struct slice *replicas;      /* the regions of the others (replica/replica.h) */
    size_t replica_count;
    int64_t global_since_micros; /* when a table of version 2017.11.29 became global */
    int64_t read_override;       /* read units of this replica's own; 0: as the others */
    struct ddb_destination *destinations;
    size_t destination_count;
    struct ddb_tag *tags;
    size_t tag_count;
    struct ddb_origin origin;
    int64_t history_micros; /* point-in-time recovery reaches back to here; 0: it is off */
    int64_t recovery_days;
    bool is_copied; /* items are on their way from it: its history is kept until they are there */
};

struct slice ddb_status_name(enum ddb_status status); /* as in TableStatus and IndexStatus */
struct slice projection_type_name(enum projection_type type);
bool projection_type_parse(struct slice name, enum projection_type *type);

/* The index of that name, or NULL. */
const struct ddb_index *ddb_table_find_index(const struct ddb_table *table, struct slice name);
/* The global one, or NULL. */
struct ddb_index *ddb_table_find_global_index(struct ddb_table *table, struct slice name);

/* All but name and number, which the store keeps beside it. */
struct slice ddb_table_to_json(struct arena *arena, const struct ddb_table *table);
/* False when the text is not such a form. */
bool ddb_table_from_json(struct arena *arena, struct slice json, struct ddb_table *table);

/* What an index holds of an item: its keys, the table's, and what it includes. */
struct attr_map ddb_index_project(struct arena *arena, const struct ddb_table *table,
                                  const struct ddb_index *index, const struct attr_map *item);
/* Whether an index holds an attribute of the items in it. */
bool ddb_index_has_attribute(const struct ddb_table *table, const struct ddb_index *index,
                             struct slice name);
