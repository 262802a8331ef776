-- AWS Secrets Manager. A version's value is sealed under a data key of its own, which KMS made and
-- encrypted under the secret's KMS key; only the encrypted data key is kept.
CREATE TABLE secrets (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    arn TEXT NOT NULL,
    description TEXT,
    kms_key_id TEXT,                -- NULL: the AWS managed key
    created INTEGER NOT NULL,       -- microseconds since 1970
    changed INTEGER NOT NULL,
    accessed INTEGER,               -- midnight of the day
    deletion_due INTEGER,           -- NULL: not scheduled for deletion
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;
CREATE INDEX secrets_by_creation ON secrets (account, region, created, name);

CREATE TABLE versions (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    version_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    is_binary INTEGER NOT NULL,
    data_key BLOB NOT NULL,         -- as KMS encrypted it
    sealed BLOB NOT NULL,           -- nonce, ciphertext, tag
    PRIMARY KEY (account, region, name, version_id),
    FOREIGN KEY (account, region, name) REFERENCES secrets ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE stages (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    version_id TEXT NOT NULL,
    PRIMARY KEY (account, region, name, stage),
    FOREIGN KEY (account, region, name, version_id) REFERENCES versions ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX stages_by_version ON stages (account, region, name, version_id, stage);

CREATE TABLE tags (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (account, region, name, tag_key),
    FOREIGN KEY (account, region, name) REFERENCES secrets ON DELETE CASCADE
) WITHOUT ROWID;
