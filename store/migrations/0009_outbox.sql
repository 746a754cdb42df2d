-- The outbox is the journal itself (design 6): all that is kept beside it is how far it was told.

CREATE TABLE sanban.outbox (
    reader   text PRIMARY KEY,
    xid      xid8 NOT NULL,
    position bigint NOT NULL,
    at       timestamptz NOT NULL DEFAULT now()  -- when it last moved
) WITH (fillfactor = 50);  -- one row, updated in place many times a second

INSERT INTO sanban.outbox (reader, xid, position) VALUES ('case-events', '0', 0);

GRANT SELECT ON sanban.outbox TO sanban_app;

-- Moves a reader's cursor forward; false when it is not where the caller left it, so that of two
-- relays that both think they lead only one goes on.
CREATE FUNCTION sanban.outbox_advance(
    p_reader text, p_xid xid8, p_position bigint, p_to_xid xid8, p_to_position bigint
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (p_to_xid, p_to_position) <= (p_xid, p_position) THEN
        RAISE EXCEPTION 'the cursor of % goes forward only', p_reader
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE sanban.outbox o SET xid = p_to_xid, position = p_to_position, at = now()
        WHERE o.reader = p_reader AND o.xid = p_xid AND o.position = p_position;
    RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION sanban.outbox_advance(text, xid8, bigint, xid8, bigint) TO sanban_app;
