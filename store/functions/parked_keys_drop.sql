-- revision: 1
-- Drops the keys of parked records. A record that waits is sealed as a whole with a key of its own, under
-- tenant '' (no town has that name); the key goes when the record goes.
CREATE OR REPLACE FUNCTION sanban.parked_keys_drop(p_names text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM sanban.keys WHERE tenant = '' AND case_id = ANY (p_names)
$$;

GRANT EXECUTE ON FUNCTION sanban.parked_keys_drop(text[]) TO sanban_app;
