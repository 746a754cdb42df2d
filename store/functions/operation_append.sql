-- revision: 1
-- Appends rows to a chain of operations. Such a chain is no case and has no row in the read model; its name
-- begins with `operations/`.
CREATE OR REPLACE FUNCTION sanban.operation_append(p_chain text, p_first integer, p_bodies bytea[])
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    IF NOT starts_with(p_chain, 'operations/') THEN
        RAISE EXCEPTION 'chain % is none of operations', p_chain
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN sanban.journal_append(p_chain, p_first, p_bodies);
END $$;

GRANT EXECUTE ON FUNCTION sanban.operation_append(text, integer, bytea[]) TO sanban_app;
