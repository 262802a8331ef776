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

-- migration: tables that are DELETING (table/table_state.h).
ALTER TABLE tables ADD COLUMN gone_micros INTEGER; -- when a deleted table is gone
CREATE INDEX tables_by_end ON tables (gone_micros) WHERE gone_micros IS NOT NULL;
