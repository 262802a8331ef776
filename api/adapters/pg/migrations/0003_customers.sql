-- Customers. Personal data is sealed before it comes here: each *_sealed column is an envelope of
-- AES-256-GCM under the customer's own data key, and data_keys holds that key wrapped by KMS.

CREATE TABLE customers (
    id                   id PRIMARY KEY,
    tenant_id            id NOT NULL REFERENCES tenants,
    kind                 text NOT NULL CHECK (kind IN ('person', 'company')),
    reference            text COLLATE "C",
    kyc_status           text NOT NULL DEFAULT 'pending'
                         CHECK (kyc_status IN ('pending', 'verified', 'rejected', 'review')),
    full_name_sealed     bytea NOT NULL,
    email_sealed         bytea,
    phone_sealed         bytea,
    date_of_birth_sealed bytea,
    tax_id_sealed        bytea,
    metadata             jsonb NOT NULL DEFAULT '{}',
    version              bigint NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_of_tenant ON customers (tenant_id, id);
CREATE UNIQUE INDEX customers_reference ON customers (tenant_id, reference)
    WHERE reference IS NOT NULL;

CREATE TABLE data_keys (
    id          id PRIMARY KEY,
    tenant_id   id NOT NULL,
    customer_id id NOT NULL UNIQUE REFERENCES customers,
    wrapped     bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE accounts ADD CONSTRAINT accounts_customer
    FOREIGN KEY (customer_id) REFERENCES customers;

CREATE FUNCTION customer_create(
    p_tenant text, p_principal text, p_session text, p_address text, p_request text, p_trace text,
    p_id text, p_kind text, p_reference text, p_full_name bytea, p_email bytea, p_phone bytea,
    p_date_of_birth bytea, p_tax_id bytea, p_metadata jsonb, p_key text, p_wrapped bytea
) RETURNS SETOF customers
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY INSERT INTO customers (id, tenant_id, kind, reference, full_name_sealed,
        email_sealed, phone_sealed, date_of_birth_sealed, tax_id_sealed, metadata)
    VALUES (p_id, p_tenant, p_kind, p_reference, p_full_name, p_email, p_phone, p_date_of_birth,
            p_tax_id, coalesce(p_metadata, '{}'))
    RETURNING *;
    INSERT INTO data_keys (id, tenant_id, customer_id, wrapped)
    VALUES (p_key, p_tenant, p_id, p_wrapped);
    PERFORM audit_append(p_tenant, p_principal, p_session, p_address, 'customer.create', p_id,
                         'success', NULL, p_request, p_trace);
END $$;
