-- The application's role: it reads, and it writes through the functions alone. It owns nothing, so
-- it can neither change append-only tables nor drop what guards them. Roles belong to the whole
-- server: another database, or another program at this moment, may have made it already.
DO $$
BEGIN
    CREATE ROLE florin_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;

GRANT USAGE ON SCHEMA public TO florin_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO florin_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO florin_app;
REVOKE EXECUTE ON FUNCTION owner_create FROM florin_app;
