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

-- migration: rotation, replicas, resource policies, access to versions
ALTER TABLE secrets ADD COLUMN type TEXT;               -- of a managed external secret
ALTER TABLE secrets ADD COLUMN owning_service TEXT;
ALTER TABLE secrets ADD COLUMN policy TEXT;
ALTER TABLE secrets ADD COLUMN primary_region TEXT;     -- NULL: was never replicated
ALTER TABLE secrets ADD COLUMN primary_arn TEXT;        -- of a replica in another account
ALTER TABLE secrets ADD COLUMN primary_status TEXT;     -- InSync, Pending, Detached, Failed
ALTER TABLE secrets ADD COLUMN rotation_state INTEGER NOT NULL DEFAULT 0; -- 0 never on, 1 on, 2 off
ALTER TABLE secrets ADD COLUMN rotation_function TEXT;
ALTER TABLE secrets ADD COLUMN rotation_days INTEGER;
ALTER TABLE secrets ADD COLUMN rotation_schedule TEXT;
ALTER TABLE secrets ADD COLUMN rotation_duration TEXT;
ALTER TABLE secrets ADD COLUMN rotated INTEGER;
ALTER TABLE secrets ADD COLUMN rotation_due INTEGER;    -- when the next window opens
ALTER TABLE secrets ADD COLUMN rotation_closes INTEGER; -- when it closes
CREATE INDEX secrets_by_rotation ON secrets (rotation_due) WHERE rotation_due IS NOT NULL;
CREATE INDEX secrets_by_deletion ON secrets (deletion_due) WHERE deletion_due IS NOT NULL;

-- A version whose sealed value is empty has no value yet: a rotation is under way.
ALTER TABLE versions ADD COLUMN accessed INTEGER;
ALTER TABLE versions ADD COLUMN kms_key TEXT;

-- A rotation under way, or one that failed and will be tried again.
CREATE TABLE rotations (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    version_id TEXT NOT NULL,
    token TEXT NOT NULL,            -- what the rotation function shows for it
    is_test INTEGER NOT NULL,       -- testSecret alone, of a version that goes again
    step INTEGER NOT NULL,          -- the one that is next
    failures INTEGER NOT NULL,      -- in a row
    due INTEGER NOT NULL,
    reason TEXT,                    -- of the last failure
    PRIMARY KEY (account, region, name),
    FOREIGN KEY (account, region, name) REFERENCES secrets ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX rotations_by_due ON rotations (due);

-- Copies of a secret in other regions, or in another account.
CREATE TABLE replicas (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    replica_account TEXT NOT NULL,
    replica_region TEXT NOT NULL,
    replica_name TEXT NOT NULL,
    kms_key_id TEXT,
    role_arn TEXT,
    status TEXT NOT NULL,
    message TEXT,
    PRIMARY KEY (account, region, name, replica_account, replica_region),
    FOREIGN KEY (account, region, name) REFERENCES secrets ON DELETE CASCADE
) WITHOUT ROWID;
