-- revision: 1
-- Writes a row that was computed again from the journal. Returns false, and writes nothing, if the case has
-- moved on meanwhile.
CREATE OR REPLACE FUNCTION sanban.case_restore(p_row jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_row sanban.cases := jsonb_populate_record(NULL::sanban.cases, p_row);
BEGIN
    PERFORM FROM sanban.journal_heads h
        WHERE h.case_id = v_row.case_id AND h.seq = v_row.seq FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM sanban.case_put(v_row);
    RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION sanban.case_restore(jsonb) TO sanban_app;
