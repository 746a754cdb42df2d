-- revision: 1
-- Destroys the key of a case. Returns false if it was destroyed already. The row stays, so that no other
-- key can take its place.
CREATE OR REPLACE FUNCTION sanban.key_destroy(p_tenant text, p_case text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO sanban.keys AS k (tenant, case_id, key, destroyed_at)
        VALUES (p_tenant, p_case, NULL, now())
        ON CONFLICT (tenant, case_id) DO UPDATE
            SET key = NULL, phone_hash = NULL, destroyed_at = now()
            WHERE k.destroyed_at IS NULL;
    RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION sanban.key_destroy(text, text) TO sanban_app;
