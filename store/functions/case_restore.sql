-- revision: 2
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
    DELETE FROM sanban.case_files f WHERE f.case_id = v_row.case_id;
    PERFORM sanban.case_files_put(
        v_row.tenant, v_row.case_id,
        ARRAY(
            SELECT j.body FROM sanban.journal j
            WHERE j.case_id = v_row.case_id AND position('"sha256":"'::bytea IN j.body) > 0
        )
    );
    RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION sanban.case_restore(jsonb) TO sanban_app;
