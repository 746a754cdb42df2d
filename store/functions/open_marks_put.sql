-- revision: 1
-- Writes the marks of these cases again, as sanban.cases says, and drops those of cases that are not open. Only
-- who writes sanban.open_marks past its triggers makes it needed (`sanban rebuild readmodel`).
CREATE OR REPLACE FUNCTION sanban.open_marks_put(p_cases text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- In the order of their ids, as all who write several cases. A stage that is being written now comes first.
    PERFORM FROM ONLY sanban.cases c WHERE c.case_id = ANY (p_cases) ORDER BY c.case_id FOR UPDATE;
    DELETE FROM sanban.open_marks o WHERE o.case_id = ANY (p_cases);
    UPDATE ONLY sanban.cases c SET seq = c.seq WHERE c.case_id = ANY (p_cases);
END $$;

GRANT EXECUTE ON FUNCTION sanban.open_marks_put(text[]) TO sanban_app;
