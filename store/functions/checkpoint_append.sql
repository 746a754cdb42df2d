-- revision: 2
-- Keeps a checkpoint as the successor of the one with p_before rows (0: none). Of two processes that both
-- believe they lead, only one goes on. Rows of open and future transactions are in no checkpoint.
CREATE OR REPLACE FUNCTION sanban.checkpoint_append(
    p_before bigint, p_size bigint, p_at timestamptz, p_root bytea, p_through xid8, p_edge bytea,
    p_note text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_size    bigint := 0;
    v_through xid8 := '0';
BEGIN
    IF NOT sanban.lease_permits('checkpoints') THEN
        RAISE EXCEPTION 'another process takes checkpoints'
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'checkpoint_overtaken';
    END IF;
    LOCK TABLE sanban.checkpoints IN SHARE ROW EXCLUSIVE MODE;
    SELECT c.size, c.through INTO v_size, v_through
        FROM sanban.checkpoints c ORDER BY c.size DESC LIMIT 1;
    IF coalesce(v_size, 0) <> p_before THEN
        RAISE EXCEPTION 'the last checkpoint has % rows, not %', v_size, p_before
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'checkpoint_overtaken';
    END IF;
    IF p_size <= p_before OR p_through <= coalesce(v_through, '0') THEN
        RAISE EXCEPTION 'a checkpoint has more rows than the one before it, of later transactions'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF p_through >= pg_snapshot_xmin(pg_current_snapshot()) THEN
        RAISE EXCEPTION 'transaction %, or one before it, is still open', p_through
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO sanban.checkpoints (size, at, root, through, edge, note)
        VALUES (p_size, p_at, p_root, p_through, p_edge, p_note);
END $$;

GRANT EXECUTE ON FUNCTION
    sanban.checkpoint_append(bigint, bigint, timestamptz, bytea, xid8, bytea, text) TO sanban_app;
