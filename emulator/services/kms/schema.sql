-- AWS KMS. Key material is sealed under the data folder's master key, one row a version.
CREATE TABLE keys (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    key_id TEXT NOT NULL,
    manager TEXT NOT NULL,          -- CUSTOMER or AWS
    state TEXT NOT NULL,            -- KeyState
    description TEXT NOT NULL,
    usage TEXT NOT NULL,
    spec TEXT NOT NULL,
    origin TEXT NOT NULL,
    policy TEXT NOT NULL,
    created INTEGER NOT NULL,       -- microseconds since 1970
    current_version INTEGER NOT NULL,
    PRIMARY KEY (account, region, key_id)
) WITHOUT ROWID;

CREATE TABLE materials (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    key_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    material_id TEXT NOT NULL,      -- 64 hexadecimal digits
    sealed BLOB NOT NULL,           -- nonce, ciphertext, tag
    PRIMARY KEY (account, region, key_id, version),
    FOREIGN KEY (account, region, key_id) REFERENCES keys
) WITHOUT ROWID;

CREATE TABLE aliases (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    alias_name TEXT NOT NULL,
    key_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (account, region, alias_name),
    FOREIGN KEY (account, region, key_id) REFERENCES keys
) WITHOUT ROWID;
CREATE INDEX aliases_by_key ON aliases (account, region, key_id, alias_name);

CREATE TABLE tags (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    key_id TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (account, region, key_id, tag_key),
    FOREIGN KEY (account, region, key_id) REFERENCES keys
) WITHOUT ROWID;
