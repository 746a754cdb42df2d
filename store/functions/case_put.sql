-- revision: 1
-- Writes one row of the read model, new or not. Callers hold the lock on the case's head and have checked
-- that the row belongs to its newest seq. Not granted: callers go through case_append or case_restore.
--
-- The columns of CaseRow (schemas/records.py) replace the line in braces when the script is loaded
-- (store/scripts.py), so a new column needs no change here.
CREATE OR REPLACE FUNCTION sanban.case_put(p_row sanban.cases) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_older boolean := p_row.units IS NULL;
    v_open  boolean := p_row.closed_at IS NULL;
    v_new   boolean;
BEGIN
    -- A program of an older release sends no units: what is known stays, and the holder may read.
    p_row.units := coalesce(p_row.units, array_remove(ARRAY[p_row.holder], NULL));
    p_row.inbox := coalesce(p_row.inbox, p_row.units);
    INSERT INTO sanban.cases AS c SELECT p_row.*
    ON CONFLICT (case_id) DO UPDATE SET
        {every column but case_id, spot, units, inbox},
        -- A program of an older release sends no spot: what is known stays.
        spot = coalesce(EXCLUDED.spot, c.spot),
        units = CASE WHEN v_older AND c.units @> EXCLUDED.units THEN c.units
            WHEN v_older THEN c.units || EXCLUDED.units ELSE EXCLUDED.units END,
        inbox = EXCLUDED.inbox
    RETURNING xmax = 0 INTO v_new;
    -- A row that was not in this table may be in the archive: the case comes back from there.
    IF v_new THEN
        DELETE FROM sanban.cases_archive a WHERE a.case_id = p_row.case_id;
    END IF;
    -- The search index keeps words of open and closed cases apart.
    UPDATE sanban.case_words w SET of_open = v_open
        WHERE w.case_id = p_row.case_id AND w.of_open <> v_open;
END $$;
