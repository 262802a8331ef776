-- One function an operation, one round trip a call. They run with their owner's rights: the
-- application's role reads every table, and writes through these functions alone.
--
-- A fault that must leave nothing behind is raised, with an SQLSTATE of class FL that the API maps
-- to its error; a refusal that must stay (insufficient funds and its like) is stored and returned.

-- Time travels as microseconds since 1970. STABLE, as what they call, so that they are inlined.
CREATE FUNCTION micros(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (extract(epoch FROM at) * 1000000)::bigint;
CREATE FUNCTION at_micros(micros bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN timestamptz 'epoch' + micros * interval '1 microsecond';

-- A transfer as the API reads it: a row a leg, and in each row the transaction again.
CREATE VIEW transfer_legs AS
    SELECT t.tenant_id, t.id, t.from_account, t.to_account, t.amount, t.currency, t.reference,
           t.description, t.metadata, t.idempotency_key, t.request_id,
           micros(t.effective_at) AS effective_at, micros(t.recorded_at) AS recorded_at,
           e.leg, e.account_id, e.amount AS leg_amount, e.balance_after, e.account_version
    FROM transactions t JOIN entries e ON e.transaction_id = t.id;

CREATE FUNCTION audit_append(
    p_tenant text, p_actor text, p_session text, p_address text, p_action text, p_resource text,
    p_outcome text, p_reason text, p_request text, p_trace text
) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_events (tenant_id, actor, session_id, address, action, resource, outcome,
                              reason, request_id, trace_id)
    VALUES (p_tenant, p_actor, p_session, p_address, p_action, p_resource, p_outcome, p_reason,
            p_request, p_trace)
$$;

-- Why an account may not take a debit or a credit; NULL when it may. The order of refusals is the
-- contract: a state of the account comes before its numbers. An SQL function, so that it is inlined.
CREATE FUNCTION refusals() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['account_closed', 'account_frozen', 'insufficient_funds', 'limit_exceeded',
                 'balance_overflow'];
CREATE FUNCTION account_refusal(a accounts, p_debit bigint, p_credit bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
    WHEN a.status = 'closed' THEN 1
    WHEN a.status = 'frozen' THEN 2
    WHEN a.debit_normal AND p_credit > 0 AND a.debits_posted - a.credits_posted - p_credit
        - a.credits_pending + a.overdraft_limit < 0 THEN 3
    WHEN NOT a.debit_normal AND p_debit > 0 AND a.credits_posted - a.debits_posted - p_debit
        - a.debits_pending + a.overdraft_limit < 0 THEN 3
    WHEN a.debit_normal AND p_debit > 0
        AND a.debits_posted + p_debit - a.credits_posted > a.ceiling THEN 4
    WHEN NOT a.debit_normal AND p_credit > 0
        AND a.credits_posted + p_credit - a.debits_posted > a.ceiling THEN 4
    WHEN abs(a.debits_posted + p_debit - a.credits_posted - p_credit) > 9007199254740991 THEN 5
END;

-- What one call of transfer_post answers: a refusal in one row, or the transfer's two legs. The last
-- columns are the accounts as they now stand, for the balance cache; a replay leaves them out.
CREATE TYPE transfer_answer AS (
    refusal text, replayed boolean,
    id text, from_account text, to_account text, amount bigint, currency text, reference text,
    description text, metadata jsonb, idempotency_key text, request_id text,
    effective_at bigint, recorded_at bigint,
    leg smallint, account_id text, leg_amount bigint, balance_after bigint, account_version bigint,
    debit_normal boolean, debits_posted bigint, credits_posted bigint, debits_pending bigint,
    credits_pending bigint, overdraft_limit bigint
);

CREATE FUNCTION transfer_replay(
    p_tenant text, p_principal text, p_route text, p_key text, p_hash bytea
) RETURNS SETOF transfer_answer LANGUAGE plpgsql AS $$
DECLARE
    known  idempotency;
    answer transfer_answer;
BEGIN
    SELECT * INTO known FROM idempotency
    WHERE tenant_id = p_tenant AND principal_id = p_principal AND route = p_route AND key = p_key;
    IF known.body_hash <> p_hash THEN
        RAISE EXCEPTION 'idempotency key reused' USING ERRCODE = 'FL001';
    END IF;
    IF known.refusal IS NOT NULL THEN
        answer.refusal := known.refusal;
        answer.replayed := true;
        answer.request_id := known.request_id;
        RETURN NEXT answer;
    ELSE
        RETURN QUERY SELECT NULL, true, l.id::text, l.from_account::text, l.to_account::text,
            l.amount, l.currency::text, l.reference, l.description, l.metadata,
            l.idempotency_key, l.request_id::text, l.effective_at, l.recorded_at, l.leg,
            l.account_id::text, l.leg_amount, l.balance_after, l.account_version,
            NULL::boolean, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint
        FROM transfer_legs l WHERE l.tenant_id = p_tenant AND l.id = known.object_id ORDER BY l.leg;
    END IF;
END $$;

-- Moves p_amount from one account (debited) to another (credited), once for each key.
-- A concurrent call with the same key waits on the key's index entry, then replays.
CREATE FUNCTION transfer_post(
    p_tenant text, p_principal text, p_session text, p_address text, p_request text, p_trace text,
    p_route text, p_key text, p_hash bytea,
    p_id text, p_from text, p_to text, p_amount bigint, p_currency text,
    p_effective_at bigint, p_reference text, p_description text, p_metadata jsonb
) RETURNS SETOF transfer_answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    debited  record;
    credited record;
    answer   transfer_answer;
    recorded timestamptz;
BEGIN
    IF p_amount NOT BETWEEN 1 AND 9007199254740991 OR p_from = p_to THEN
        RAISE EXCEPTION 'the API must not ask for this' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO idempotency (tenant_id, principal_id, route, key, body_hash, object_id, request_id)
    VALUES (p_tenant, p_principal, p_route, p_key, p_hash, p_id, p_request)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT * FROM transfer_replay(p_tenant, p_principal, p_route, p_key, p_hash);
        RETURN;
    END IF;

    -- Every transaction locks in the order of ids, so that two of them never wait for each other.
    IF p_from COLLATE "C" < p_to THEN
        SELECT currency, account_refusal(a, p_amount, 0) AS refusal INTO debited
        FROM accounts a WHERE id = p_from AND tenant_id = p_tenant FOR NO KEY UPDATE;
        SELECT currency, account_refusal(a, 0, p_amount) AS refusal INTO credited
        FROM accounts a WHERE id = p_to AND tenant_id = p_tenant FOR NO KEY UPDATE;
    ELSE
        SELECT currency, account_refusal(a, 0, p_amount) AS refusal INTO credited
        FROM accounts a WHERE id = p_to AND tenant_id = p_tenant FOR NO KEY UPDATE;
        SELECT currency, account_refusal(a, p_amount, 0) AS refusal INTO debited
        FROM accounts a WHERE id = p_from AND tenant_id = p_tenant FOR NO KEY UPDATE;
    END IF;
    IF debited.currency IS NULL OR credited.currency IS NULL THEN
        RAISE EXCEPTION 'account not found' USING ERRCODE = 'FL002',
            DETAIL = CASE WHEN debited.currency IS NULL THEN 'from' ELSE 'to' END;
    ELSIF debited.currency <> p_currency OR credited.currency <> p_currency THEN
        RAISE EXCEPTION 'currency mismatch' USING ERRCODE = 'FL003',
            DETAIL = CASE WHEN debited.currency <> p_currency THEN 'from' ELSE 'to' END;
    END IF;

    answer.refusal := (refusals())[least(debited.refusal, credited.refusal)];
    IF answer.refusal IS NOT NULL THEN
        PERFORM audit_append(p_tenant, p_principal, p_session, p_address, 'transfer.create', p_id,
                             'denied', answer.refusal, p_request, p_trace);
        UPDATE idempotency SET refusal = answer.refusal
        WHERE tenant_id = p_tenant AND principal_id = p_principal AND route = p_route AND key = p_key;
        answer.replayed := false;
        answer.request_id := p_request;
        RETURN NEXT answer;
        RETURN;
    END IF;

    -- One statement: each statement of a function costs as much as the rows that it writes.
    recorded := clock_timestamp();
    RETURN QUERY
    WITH moved AS (
        UPDATE accounts a SET version = a.version + 1,
            debits_posted = a.debits_posted + CASE WHEN a.id = p_from THEN p_amount ELSE 0 END,
            credits_posted = a.credits_posted + CASE WHEN a.id = p_to THEN p_amount ELSE 0 END
        WHERE a.id IN (p_from, p_to)
        RETURNING a.id, a.version, a.debit_normal, a.debits_posted, a.credits_posted,
            a.debits_pending, a.credits_pending, a.overdraft_limit,
            CASE WHEN a.id = p_from THEN 0 ELSE 1 END::smallint AS leg,
            CASE WHEN a.id = p_from THEN p_amount ELSE -p_amount END AS signed,
            CASE WHEN a.debit_normal THEN a.debits_posted - a.credits_posted
                 ELSE a.credits_posted - a.debits_posted END AS balance
    ), posted AS (
        INSERT INTO transactions (id, tenant_id, kind, from_account, to_account, amount, currency,
            reference, description, metadata, idempotency_key, created_by, request_id, effective_at,
            recorded_at)
        VALUES (p_id, p_tenant, 'transfer', p_from, p_to, p_amount, p_currency, p_reference,
            p_description, p_metadata, p_key, p_principal, p_request,
            coalesce(at_micros(p_effective_at), recorded), recorded)
    ), legs AS (
        INSERT INTO entries (account_id, account_version, tenant_id, transaction_id, leg, amount,
            currency, balance_after, effective_at, recorded_at)
        SELECT m.id, m.version, p_tenant, p_id, m.leg, m.signed, p_currency, m.balance,
            coalesce(at_micros(p_effective_at), recorded), recorded FROM moved m
    ), audited AS (
        INSERT INTO audit_events (recorded_at, tenant_id, actor, session_id, address, action,
            resource, outcome, request_id, trace_id)
        VALUES (recorded, p_tenant, p_principal, p_session, p_address, 'transfer.create', p_id,
            'success', p_request, p_trace)
    )
    SELECT NULL, false, p_id, p_from, p_to, p_amount, p_currency, p_reference, p_description,
        p_metadata, p_key, p_request, coalesce(p_effective_at, micros(recorded)), micros(recorded),
        m.leg, m.id::text, m.signed, m.balance, m.version, m.debit_normal, m.debits_posted,
        m.credits_posted, m.debits_pending, m.credits_pending, m.overdraft_limit::bigint
    FROM moved m ORDER BY m.leg;
END $$;

CREATE FUNCTION account_create(
    p_tenant text, p_principal text, p_session text, p_address text, p_request text, p_trace text,
    p_id text, p_type text, p_currency text, p_name text, p_customer text, p_overdraft bigint,
    p_ceiling bigint, p_metadata jsonb
) RETURNS SETOF accounts
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(p_tenant, p_principal, p_session, p_address, 'account.create', p_id,
                         'success', NULL, p_request, p_trace);
    RETURN QUERY INSERT INTO accounts (id, tenant_id, type, debit_normal, currency, name,
                                       customer_id, overdraft_limit, ceiling, metadata)
    VALUES (p_id, p_tenant, p_type, p_type IN ('asset', 'expense'), p_currency, p_name, p_customer, p_overdraft, p_ceiling,
            coalesce(p_metadata, '{}'))
    RETURNING *;
END $$;

-- The owner of a new installation, with the tenant. Called again it changes nothing but a password
-- that differs, so that a set-up script may be run any number of times.
CREATE FUNCTION owner_create(
    p_tenant text, p_tenant_name text, p_user text, p_email text, p_password_hash text
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present text;
BEGIN
    SELECT id INTO present FROM users WHERE lower(email) = lower(p_email) FOR UPDATE;
    IF FOUND THEN
        UPDATE users SET password_hash = p_password_hash, failed_logins = 0, locked_until = NULL
        WHERE id = present;
        RETURN present;
    END IF;
    INSERT INTO tenants (id, name) VALUES (p_tenant, p_tenant_name);
    INSERT INTO users (id, tenant_id, email, password_hash, role)
    VALUES (p_user, p_tenant, p_email, p_password_hash, 'owner');
    PERFORM audit_append(p_tenant, 'system', NULL, NULL, 'user.create', p_user, 'success', 'owner',
                         NULL, NULL);
    RETURN p_user;
END $$;

-- Ten failures in a row lock a user for 30 minutes (PCI DSS 8.3.4).
CREATE FUNCTION login_record(
    p_user text, p_tenant text, p_session text, p_address text, p_request text, p_trace text,
    p_reason text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_reason IS NULL THEN
        UPDATE users SET failed_logins = 0, locked_until = NULL
        WHERE id = p_user AND failed_logins > 0;
    ELSIF p_reason = 'bad_password' THEN
        UPDATE users SET
            failed_logins = CASE WHEN failed_logins >= 9 THEN 0 ELSE failed_logins + 1 END,
            locked_until = CASE WHEN failed_logins >= 9 THEN now() + interval '30 minutes'
                                ELSE locked_until END
        WHERE id = p_user;
    END IF;
    PERFORM audit_append(p_tenant, coalesce(p_user, 'anonymous'), p_session, p_address, 'auth.login',
                         p_user, CASE WHEN p_reason IS NULL THEN 'success' ELSE 'denied' END,
                         p_reason, p_request, p_trace);
END $$;
