-- revision: 2
-- Appends the journal rows of one stage and writes the case's read-model row, in one statement. The row is
-- JSON, so that programs one release apart can write to the same table.
CREATE OR REPLACE FUNCTION sanban.case_append(
    p_case text, p_first integer, p_bodies bytea[], p_row jsonb
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_row  sanban.cases := jsonb_populate_record(NULL::sanban.cases, p_row);
    v_head integer;
BEGIN
    IF v_row.case_id IS DISTINCT FROM p_case
        OR v_row.seq IS DISTINCT FROM p_first + cardinality(p_bodies) - 1
    THEN
        RAISE EXCEPTION 'the row is of case % at seq %, the batch of case % ends at seq %',
            v_row.case_id, v_row.seq, p_case, p_first + cardinality(p_bodies) - 1
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_head := sanban.journal_append(p_case, p_first, p_bodies);
    PERFORM sanban.case_files_put(v_row.tenant, p_case, p_bodies);
    -- A repeated older batch must not set the lists back.
    IF v_row.seq = v_head THEN
        PERFORM sanban.case_put(v_row);
    END IF;
    RETURN v_head;
END $$;

GRANT EXECUTE ON FUNCTION sanban.case_append(text, integer, bytea[], jsonb) TO sanban_app;
