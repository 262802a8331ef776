-- DynamoDB. Items are one blob each (item_bytes.h) under keys whose byte order is DynamoDB's (key.h).
CREATE TABLE tables (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL UNIQUE, -- stands for the table in the rows below
    definition TEXT NOT NULL,       -- JSON: keys, indexes and settings (table_form.h)
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;

CREATE TABLE items (
    table_number INTEGER NOT NULL,
    key BLOB NOT NULL,
    item BLOB NOT NULL,
    PRIMARY KEY (table_number, key)
) WITHOUT ROWID;

CREATE TABLE index_entries (
    table_number INTEGER NOT NULL,
    index_number INTEGER NOT NULL,
    key BLOB NOT NULL,              -- the index's key, then the table's
    item BLOB NOT NULL,             -- what the index projects
    PRIMARY KEY (table_number, index_number, key)
) WITHOUT ROWID;

-- What DescribeTable shows, so that it need not count.
CREATE TABLE sizes (
    table_number INTEGER NOT NULL,
    index_number INTEGER NOT NULL,  -- 0: the table itself
    items INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (table_number, index_number)
) WITHOUT ROWID;

-- migration: ClientRequestToken of transactions (item/token.h).
CREATE TABLE tokens (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    token TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires_micros INTEGER NOT NULL,
    PRIMARY KEY (account, region, token)
) WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens (expires_micros);

-- migration: on-demand backups, and those that are kept of deleted tables (backup/backup.h).
CREATE TABLE backups (
    number INTEGER PRIMARY KEY,     -- its items lie under it as a table's do; no table has it
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    table_name TEXT NOT NULL,
    id TEXT NOT NULL,               -- the end of its ARN: begins with its time
    name TEXT NOT NULL,
    type TEXT NOT NULL,             -- USER or SYSTEM
    created_micros INTEGER NOT NULL,
    expires_micros INTEGER NOT NULL, -- of SYSTEM, or when it was deleted; 0: never
    items INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    definition TEXT NOT NULL,       -- the table's, as it was
    UNIQUE (account, region, table_name, id)
);
CREATE INDEX backups_by_expiry ON backups (expires_micros) WHERE expires_micros > 0;

-- Items on their way from a table or a backup to another (backup/copy.h).
CREATE TABLE copies (
    target_number INTEGER PRIMARY KEY,
    source_number INTEGER NOT NULL,
    phase INTEGER NOT NULL,         -- enum copy_phase
    after_key BLOB NOT NULL,        -- the last row done
    sequence INTEGER NOT NULL,      -- of the source's history: the last row undone
    floor INTEGER NOT NULL,         -- undone down to this row, which stays,
    moment_micros INTEGER NOT NULL  -- and to this moment
);
CREATE INDEX copies_by_source ON copies (source_number);

-- migration: point-in-time recovery (store/history_store.h). What each change replaced, oldest first.
CREATE TABLE history (
    table_number INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    changed_micros INTEGER NOT NULL, -- never before that of the row in front
    key BLOB NOT NULL,
    old BLOB,                        -- NULL: there was no such item
    PRIMARY KEY (table_number, sequence)
) WITHOUT ROWID;

-- The tables that keep a history, so that trimming it need not read every table's definition.
CREATE TABLE recovery_periods (
    table_number INTEGER PRIMARY KEY,
    period_micros INTEGER NOT NULL
);

-- migration: streams (stream/stream.h). What is older than a day is removed as due work.
CREATE TABLE streams (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- stands for the stream in the rows below
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    table_name TEXT NOT NULL,
    label TEXT NOT NULL,
    view TEXT NOT NULL,             -- StreamViewType
    hash_name TEXT NOT NULL,        -- the table's key, which the stream outlives
    range_name TEXT,
    created_micros INTEGER NOT NULL,
    closed_micros INTEGER,          -- NULL: enabled
    UNIQUE (account, region, table_name, label)
);

CREATE TABLE stream_shards (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_number INTEGER NOT NULL,
    slot INTEGER NOT NULL,          -- its share of the keys
    id TEXT NOT NULL,
    parent_id TEXT,
    created_micros INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL,
    closed_micros INTEGER,          -- NULL: open
    last_sequence INTEGER           -- set when closed
);
CREATE INDEX shards_by_stream ON stream_shards (stream_number, number);
CREATE UNIQUE INDEX open_shards ON stream_shards (stream_number, slot) WHERE closed_micros IS NULL;

-- One sequence over all streams: numbers rise with time, and are never given twice.
CREATE TABLE stream_records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    shard_number INTEGER NOT NULL,
    created_micros INTEGER NOT NULL,
    event INTEGER NOT NULL,         -- enum stream_event
    by_service INTEGER NOT NULL,    -- 1: time to live
    keys BLOB NOT NULL,
    old_image BLOB,                 -- what the view shows
    new_image BLOB
);
CREATE INDEX records_by_shard ON stream_records (shard_number, sequence);
-- migration: exports and imports (backup/export.c, backup/import.c): what was asked for.
CREATE TABLE exports (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    table_name TEXT NOT NULL,
    table_id TEXT NOT NULL,
    started_micros INTEGER NOT NULL,
    moment_micros INTEGER NOT NULL, -- ExportTime; 0: when it began
    from_micros INTEGER NOT NULL,   -- of an incremental export
    to_micros INTEGER NOT NULL,
    token TEXT NOT NULL,
    type TEXT NOT NULL,
    format TEXT NOT NULL,
    bucket TEXT NOT NULL,
    bucket_owner TEXT,
    prefix TEXT,
    sse_algorithm TEXT,
    sse_key TEXT,
    view_type TEXT,
    PRIMARY KEY (account, region, id)
) WITHOUT ROWID;
CREATE INDEX exports_by_token ON exports (account, region, token);

CREATE TABLE imports (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    table_name TEXT NOT NULL,
    definition TEXT NOT NULL,       -- of the table that it was to make (table_form.h)
    started_micros INTEGER NOT NULL,
    token TEXT NOT NULL,
    bucket TEXT NOT NULL,
    bucket_owner TEXT,
    prefix TEXT,
    format TEXT NOT NULL,
    compression TEXT NOT NULL,
    csv_delimiter TEXT,
    csv_headers TEXT,               -- with commas between, which no header has
    PRIMARY KEY (account, region, id)
) WITHOUT ROWID;
CREATE INDEX imports_by_token ON imports (account, region, token);

-- migration: tables that are DELETING (table/table_state.h).
ALTER TABLE tables ADD COLUMN gone_micros INTEGER; -- when a deleted table is gone
CREATE INDEX tables_by_end ON tables (gone_micros) WHERE gone_micros IS NOT NULL;

-- migration: items that expire, of tables with a time to live (item/expiry.h).
CREATE TABLE expiries (
    table_number INTEGER NOT NULL,
    expires_seconds INTEGER NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (table_number, expires_seconds, key)
) WITHOUT ROWID;

-- migration: tables that are gone while some of their rows are left (store/rubbish_store.h).
CREATE TABLE rubbish (
    table_number INTEGER PRIMARY KEY
);

-- migration: resource policies (table/resource_policy.h).
CREATE TABLE policies (
    table_number INTEGER NOT NULL,
    stream_label TEXT NOT NULL,     -- empty: of the table itself
    policy TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (table_number, stream_label)
) WITHOUT ROWID;
