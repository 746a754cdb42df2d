-- revision: 2
-- Moves a reader's cursor forward. Returns false if the cursor is not where the caller left it, or another
-- process has the lease: of two readers that both believe they lead, only one goes on.
CREATE OR REPLACE FUNCTION sanban.outbox_advance(
    p_reader text, p_xid xid8, p_position bigint, p_to_xid xid8, p_to_position bigint
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (p_to_xid, p_to_position) <= (p_xid, p_position) THEN
        RAISE EXCEPTION 'the cursor of % goes forward only', p_reader
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT sanban.lease_permits(p_reader) THEN
        RETURN false;
    END IF;
    UPDATE sanban.outbox o SET xid = p_to_xid, position = p_to_position, at = now()
        WHERE o.reader = p_reader AND o.xid = p_xid AND o.position = p_position;
    RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION sanban.outbox_advance(text, xid8, bigint, xid8, bigint) TO sanban_app;
