-- revision: 1
-- Lets a new reader begin after everything written so far. A reader that has a cursor keeps it.
CREATE OR REPLACE FUNCTION sanban.outbox_begin(p_reader text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    -- Open and future transactions have ids from the oldest open one on; all ids below are done.
    INSERT INTO sanban.outbox (reader, xid, position)
    SELECT p_reader, (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text::xid8,
        9223372036854775807
    ON CONFLICT (reader) DO NOTHING
$$;

GRANT EXECUTE ON FUNCTION sanban.outbox_begin(text) TO sanban_app;
