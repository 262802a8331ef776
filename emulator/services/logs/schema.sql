-- Amazon CloudWatch Logs. Times of AWS's contract are milliseconds since 1970.
CREATE TABLE log_groups (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    group_name TEXT NOT NULL,
    class TEXT NOT NULL,            -- STANDARD or INFREQUENT_ACCESS
    created INTEGER NOT NULL,
    deletion_protected INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    UNIQUE (account, region, group_name)
);

CREATE TABLE group_tags (
    group_id INTEGER NOT NULL REFERENCES log_groups,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (group_id, tag_key)
) WITHOUT ROWID;

CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES log_groups,
    stream_name TEXT NOT NULL,
    created INTEGER NOT NULL,
    first_event INTEGER,            -- NULL: it has no event
    last_event INTEGER,
    last_ingestion INTEGER,
    UNIQUE (group_id, stream_name)
);
CREATE INDEX streams_by_time ON streams (group_id, ifnull(last_event, 0), stream_name);

-- An event's id is its place in the order of arrival.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    stream_id INTEGER NOT NULL REFERENCES streams,
    timestamp INTEGER NOT NULL,
    ingested INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX events_of_stream ON events (stream_id, timestamp, id);
CREATE INDEX events_of_group ON events (group_id, timestamp, id);
