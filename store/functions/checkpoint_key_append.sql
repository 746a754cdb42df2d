-- revision: 2
-- Keeps the key that signs from now on, as the successor of p_before (NULL: no key signed before).
CREATE OR REPLACE FUNCTION sanban.checkpoint_key_append(
    p_before text, p_key text, p_size bigint, p_at timestamptz, p_note text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_key  text;
    v_size bigint;
BEGIN
    IF NOT sanban.lease_permits('checkpoints') THEN
        RAISE EXCEPTION 'another process takes checkpoints'
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'checkpoint_overtaken';
    END IF;
    LOCK TABLE sanban.checkpoints, sanban.checkpoint_keys IN SHARE ROW EXCLUSIVE MODE;
    SELECT k.key INTO v_key FROM sanban.checkpoint_keys k ORDER BY k.number DESC LIMIT 1;
    SELECT coalesce(max(c.size), 0) INTO v_size FROM sanban.checkpoints c;
    IF v_key IS DISTINCT FROM p_before OR v_size <> p_size THEN
        RAISE EXCEPTION 'the last key is %, of checkpoints up to % rows', v_key, v_size
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'checkpoint_overtaken';
    END IF;
    IF p_before IS NOT NULL AND p_note IS NULL THEN
        RAISE EXCEPTION 'a key takes over by a signed note'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO sanban.checkpoint_keys (key, size, at, note)
        VALUES (p_key, p_size, p_at, p_note);
END $$;

GRANT EXECUTE ON FUNCTION
    sanban.checkpoint_key_append(text, text, bigint, timestamptz, text) TO sanban_app;
