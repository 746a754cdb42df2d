-- Personal words are sealed before they are journaled (docs/adr/0021-sealing.md): a key a case, so
-- that erasing a person is destroying a key. What was written before this stays as it was.

CREATE TABLE sanban.keys (
    tenant       text COLLATE "C" NOT NULL,
    case_id      text COLLATE "C" NOT NULL,
    key          bytea,  -- wrapped with the master key where there is one
    phone_hash   bytea,  -- keyed: by which a person's reports are found again
    made_at      timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    PRIMARY KEY (tenant, case_id),
    CHECK ((key IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX keys_by_phone ON sanban.keys (tenant, phone_hash) WHERE phone_hash IS NOT NULL;

-- For keyed hashes: who has only the tables can guess no number, no word and no address.
CREATE TABLE sanban.secrets (
    name   text PRIMARY KEY,
    secret bytea NOT NULL  -- wrapped like the keys
);

GRANT SELECT, INSERT, UPDATE (phone_hash) ON sanban.keys TO sanban_app;
GRANT SELECT, INSERT ON sanban.secrets TO sanban_app;

-- Destroyed is destroyed: the row stays, so that no other key takes its place.
CREATE FUNCTION sanban.key_destroy(p_tenant text, p_case text) RETURNS boolean
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

-- Records that wait are sealed whole, each with a key of its own (tenant '', which no town is
-- called); it goes when they go.
CREATE FUNCTION sanban.parked_keys_drop(p_names text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM sanban.keys WHERE tenant = '' AND case_id = ANY (p_names)
$$;
GRANT EXECUTE ON FUNCTION sanban.parked_keys_drop(text[]) TO sanban_app;
ALTER TABLE sanban.parked ADD COLUMN sealed boolean NOT NULL DEFAULT false;

-- Whoever is erased is compared with nobody any more.
GRANT DELETE ON sanban.reports TO sanban_app;
