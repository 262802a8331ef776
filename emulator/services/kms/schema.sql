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

-- migration: every kind of key; material that is imported, expires and goes; rotation; deletion.
ALTER TABLE keys ADD COLUMN primary_region TEXT;    -- NULL: a single-Region key
ALTER TABLE keys ADD COLUMN deletion INTEGER;       -- NULL: not scheduled
ALTER TABLE keys ADD COLUMN window_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN rotation_days INTEGER NOT NULL DEFAULT 0; -- 0: no automatic rotation
ALTER TABLE keys ADD COLUMN next_rotation INTEGER;  -- NULL: none
ALTER TABLE keys ADD COLUMN used INTEGER NOT NULL DEFAULT 0; -- written at most once an hour
ALTER TABLE keys ADD COLUMN used_operation TEXT;
ALTER TABLE keys ADD COLUMN used_request TEXT;
CREATE INDEX keys_by_id ON keys (account, key_id);
CREATE INDEX keys_by_deletion ON keys (deletion) WHERE deletion IS NOT NULL;
CREATE INDEX keys_by_rotation ON keys (next_rotation) WHERE next_rotation IS NOT NULL;

CREATE TABLE versions (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    key_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    material_id TEXT NOT NULL,      -- 64 hexadecimal digits
    sealed BLOB,                    -- nonce, ciphertext, tag; NULL: deleted, expired or awaited
    public_key BLOB,                -- SubjectPublicKeyInfo of an asymmetric key
    valid_to INTEGER,               -- NULL: does not expire
    description TEXT,
    rotated INTEGER,                -- when a rotation made it current
    rotation_type TEXT,
    PRIMARY KEY (account, region, key_id, version),
    FOREIGN KEY (account, region, key_id) REFERENCES keys
) WITHOUT ROWID;
INSERT INTO versions (account, region, key_id, version, material_id, sealed)
    SELECT account, region, key_id, version, material_id, sealed FROM materials;
DROP TABLE materials;
ALTER TABLE versions RENAME TO materials;
CREATE INDEX materials_by_expiry ON materials (valid_to) WHERE valid_to IS NOT NULL;

CREATE TABLE grants (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    key_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,         -- 64 hexadecimal digits
    name TEXT,
    created INTEGER NOT NULL,
    grantee TEXT NOT NULL,
    grantee_is_service INTEGER NOT NULL,
    retiring TEXT,
    retiring_is_service INTEGER NOT NULL,
    operations TEXT NOT NULL,       -- names with a comma between them, as they were asked for
    constraints TEXT,               -- JSON, as grant/constraints.h writes it
    PRIMARY KEY (account, region, key_id, grant_id),
    FOREIGN KEY (account, region, key_id) REFERENCES keys
) WITHOUT ROWID;
CREATE INDEX grants_by_retiring ON grants (account, region, retiring, key_id, grant_id);
