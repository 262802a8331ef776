-- The ledger: tenants, users, accounts, transactions and their entries, idempotency, audit.
--
-- Ids are the API's own prefixed texts ("acc_..."), compared bytewise: the same id stands in
-- a reply, in a log line and here. Money is BIGINT minor units, never more than 2^53 - 1.
-- Entries are signed: a debit is positive, a credit negative.
--
-- What a column may hold is said by its domain, because a domain is checked when the column is
-- written, but a CHECK of the table at every update of any column, parsed anew each time. The tables
-- that each transfer writes have plain types: transfer_post is their only door, and it checks.

CREATE DOMAIN id AS text COLLATE "C";
CREATE DOMAIN currency AS text COLLATE "C" CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN money_limit AS bigint CHECK (VALUE BETWEEN 0 AND 9007199254740991);
CREATE DOMAIN role AS text CHECK (VALUE IN ('owner', 'admin', 'operator', 'auditor', 'customer'));
CREATE DOMAIN account_type AS text
    CHECK (VALUE IN ('asset', 'liability', 'equity', 'revenue', 'expense'));
CREATE DOMAIN account_status AS text CHECK (VALUE IN ('active', 'frozen', 'closed'));
CREATE DOMAIN user_status AS text CHECK (VALUE IN ('active', 'disabled'));

CREATE TABLE tenants (
    id         id PRIMARY KEY,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
    id            id PRIMARY KEY,
    tenant_id     id NOT NULL REFERENCES tenants,
    email         text NOT NULL,
    password_hash text NOT NULL,
    role          role NOT NULL,
    status        user_status NOT NULL DEFAULT 'active',
    failed_logins integer NOT NULL DEFAULT 0,
    locked_until  timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

-- Posted counters only grow. No index covers what a transfer changes, and pages keep room, so that
-- balance updates stay on their page (HOT). overdraft_limit NULL: the account has no floor, since a
-- CHECK that is NULL passes.
CREATE TABLE accounts (
    id              id PRIMARY KEY,
    tenant_id       id NOT NULL REFERENCES tenants,
    customer_id     id,
    type            account_type NOT NULL,
    debit_normal    boolean NOT NULL, -- asset and expense: debits raise the balance
    currency        currency NOT NULL,
    name            text,
    status          account_status NOT NULL DEFAULT 'active',
    debits_posted   bigint NOT NULL DEFAULT 0,
    credits_posted  bigint NOT NULL DEFAULT 0,
    debits_pending  bigint NOT NULL DEFAULT 0,
    credits_pending bigint NOT NULL DEFAULT 0,
    overdraft_limit money_limit DEFAULT 0,
    ceiling         money_limit,
    version         bigint NOT NULL DEFAULT 0,
    metadata        jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_floor CHECK (
        CASE WHEN debit_normal THEN debits_posted - credits_posted - credits_pending
             ELSE credits_posted - debits_posted - debits_pending END + overdraft_limit >= 0)
) WITH (fillfactor = 60);
CREATE INDEX accounts_of_tenant ON accounts (tenant_id, id);
CREATE INDEX accounts_of_customer ON accounts (customer_id, id) WHERE customer_id IS NOT NULL;

-- Append-only, as are entries and audit_events: see refuse_change below.
CREATE TABLE transactions (
    id              text COLLATE "C" NOT NULL,
    tenant_id       text COLLATE "C" NOT NULL,
    kind            text COLLATE "C" NOT NULL,
    from_account    text COLLATE "C" NOT NULL,
    to_account      text COLLATE "C" NOT NULL,
    amount          bigint NOT NULL,
    currency        text COLLATE "C" NOT NULL,
    reference       text COLLATE "C",
    description     text,
    metadata        jsonb,
    idempotency_key text COLLATE "C" NOT NULL,
    created_by      text COLLATE "C" NOT NULL,
    request_id      text COLLATE "C" NOT NULL,
    effective_at    timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX transactions_reference ON transactions (tenant_id, reference)
    WHERE reference IS NOT NULL;

-- (account, version) is a history without gaps. There is no foreign key here: each costs a lookup a
-- row, and the only door to this table is transfer_post, which holds the locked account rows.
CREATE TABLE entries (
    account_id      text COLLATE "C" NOT NULL,
    account_version bigint NOT NULL,
    tenant_id       text COLLATE "C" NOT NULL,
    transaction_id  text COLLATE "C" NOT NULL,
    leg             smallint NOT NULL,
    amount          bigint NOT NULL,
    currency        text COLLATE "C" NOT NULL,
    balance_after   bigint NOT NULL,
    effective_at    timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, account_version)
);
CREATE UNIQUE INDEX entries_of_transaction ON entries (transaction_id, leg);

-- The key row is the first row that an operation writes. Success stores nothing more: its answer is
-- made of the append-only rows under object_id. A refusal stores its code.
CREATE TABLE idempotency (
    tenant_id    text COLLATE "C" NOT NULL,
    principal_id text COLLATE "C" NOT NULL,
    route        text COLLATE "C" NOT NULL,
    key          text COLLATE "C" NOT NULL,
    body_hash    bytea NOT NULL,
    object_id    text COLLATE "C" NOT NULL,
    refusal      text COLLATE "C",
    request_id   text COLLATE "C" NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, principal_id, route, key)
);

CREATE TABLE audit_events (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    tenant_id   text COLLATE "C",
    actor       text COLLATE "C" NOT NULL,
    session_id  text COLLATE "C",
    address     text,
    action      text COLLATE "C" NOT NULL,
    resource    text COLLATE "C",
    outcome     text COLLATE "C" NOT NULL,
    reason      text COLLATE "C",
    request_id  text COLLATE "C",
    trace_id    text COLLATE "C"
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transactions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- At commit every transaction that gained an entry must have two or more, which sum to zero in
-- each currency. This is the second fence: transfer_post cannot write anything else. Legs 0 and 1 that
-- cancel out need no sum, because every further leg asks for the sum of all.
CREATE FUNCTION check_zero_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.leg < 2 AND EXISTS (
            SELECT FROM public.entries WHERE transaction_id = NEW.transaction_id
            AND leg = 1 - NEW.leg AND amount = -NEW.amount AND currency = NEW.currency) THEN
        RETURN NULL;
    END IF;
    IF (SELECT count(*) < 2 FROM public.entries WHERE transaction_id = NEW.transaction_id) OR
       EXISTS (SELECT FROM public.entries WHERE transaction_id = NEW.transaction_id
               GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'transaction % does not sum to zero', NEW.transaction_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_zero_sum';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entries_zero_sum AFTER INSERT ON entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_zero_sum();
